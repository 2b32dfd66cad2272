package social

import (
	"context"
	"encoding/json"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/discord"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// goth's provider exchanges codes past its HTTP client, so the one for OpenID Connect does that.
var discordFamily = family{
	issuer: "https://discord.com",
	usual: tenants.SocialEndpoints{ //nolint:gosec // G101: these are addresses
		Authorize: "https://discord.com/oauth2/authorize", Token: "https://discord.com/api/oauth2/token",
		UserInfo: "https://discord.com/api/users/@me", Inspect: "https://discord.com/api/oauth2/@me",
	},
	scope: "identify email",
	pkce:  true,
	open:  openOIDC,
	fetch: func(_ context.Context, l *line, token string, bare bool, _ string) (goth.User, error) {
		subject := ""
		if bare {
			var err error
			if subject, err = inspectDiscord(l, token); err != nil {
				return goth.User{}, err
			}
		}
		u, err := openDiscord(l).FetchUser(&discord.Session{AccessToken: token})
		if err == nil && bare && u.UserID != subject {
			err = fault.SocialRefused.With("provider", l.provider)
		}
		u.NickName = u.Name
		u.Name, _ = u.RawData["global_name"].(string)
		return u, err
	},
	verified: func(u goth.User) bool { return u.RawData["verified"] == true },
}

func openDiscord(l *line) *discord.Provider {
	p := discord.New(l.app.ClientID, l.secret, l.callback)
	p.HTTPClient = l.http()
	return p
}

// inspectDiscord gives the subject of a token that was issued to the tenant's app.
func inspectDiscord(l *line, token string) (string, error) {
	body, err := l.get(l.to.Inspect, "Bearer "+token)
	if err != nil {
		return "", err
	}
	var info struct {
		App struct {
			ID string `json:"id"`
		} `json:"application"`
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	}
	if err := json.Unmarshal(body, &info); err != nil {
		return "", err
	}
	if !l.isOurs(info.App.ID) || info.User.ID == "" {
		return "", l.fail(fault.SocialRefused)
	}
	return info.User.ID, nil
}
