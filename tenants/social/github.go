package social

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/github"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

var githubFamily = family{
	issuer: "https://github.com",
	usual: tenants.SocialEndpoints{ //nolint:gosec // G101: these are addresses
		Authorize: "https://github.com/login/oauth/authorize", Token: "https://github.com/login/oauth/access_token",
		UserInfo: "https://api.github.com/user", Inspect: "https://api.github.com/applications/{client_id}/token",
	},
	scope: "read:user user:email",
	pkce:  true,
	open:  func(l *line) (goth.Provider, goth.Session) { return openGitHub(l), &github.Session{} },
	fetch: func(_ context.Context, l *line, token string, bare bool, _ string) (goth.User, error) {
		subject := ""
		if bare {
			var err error
			if subject, err = inspectGitHub(l, token); err != nil {
				return goth.User{}, err
			}
		}
		u, err := openGitHub(l).FetchUser(&github.Session{AccessToken: token})
		if err != nil {
			return goth.User{}, err
		}
		if u.UserID == "0" || bare && u.UserID != subject {
			return goth.User{}, l.fail(fault.SocialRefused)
		}
		u.Email, err = emailOfGitHub(l, token)
		u.FirstName, u.LastName, _ = strings.Cut(u.Name, " ")
		return u, err
	},
	verified: func(u goth.User) bool { return u.Email != "" }, // no other is taken
}

func openGitHub(l *line) *github.Provider {
	p := github.New(l.app.ClientID, l.secret, l.callback) // without the scope for addresses: goth would take an unproven one from the profile
	p.HTTPClient = l.http()
	return p
}

// inspectGitHub gives the subject of a token that was issued to the tenant's app; GitHub tells nobody else.
func inspectGitHub(l *line, token string) (string, error) {
	body, err := json.Marshal(map[string]string{"access_token": token})
	if err != nil {
		return "", err
	}
	at := strings.ReplaceAll(l.to.Inspect, "{client_id}", url.PathEscape(l.app.ClientID))
	q, err := http.NewRequestWithContext(l.ctx, http.MethodPost, at, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	q.SetBasicAuth(l.app.ClientID, l.secret)
	q.Header.Set("Content-Type", "application/json")
	answer, err := l.object(q, fault.SocialRefused)
	if err != nil {
		return "", err
	}
	var info struct {
		App struct {
			ID string `json:"client_id"`
		} `json:"app"`
		User struct {
			ID int64 `json:"id"`
		} `json:"user"`
	}
	if err := json.Unmarshal(answer, &info); err != nil {
		return "", err
	}
	if info.App.ID != l.app.ClientID || info.User.ID == 0 {
		return "", l.fail(fault.SocialRefused)
	}
	return strconv.FormatInt(info.User.ID, 10), nil
}

// emailOfGitHub is the primary address, proven there; empty when there is none, or the token does not cover addresses.
func emailOfGitHub(l *line, token string) (string, error) {
	at, err := url.JoinPath(l.to.UserInfo, "emails")
	if err != nil {
		return "", err
	}
	q, err := http.NewRequestWithContext(l.ctx, http.MethodGet, at, nil)
	if err != nil {
		return "", err
	}
	q.Header.Set("Authorization", "Bearer "+token)
	q.Header.Set("Accept", "application/json")
	body, kind, err := l.send(q, fault.SocialRefused)
	if errors.Is(err, fault.SocialRefused) {
		l.trouble = nil
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var all []struct {
		Email    string `json:"email"`
		Primary  bool   `json:"primary"`
		Verified bool   `json:"verified"`
	}
	if !isJSON(kind) || json.Unmarshal(body, &all) != nil {
		return "", l.fail(fault.DependencyDown)
	}
	for _, one := range all {
		if one.Primary && one.Verified {
			return one.Email, nil
		}
	}
	return "", nil
}
