package social

import (
	"context"
	"regexp"
	"strings"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/microsoftonline"

	"github.com/keyhall/keyhall/tenants"
)

const microsoft = "https://login.microsoftonline.com/"

// Microsoft signs for every directory with the same keys, under an issuer that has the directory's id in it. An address is what an
// administrator of any directory cares to write, unless Microsoft says that the directory owns its domain (xms_edov).
var microsoftFamily = family{
	issuer: microsoft,
	usual: tenants.SocialEndpoints{
		Authorize: microsoft + "common/oauth2/v2.0/authorize", Token: microsoft + "common/oauth2/v2.0/token",
		JWKS: microsoft + "common/discovery/v2.0/keys",
	},
	scope: "openid email profile",
	pkce:  true,
	nonce: true,
	prepare: func(l *line) error {
		if l.app.Issuer != "" {
			one := strings.TrimSuffix(l.app.Issuer, "v2.0")
			l.to = l.app.Endpoints.Or(tenants.SocialEndpoints{
				Authorize: one + "oauth2/v2.0/authorize", Token: one + "oauth2/v2.0/token", JWKS: one + "discovery/v2.0/keys",
			})
		}
		return nil
	},
	open: func(l *line) (goth.Provider, goth.Session) {
		p := microsoftonline.New(l.app.ClientID, l.secret, l.callback)
		p.HTTPClient = l.http()
		return p, &microsoftonline.Session{}
	},
	fetch:    fromIDToken(believeMicrosoft),
	believe:  believeMicrosoft,
	verified: func(u goth.User) bool { return isTrueEDOV(u.RawData["xms_edov"]) },
}

var directory = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func believeMicrosoft(_ context.Context, l *line, idToken string) (goth.User, error) {
	return l.believe(idToken, func(c *claims) bool {
		l.issuer = c.Issuer
		return directory.MatchString(c.Directory) && c.Issuer == microsoft+c.Directory+"/v2.0" && (l.app.Issuer == "" || l.app.Issuer == c.Issuer)
	})
}

// isTrueEDOV: Microsoft says it in more than one way.
func isTrueEDOV(v any) bool { return v == true || v == "1" || v == 1. }
