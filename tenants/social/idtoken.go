package social

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/markbates/goth"

	"github.com/keyhall/keyhall/internal/fault"
)

const (
	maxIDToken = 16 << 10
	minRSABits = 2048
	skew       = time.Minute // that clocks may differ by
)

// claims are what an ID token says (OpenID Connect 2 and 5.1), and what a userinfo endpoint does.
type claims struct {
	Issuer    string           `json:"iss"`
	Subject   string           `json:"sub"`
	Audience  jwt.Audience     `json:"aud"`
	Party     string           `json:"azp"`
	Expiry    *jwt.NumericDate `json:"exp"`
	IssuedAt  *jwt.NumericDate `json:"iat"`
	NotBefore *jwt.NumericDate `json:"nbf"`
	Nonce     string           `json:"nonce"`
	Directory string           `json:"tid"` // Microsoft

	Email     string `json:"email"`
	Name      string `json:"name"`
	FirstName string `json:"given_name"`
	LastName  string `json:"family_name"`
	Nickname  string `json:"nickname"`
	Username  string `json:"preferred_username"`

	all map[string]any
}

func readClaims(body []byte) (*claims, error) {
	var c claims
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, err
	}
	return &c, json.Unmarshal(body, &c.all)
}

// user is the profile. A username that is an address would show it to everybody.
func (c *claims) user() goth.User {
	u := goth.User{UserID: c.Subject, Email: c.Email, Name: c.Name, FirstName: c.FirstName, LastName: c.LastName, NickName: c.Nickname, RawData: c.all}
	if !strings.Contains(c.Username, "@") && c.Username != "" {
		u.NickName = c.Username
	}
	return u
}

// believe reads the profile in an ID token that the provider signed for one of the tenant's apps, lately. From says whether the issuer
// is the provider; nil: it has to be the one of the line.
func (l *line) believe(text string, from func(*claims) bool) (goth.User, error) {
	payload, err := l.unseal(text)
	if err != nil {
		return goth.User{}, err
	}
	c, err := readClaims(payload)
	if err != nil || !isObject(payload) || !l.isFor(c) || !l.isNow(c) || l.proof.Nonce != "" && c.Nonce != l.proof.Nonce {
		return goth.User{}, l.fail(fault.SocialRefused)
	}
	if from == nil && c.Issuer != l.issuer || from != nil && !from(c) {
		return goth.User{}, l.fail(fault.SocialRefused)
	}
	return c.user(), nil
}

// isFor reports whether a token was made for the tenant's app: it is in the audience, and it is the one that asked, which a token
// for several has to tell.
func (l *line) isFor(c *claims) bool {
	ours := false
	for _, id := range c.Audience {
		ours = ours || l.isOurs(id)
	}
	if l.kin && len(c.Audience) == 1 {
		return ours
	}
	return ours && (c.Party == "" && len(c.Audience) == 1 || l.isOurs(c.Party))
}

func (l *line) isNow(c *claims) bool {
	now := l.now()
	return c.Expiry != nil && c.IssuedAt != nil && now.Before(c.Expiry.Time().Add(skew)) && !now.Add(skew).Before(c.IssuedAt.Time()) &&
		(c.NotBefore == nil || !now.Add(skew).Before(c.NotBefore.Time()))
}

// unseal checks the signature of an ID token with the provider's published keys.
func (l *line) unseal(text string) ([]byte, error) {
	if len(text) > maxIDToken {
		return nil, l.fail(fault.SocialRefused)
	}
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.RS256, jose.ES256})
	if err != nil || len(signed.Signatures) != 1 {
		return nil, l.fail(fault.SocialRefused)
	}
	h := signed.Signatures[0].Protected
	if typ, told := h.ExtraHeaders[jose.HeaderType].(string); told && !strings.EqualFold(typ, "JWT") {
		return nil, l.fail(fault.SocialRefused) // such as an access token (RFC 9068)
	}
	for _, younger := range []time.Duration{keptFor, rereadAt} { // a key that is not there may be new
		key, err := l.key(h.KeyID, h.Algorithm, younger)
		if err != nil {
			return nil, err
		}
		if key == nil {
			continue
		}
		payload, err := signed.Verify(key)
		if err != nil {
			return nil, l.fail(fault.SocialRefused)
		}
		return payload, nil
	}
	return nil, l.fail(fault.SocialRefused)
}

// key finds the provider's key of a name; a token that names none is signed by the only one. It is nil when there is none
// of that name that signs in that way.
func (l *line) key(id, algorithm string, younger time.Duration) (any, error) {
	all, err := l.keys(younger)
	if err != nil {
		return nil, err
	}
	var found any
	for _, k := range all {
		if id != "" && k.KeyID != id || !signs(k, algorithm) {
			continue
		}
		if found != nil {
			return nil, nil // ambiguous
		}
		found = k.Key
	}
	return found, nil
}

// keys are the provider's, but for those of kinds that nobody here knows.
func (l *line) keys(younger time.Duration) ([]jose.JSONWebKey, error) {
	body, err := l.look(l.to.JWKS, younger)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, err
	}
	var all []jose.JSONWebKey
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) == nil {
			all = append(all, k)
		}
	}
	return all, nil
}

// signs reports whether a key signs by an algorithm. That is the key's to say, never the token's.
func signs(k jose.JSONWebKey, algorithm string) bool {
	if k.Use != "" && k.Use != "sig" || k.Algorithm != "" && k.Algorithm != algorithm {
		return false
	}
	switch key := k.Key.(type) {
	case *rsa.PublicKey:
		return algorithm == string(jose.RS256) && key.N.BitLen() >= minRSABits
	case *ecdsa.PublicKey:
		return algorithm == string(jose.ES256) && key.Curve == elliptic.P256()
	}
	return false
}

// fromIDToken is fetch for providers whose ID tokens are the only thing to go by: nobody says to whom they issued an access token.
func fromIDToken(believe func(context.Context, *line, string) (goth.User, error)) func(context.Context, *line, string, bool, string) (goth.User, error) {
	return func(ctx context.Context, l *line, _ string, bare bool, _ string) (goth.User, error) {
		switch {
		case bare:
			return goth.User{}, fault.SocialInputMissing.With("provider", l.provider)
		case l.idToken == "":
			return goth.User{}, l.fail(fault.DependencyDown)
		}
		return believe(ctx, l, l.idToken)
	}
}
