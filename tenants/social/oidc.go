package social

import (
	"context"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/openidConnect"

	"github.com/keyhall/keyhall/internal/fault"
)

// Any provider that speaks OpenID Connect and describes itself (Discovery 1.0). Its issuer is the tenant's to name, and part
// of who somebody is: the same subject of another issuer is somebody else.
var oidcFamily = family{
	scope:     "openid email profile",
	pkce:      true,
	nonce:     true,
	described: true,
	prepare: func(l *line) error {
		l.issuer = l.app.Issuer
		return l.discover()
	},
	open: openOIDC,
	fetch: func(ctx context.Context, l *line, token string, bare bool, secret string) (goth.User, error) {
		u, err := fromIDToken(believeOIDC)(ctx, l, token, bare, secret)
		if err != nil || u.Email != "" || l.to.UserInfo == "" {
			return u, err
		}
		return l.fill(u, token)
	},
	believe:  believeOIDC,
	verified: func(u goth.User) bool { return u.RawData["email_verified"] == true },
}

func believeOIDC(_ context.Context, l *line, idToken string) (goth.User, error) {
	return l.believe(idToken, nil)
}

// openOIDC is goth's part in OpenID Connect: the exchange of codes. It does not check signatures.
func openOIDC(l *line) (goth.Provider, goth.Session) {
	p, _ := openidConnect.NewCustomisedURL(l.app.ClientID, l.secret, l.callback, l.to.Authorize, l.to.Token, l.issuer, l.to.UserInfo, "") // it has no error to give
	p.HTTPClient = l.http()
	return p, &openidConnect.Session{}
}

// fill takes from the userinfo endpoint what the ID token did not say. It has to be about the same person (OpenID Connect 5.3.2).
func (l *line) fill(u goth.User, token string) (goth.User, error) {
	c, err := l.userInfo(token)
	if err != nil {
		return goth.User{}, err
	}
	if c.Subject != u.UserID {
		return goth.User{}, l.fail(fault.SocialRefused)
	}
	return c.user(), nil
}

func (l *line) userInfo(token string) (*claims, error) {
	body, err := l.get(l.to.UserInfo, "Bearer "+token)
	if err != nil {
		return nil, err
	}
	return readClaims(body)
}
