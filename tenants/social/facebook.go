package social

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/facebook"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

var facebookFamily = family{
	issuer: "https://www.facebook.com",
	usual: tenants.SocialEndpoints{ //nolint:gosec // G101: these are addresses
		Authorize: "https://www.facebook.com/v21.0/dialog/oauth", Token: "https://graph.facebook.com/v21.0/oauth/access_token",
		UserInfo: "https://graph.facebook.com/v21.0/me", Inspect: "https://graph.facebook.com/v21.0/debug_token",
	},
	scope: "email",
	pkce:  true,
	open:  func(l *line) (goth.Provider, goth.Session) { return openFacebook(l), &facebook.Session{} },
	fetch: func(_ context.Context, l *line, token string, bare bool, _ string) (goth.User, error) {
		subject := ""
		if bare {
			var err error
			if subject, err = inspectFacebook(l, token); err != nil {
				return goth.User{}, err
			}
		}
		u, err := openFacebook(l).FetchUser(&facebook.Session{AccessToken: token})
		if err == nil && bare && u.UserID != subject {
			err = fault.SocialRefused.With("provider", l.provider)
		}
		u.NickName = ""
		return u, err
	},
	client:   clientOfFacebook,
	verified: func(goth.User) bool { return false }, // Facebook does not say
}

func openFacebook(l *line) *facebook.Provider {
	p := facebook.New(l.app.ClientID, l.secret, l.callback, "email")
	p.SetCustomFields([]string{"id", "email", "name", "first_name", "last_name"})
	p.HTTPClient = l.http()
	return p
}

// inspectFacebook gives the subject of a token that was issued to the tenant's app. goth adds the proof of the app's secret, too.
func inspectFacebook(l *line, token string) (string, error) {
	var info struct {
		Data struct {
			App     string `json:"app_id"`
			Valid   bool   `json:"is_valid"`
			Subject string `json:"user_id"`
		} `json:"data"`
	}
	query := url.Values{"input_token": {token}, "access_token": {l.app.ClientID + "|" + l.secret}}
	if err := l.ask(l.to.Inspect, query, &info); err != nil {
		return "", err
	}
	if !info.Data.Valid || !l.isOurs(info.Data.App) || info.Data.Subject == "" {
		return "", fault.SocialRefused.With("provider", l.provider)
	}
	return info.Data.Subject, nil
}

// clientOfFacebook asks about a token that is none, as the app: nobody else gets an answer.
func clientOfFacebook(l *line) why {
	at, err := url.Parse(l.to.Inspect)
	if err != nil {
		return why{badAnswer, ""}
	}
	at.RawQuery = url.Values{"input_token": {madeUp}, "access_token": {l.app.ClientID + "|" + l.secret}}.Encode()
	q, err := http.NewRequestWithContext(l.ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return why{badAnswer, ""}
	}
	status, body, gone := l.probe(q)
	var told struct {
		Error struct {
			Code int `json:"code"`
		} `json:"error"`
	}
	switch {
	case gone != why{}:
		return gone
	case status == http.StatusOK:
		return why{}
	case status < 500 && json.Unmarshal(body, &told) == nil && told.Error.Code != 0:
		return why{clientRefused, strconv.Itoa(told.Error.Code)}
	}
	return why{badAnswer, strconv.Itoa(status)}
}
