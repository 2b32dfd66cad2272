package social

import (
	"context"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/linkedin"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// LinkedIn has the endpoints of OpenID Connect, but keeps no nonce; goth's profile is of an interface that it has ended.
var linkedinFamily = family{
	issuer: "https://www.linkedin.com/oauth",
	usual: tenants.SocialEndpoints{ //nolint:gosec // G101: these are addresses
		Authorize: "https://www.linkedin.com/oauth/v2/authorization", Token: "https://www.linkedin.com/oauth/v2/accessToken",
		UserInfo: "https://api.linkedin.com/v2/userinfo",
	},
	scope: "openid profile email",
	open: func(l *line) (goth.Provider, goth.Session) {
		p := linkedin.New(l.app.ClientID, l.secret, l.callback)
		p.HTTPClient = l.http()
		return p, &linkedin.Session{}
	},
	fetch: func(_ context.Context, l *line, token string, bare bool, _ string) (goth.User, error) {
		if bare { // nobody says whom it was issued to
			return goth.User{}, fault.SocialInputMissing.With("provider", l.provider)
		}
		c, err := l.userInfo(token)
		if err != nil {
			return goth.User{}, err
		}
		return c.user(), nil
	},
	verified: func(u goth.User) bool { return u.RawData["email_verified"] == true },
}
