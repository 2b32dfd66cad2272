// Package seal keeps secrets at rest: it encrypts small values under the master key and derives the keys other
// parts need. It knows neither tenants nor tables; callers bind a value to its place by the associated data.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// KeyBytes is the length of a master key.
const KeyBytes = 32

// ErrBroken says that a sealed value was altered, belongs to another place, or was sealed under another master key.
var ErrBroken = errors.New("a sealed value does not open with this master key")

// Sealer encrypts with AES-256-GCM (NIST SP 800-38D) under a key derived from the master key. Safe for parallel use.
type Sealer struct {
	master []byte
	aead   cipher.AEAD
}

// New makes a Sealer from a master key of 32 bytes.
func New(master []byte) (*Sealer, error) {
	if len(master) != KeyBytes {
		return nil, fmt.Errorf("the master key has %d bytes and needs %d", len(master), KeyBytes)
	}
	s := &Sealer{master: append([]byte(nil), master...)}
	block, err := aes.NewCipher(s.Derive("seal"))
	if err != nil {
		return nil, err
	}
	s.aead, err = cipher.NewGCM(block)
	return s, err
}

// ParseKey reads a master key as KEYHALL_MASTER_KEY holds it: base64 of 32 bytes.
func ParseKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != KeyBytes {
		return nil, fmt.Errorf("the master key must be base64 of %d bytes (make one: openssl rand -base64 32)", KeyBytes)
	}
	return key, nil
}

// NewKey makes a fresh master key in the form ParseKey reads.
func NewKey() string {
	return base64.StdEncoding.EncodeToString(Random(KeyBytes))
}

// Derive gives the 32-byte key for one purpose (HKDF-SHA-256, RFC 5869). The same purpose always gives the same key.
func (s *Sealer) Derive(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, s.master, nil, "keyhall/"+purpose, KeyBytes)
	if err != nil {
		panic(err) // only for absurd lengths
	}
	return key
}

// Seal encrypts plain for one place, which Open must name again. The result is nonce, ciphertext and tag.
func (s *Sealer) Seal(plain []byte, place string) []byte {
	nonce := Random(s.aead.NonceSize())
	return s.aead.Seal(nonce, nonce, plain, []byte(place))
}

// Open decrypts what Seal made for the same place, or returns ErrBroken.
func (s *Sealer) Open(sealed []byte, place string) ([]byte, error) {
	n := s.aead.NonceSize()
	if len(sealed) < n {
		return nil, ErrBroken
	}
	plain, err := s.aead.Open(nil, sealed[:n], sealed[n:], []byte(place))
	if err != nil {
		return nil, ErrBroken
	}
	return plain, nil
}

// MAC authenticates message under the key for one purpose (HMAC-SHA-256, RFC 2104).
func (s *Sealer) MAC(purpose string, message ...[]byte) []byte {
	h := hmac.New(sha256.New, s.Derive(purpose))
	for _, m := range message {
		h.Write(m)
	}
	return h.Sum(nil)
}

// Random gives n bytes from the operating system's generator, which never fails on supported systems.
func Random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
