package social

import (
	"context"
	"net/url"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/google"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

var googleFamily = family{
	issuer: "https://accounts.google.com",
	usual: tenants.SocialEndpoints{ //nolint:gosec // G101: these are addresses
		Authorize: "https://accounts.google.com/o/oauth2/v2/auth", Token: "https://oauth2.googleapis.com/token",
		UserInfo: "https://www.googleapis.com/oauth2/v2/userinfo", Inspect: "https://oauth2.googleapis.com/tokeninfo",
		JWKS: "https://www.googleapis.com/oauth2/v3/certs",
	},
	scope: "openid email profile",
	pkce:  true,
	open:  func(l *line) (goth.Provider, goth.Session) { return openGoogle(l), &google.Session{} },
	fetch: func(_ context.Context, l *line, token string, bare bool, _ string) (goth.User, error) {
		subject := ""
		if bare {
			var err error
			if subject, err = inspectGoogle(l, token); err != nil {
				return goth.User{}, err
			}
		}
		u, err := openGoogle(l).FetchUser(&google.Session{AccessToken: token})
		if err == nil && bare && u.UserID != subject {
			err = fault.SocialRefused.With("provider", l.provider)
		}
		u.NickName = ""
		return u, err
	},
	believe: believeGoogle,
	verified: func(u goth.User) bool { // the profile and the ID token differ in the name
		return u.RawData["verified_email"] == true || u.RawData["email_verified"] == true
	},
}

func openGoogle(l *line) *google.Provider {
	p := google.New(l.app.ClientID, l.secret, l.callback, "openid", "email", "profile")
	p.HTTPClient = l.http()
	return p
}

// inspectGoogle gives the subject of a token that was issued to the tenant's app. The profile's address takes everybody's.
func inspectGoogle(l *line, token string) (string, error) {
	var info struct {
		Audience string `json:"aud"`
		Party    string `json:"azp"`
		Subject  string `json:"sub"`
	}
	if err := l.ask(l.to.Inspect, url.Values{"access_token": {token}}, &info); err != nil {
		return "", err
	}
	if !l.isOurs(info.Audience) || info.Party != "" && !l.isOurs(info.Party) || info.Subject == "" {
		return "", fault.SocialRefused.With("provider", l.provider)
	}
	return info.Subject, nil
}

// believeGoogle reads an ID token. On phones an app of the same project asks for tokens that are for the web's client; Google writes its
// issuer in two ways.
func believeGoogle(_ context.Context, l *line, idToken string) (goth.User, error) {
	l.kin = true
	return l.believe(idToken, func(c *claims) bool { return c.Issuer == l.issuer || "https://"+c.Issuer == l.issuer })
}
