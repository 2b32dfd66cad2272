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
	believe:  func(_ context.Context, l *line, idToken string) (goth.User, error) { return readGoogle(l, idToken) },
	verified: func(u goth.User) bool { return u.RawData["verified_email"] == true },
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

// readGoogle has Google itself check the signature of an ID token, and reads who it is about. Times are checked by Google too.
func readGoogle(l *line, idToken string) (goth.User, error) {
	var info struct {
		Issuer   string `json:"iss"`
		Audience string `json:"aud"`
		Subject  string `json:"sub"`
		Nonce    string `json:"nonce"`
		Email    string `json:"email"`
		Verified string `json:"email_verified"` // "true": a text here
		Name     string `json:"name"`
		First    string `json:"given_name"`
		Last     string `json:"family_name"`
	}
	if err := l.ask(l.to.Inspect, url.Values{"id_token": {idToken}}, &info); err != nil {
		return goth.User{}, err
	}
	ofGoogle := info.Issuer == "https://accounts.google.com" || info.Issuer == "accounts.google.com"
	if !ofGoogle || !l.isOurs(info.Audience) || l.proof.Nonce != "" && info.Nonce != l.proof.Nonce {
		return goth.User{}, fault.SocialRefused.With("provider", l.provider)
	}
	return goth.User{
		UserID: info.Subject, Email: info.Email, Name: info.Name, FirstName: info.First, LastName: info.Last,
		RawData: map[string]any{"verified_email": info.Verified == "true"},
	}, nil
}
