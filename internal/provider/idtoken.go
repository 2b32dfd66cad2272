package provider

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// What the apps at Microsoft and Apple are registered with.
const (
	Directory  = "72f988bf-86f1-41af-91ab-2d7cd011db47" // of Microsoft's, whose the users are
	AppleTeam  = "A1B2C3D4E5"
	AppleKeyID = "F6G7H8I9J0"
	AppleID    = "https://appleid.apple.com"
)

// AppleKey is the key of the app at Apple, as Apple gives it out.
var AppleKey = func() string {
	raw, err := x509.MarshalPKCS8PrivateKey(ecKey())
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}()

// Keys by their names. What Keyhall is shown are "rsa" and "ec"; "weak" too, which it must not believe.
var (
	rsaKey  = sync.OnceValue(func() *rsa.PrivateKey { return makeRSA(2048) })
	weakKey = sync.OnceValue(func() *rsa.PrivateKey { return makeRSA(1024) })
	evilKey = sync.OnceValue(func() *rsa.PrivateKey { return makeRSA(2048) })
	ecKey   = sync.OnceValue(func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			panic(err)
		}
		return key
	})
)

func makeRSA(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// keys are what the provider publishes.
func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	say(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: rsaKey().Public(), KeyID: "rsa", Use: "sig"},
		{Key: ecKey().Public(), KeyID: "ec", Use: "sig", Algorithm: "ES256"},
		{Key: weakKey().Public(), KeyID: "weak", Use: "sig"},
	}})
}

// Issuer is who signs the ID tokens of a provider.
func (p *Provider) Issuer(name string) string {
	switch name {
	case "google":
		return "https://accounts.google.com"
	case "microsoft":
		return "https://login.microsoftonline.com/" + Directory + "/v2.0"
	case "apple":
		return AppleID
	}
	return p.URL + "/" + name
}

// IDToken is what a provider signs about the user of a token.
func (p *Provider) IDToken(name, token string) string {
	u, _ := p.find(token)
	return p.about(name, u)
}

func (p *Provider) about(name string, u User) string {
	now := time.Now()
	claims := map[string]any{
		"iss": p.Issuer(name), "sub": u.ID, "aud": u.App, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"name": u.First + " " + u.Last, "given_name": u.First, "family_name": u.Last,
	}
	if u.Email != "" {
		claims["email"] = u.Email
	}
	switch name {
	case "microsoft":
		claims["tid"], claims["ver"], claims["preferred_username"] = Directory, "2.0", u.Email
		if u.Verified != nil {
			claims["xms_edov"] = u.Verified
		}
	case "apple":
		delete(claims, "name")
		delete(claims, "given_name")
		delete(claims, "family_name")
		claims["email_verified"] = u.Verified
	default:
		if u.Verified != nil {
			claims["email_verified"] = u.Verified
		}
	}
	if u.Nonce != "" {
		claims["nonce"] = u.Nonce
	}
	maps.Copy(claims, u.Claims)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return sign(claims, u.Key)
}

// sign makes a token with the key of a name; "none" and "hs256" are the forgeries of those names, "evil" is a key of nobody's
// that passes itself off as "rsa".
func sign(claims map[string]any, name string) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	key := jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: rsaKey(), KeyID: "rsa"}}
	switch name {
	case "none":
		b := base64.RawURLEncoding
		return b.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + b.EncodeToString(payload) + "."
	case "hs256": // with the public key for a secret
		public, err := x509.MarshalPKIXPublicKey(rsaKey().Public())
		if err != nil {
			panic(err)
		}
		key = jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), KeyID: "rsa"}}
	case "evil":
		key.Key = jose.JSONWebKey{Key: evilKey(), KeyID: "rsa"}
	case "unknown":
		key.Key = jose.JSONWebKey{Key: evilKey(), KeyID: "unknown"}
	case "weak":
		key.Key = jose.JSONWebKey{Key: weakKey(), KeyID: "weak"}
	case "ec":
		key = jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: crypto.PrivateKey(ecKey()), KeyID: "ec"}}
	case "ps256":
		key.Algorithm = jose.PS256
	case "unnamed":
		key.Key = rsaKey()
	}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		panic(err)
	}
	object, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	text, err := object.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}

// isSecretOfApple checks the secret that an app at Apple makes of its key.
func isSecretOfApple(text string) bool {
	token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || token.Headers[0].KeyID != AppleKeyID {
		return false
	}
	var c jwt.Claims
	if token.Claims(ecKey().Public(), &c) != nil || c.Expiry == nil || c.IssuedAt == nil {
		return false
	}
	return c.ValidateWithLeeway(jwt.Expected{Issuer: AppleTeam, Subject: ClientID, AnyAudience: jwt.Audience{AppleID}}, 0) == nil
}
