// Package webhook signs HTTP calls to receivers by the rules of Standard Webhooks, so that any of its libraries verifies
// them: HMAC-SHA256 over id, time and body, in three headers. It owns the signature and nothing of sending.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/seal"
)

// The headers of a signed call.
const (
	ID        = "Webhook-Id"        // the same in each attempt
	Timestamp = "Webhook-Timestamp" // seconds of Unix time
	Signature = "Webhook-Signature" // "v1," and base64; several, with spaces between, while a secret is replaced
)

const (
	prefix   = "whsec_"
	keyBytes = 32
	minBytes = 16
)

// ErrSecret is what Key says of a text that is no secret.
var ErrSecret = errors.New("a secret is whsec_ and at least 16 bytes in base64")

// NewSecret makes a secret: "whsec_" and 32 random bytes in base64.
func NewSecret() string { return prefix + base64.StdEncoding.EncodeToString(seal.Random(keyBytes)) }

// Key reads a secret. It fails with ErrSecret.
func Key(secret string) ([]byte, error) {
	text, found := strings.CutPrefix(secret, prefix)
	key, err := base64.StdEncoding.DecodeString(text)
	if !found || err != nil || len(key) < minBytes {
		return nil, ErrSecret
	}
	return key, nil
}

// Sign sets the three headers for a body, with one signature a key.
func Sign(h http.Header, id string, at time.Time, body []byte, keys ...[]byte) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	signatures := make([]string, len(keys))
	for i, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + stamp + "."))
		mac.Write(body)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	h.Set(ID, id)
	h.Set(Timestamp, stamp)
	h.Set(Signature, strings.Join(signatures, " "))
}
