package keyhalltest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
)

// Algorithms of signing keys. A tenant of Keyhall has the first one.
const (
	EdDSA = "EdDSA"
	RS256 = "RS256"
	ES256 = "ES256"
)

// signingKey is a key pair with its name.
type signingKey struct {
	id        string
	algorithm string
	private   crypto.Signer
}

func newKey(algorithm string) (signingKey, error) {
	k := signingKey{id: rand.Text(), algorithm: algorithm}
	var err error
	switch algorithm {
	case EdDSA:
		_, k.private, err = ed25519.GenerateKey(nil)
	case RS256:
		k.private, err = rsa.GenerateKey(rand.Reader, 2048)
	case ES256:
		k.private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		err = errors.New("keyhalltest: there is no algorithm " + algorithm)
	}
	return k, err
}

// sign gives the signature of a message (RFC 7518 3.3 and 3.4, RFC 8037 3.1).
func (k signingKey) sign(message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	switch private := k.private.(type) {
	case *rsa.PrivateKey:
		return rsa.SignPKCS1v15(nil, private, crypto.SHA256, digest[:])
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
		if err != nil {
			return nil, err
		}
		signature := make([]byte, 64)
		r.FillBytes(signature[:32])
		s.FillBytes(signature[32:])
		return signature, nil
	default:
		return k.private.Sign(nil, message, crypto.Hash(0))
	}
}

// public is the key as a JSON Web Key (RFC 7517).
func (k signingKey) public() map[string]string {
	text := base64.RawURLEncoding.EncodeToString
	jwk := map[string]string{"kid": k.id, "alg": k.algorithm, "use": "sig"}
	switch public := k.private.Public().(type) {
	case ed25519.PublicKey:
		jwk["kty"], jwk["crv"], jwk["x"] = "OKP", "Ed25519", text(public)
	case *rsa.PublicKey:
		jwk["kty"], jwk["n"], jwk["e"] = "RSA", text(public.N.Bytes()), text(big.NewInt(int64(public.E)).Bytes())
	case *ecdsa.PublicKey:
		point, err := public.Bytes() // 4, X, Y
		if err == nil {
			jwk["kty"], jwk["crv"], jwk["x"], jwk["y"] = "EC", "P-256", text(point[1:33]), text(point[33:])
		}
	}
	return jwk
}

// Rotate signs with a new key from now on, of the same algorithm. Tokens of the old one stay good.
func (t *Tenant) Rotate() { t.RotateTo(t.signing().algorithm) }

// RotateTo signs with a new key of that algorithm from now on: EdDSA, RS256 or ES256.
func (t *Tenant) RotateTo(algorithm string) {
	k, err := newKey(algorithm)
	if err != nil {
		t.server.tb.Error(err)
		return
	}
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	t.pairs = append([]signingKey{k}, t.pairs...)
}

// Revoke takes all keys but the one that signs out of the key set.
func (t *Tenant) Revoke() {
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	t.pairs = t.pairs[:1]
}

// KeyID names the key that signs.
func (t *Tenant) KeyID() string { return t.signing().id }

// JWKS is the tenant's key set, for verify.WithKeys.
func (t *Tenant) JWKS() []byte {
	t.server.mu.Lock()
	keys := slices.Clone(t.pairs)
	t.server.mu.Unlock()
	set := map[string][]map[string]string{"keys": {}}
	for _, k := range keys {
		set["keys"] = append(set["keys"], k.public())
	}
	body, err := json.Marshal(set)
	if err != nil {
		t.server.tb.Error(err)
	}
	return body
}

func (t *Tenant) signing() signingKey {
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	return t.pairs[0]
}
