package social

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/markbates/goth"

	"github.com/keyhall/keyhall/tenants"
)

const apple = "https://appleid.apple.com"

// Apple knows no profile but the ID token; a name comes only beside the first code, in the form that the browser posts. goth's provider
// looks for Apple's keys where no tenant could say otherwise, so the one for OpenID Connect exchanges the codes.
var appleFamily = family{
	issuer: apple,
	usual:  tenants.SocialEndpoints{Authorize: apple + "/auth/authorize", Token: apple + "/auth/token", JWKS: apple + "/auth/keys"},
	scope:  "name email",
	nonce:  true,
	extra:  url.Values{"response_mode": {"form_post"}},
	prepare: func(l *line) (err error) {
		l.secret, err = appleSecret(l)
		return err
	},
	open:    openOIDC,
	fetch:   fromIDToken(believeApple),
	believe: believeApple,
	verified: func(u goth.User) bool {
		return u.RawData["email_verified"] == true || u.RawData["email_verified"] == "true"
	},
}

// appleSecret makes what Apple takes for a secret: a short-lived statement signed with the app's key.
func appleSecret(l *line) (string, error) {
	key, err := tenants.AppleKey(l.secret)
	if err != nil {
		return "", err
	}
	own := jose.JSONWebKey{Key: key, KeyID: l.app.KeyID}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: own}, nil)
	if err != nil {
		return "", err
	}
	now := l.now()
	return jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: l.app.TeamID, Subject: l.app.ClientID, Audience: jwt.Audience{apple},
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(5 * time.Minute)),
	}).Serialize()
}

func believeApple(_ context.Context, l *line, idToken string) (goth.User, error) {
	u, err := l.believe(idToken, nil)
	var told struct {
		Name struct {
			First string `json:"firstName"`
			Last  string `json:"lastName"`
		} `json:"name"`
	}
	if json.Unmarshal([]byte(l.proof.User), &told) == nil { // whatever else it is, it is no name
		u.FirstName, u.LastName = told.Name.First, told.Name.Last
	}
	return u, err
}
