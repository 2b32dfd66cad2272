package verify

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
)

// key is a public key. It fixes the algorithm of the tokens that it verifies (RFC 8725 3.1).
type key struct {
	algorithm string
	edwards   ed25519.PublicKey
	rsa       *rsa.PublicKey
	ecdsa     *ecdsa.PublicKey
}

// The algorithms, by their names in RFC 7518 and RFC 8037.
const (
	edDSA = "EdDSA"
	rs256 = "RS256"
	es256 = "ES256"
)

// jwk is a key as it is written (RFC 7517 4).
type jwk struct {
	Type      string   `json:"kty"`
	ID        string   `json:"kid"`
	Algorithm string   `json:"alg"`
	Use       string   `json:"use"`
	Ops       []string `json:"key_ops"`
	Curve     string   `json:"crv"`
	X         string   `json:"x"`
	Y         string   `json:"y"`
	N         string   `json:"n"`
	E         string   `json:"e"`
}

// readKeys reads a key set (RFC 7517 5). Keys of other kinds and for other uses are passed over, as the RFC wants; that none is
// left is an error, so that an accident of the server's does not make all tokens worthless.
func readKeys(body []byte) (map[string]*key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("verify: reading the keys: %w", err)
	}
	keys := map[string]*key{}
	for _, raw := range set.Keys {
		var j jwk
		if json.Unmarshal(raw, &j) != nil || !isKeyID(j.ID) || keys[j.ID] != nil || j.Use != "" && j.Use != "sig" {
			continue
		}
		if k := j.read(); k != nil && (j.Algorithm == "" || j.Algorithm == k.algorithm) {
			keys[j.ID] = k
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("verify: the key set has no key to verify with")
	}
	return keys, nil
}

// maxKeyID bounds a kid; what has other characters is no name of a key of ours.
const maxKeyID = 64

func isKeyID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != "" && len(s) <= maxKeyID
}

// read gives nil for a key that is of no kind known here, or weak.
func (j jwk) read() *key {
	switch {
	case j.Type == "OKP" && j.Curve == "Ed25519":
		x := bytesOf(j.X)
		if len(x) != ed25519.PublicKeySize {
			return nil
		}
		return &key{algorithm: edDSA, edwards: x}
	case j.Type == "RSA":
		return j.readRSA()
	case j.Type == "EC" && j.Curve == "P-256":
		point := append(append([]byte{4}, bytesOf(j.X)...), bytesOf(j.Y)...) // SEC 1, 2.3.3
		public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
		if err != nil {
			return nil
		}
		return &key{algorithm: es256, ecdsa: public}
	default:
		return nil
	}
}

// Sizes of RSA's modulus in bits: less is weak (RFC 7518 3.3), more is work that somebody makes us do.
const (
	minModulus = 2048
	maxModulus = 8192
)

func (j jwk) readRSA() *key {
	n, e := new(big.Int).SetBytes(bytesOf(j.N)), new(big.Int).SetBytes(bytesOf(j.E))
	if n.BitLen() < minModulus || n.BitLen() > maxModulus || !e.IsInt64() || e.Int64() < 3 || e.Int64() > 1<<31-1 || e.Bit(0) == 0 {
		return nil
	}
	return &key{algorithm: rs256, rsa: &rsa.PublicKey{N: n, E: int(e.Int64())}}
}

func bytesOf(text string) []byte {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return raw
}

// verifies reports whether the signature is this key's below the message.
func (k *key) verifies(message, signature []byte) bool {
	switch k.algorithm {
	case edDSA:
		return len(signature) == ed25519.SignatureSize && ed25519.Verify(k.edwards, message, signature)
	case rs256:
		digest := sha256.Sum256(message)
		return rsa.VerifyPKCS1v15(k.rsa, crypto.SHA256, digest[:], signature) == nil
	case es256:
		if len(signature) != 64 { // r and s (RFC 7518 3.4)
			return false
		}
		digest := sha256.Sum256(message)
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return ecdsa.Verify(k.ecdsa, digest[:], r, s)
	default:
		return false
	}
}

// same reports whether two keys are one.
func (k *key) same(o *key) bool {
	if o == nil || k.algorithm != o.algorithm {
		return false
	}
	switch k.algorithm {
	case edDSA:
		return k.edwards.Equal(o.edwards)
	case rs256:
		return k.rsa.Equal(o.rsa)
	default:
		return k.ecdsa.Equal(o.ecdsa)
	}
}
