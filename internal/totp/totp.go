// Package totp owns time-based one-time codes as authenticator apps make them (RFC 6238): HMAC-SHA-1, a step of 30
// seconds, six digits. It knows neither clocks nor accounts; whoever uses it remembers the last step that was taken.
package totp

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238's default, and the only one that every app takes; HMAC needs no collision resistance
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/seal"
)

// Digits is how long a code is.
const Digits = 6

const (
	step = 30 * time.Second
	// drift is how many steps a phone's clock may be off, to either side (RFC 6238, 5.2).
	drift = 1
)

// NewSecret makes a shared secret: 160 bits, the length of the hash (RFC 4226, 4).
func NewSecret() []byte { return seal.Random(20) }

// Text is the secret as a person types it into an app: Base32 without padding (RFC 4648, 6).
func Text(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// URI is what an app reads from a QR code.
func URI(issuer, account string, secret []byte) string {
	q := url.Values{"secret": {Text(secret)}, "issuer": {issuer}}
	label := url.PathEscape(issuer) + ":" + url.PathEscape(account)
	return "otpauth://totp/" + label + "?" + strings.ReplaceAll(q.Encode(), "+", "%20") // apps do not read + as a space
}

// Step numbers the time step that a moment is in.
func Step(at time.Time) int64 { return at.Unix() / int64(step/time.Second) }

// Code is the code of a time step (RFC 4226, 5.3).
func Code(secret []byte, number int64) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(number)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0x0f
	value := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", Digits, value%1_000_000)
}

// Match finds the step that a code belongs to, among those around a moment and after the last one taken. A code of a
// step that was taken, or of an earlier one, never matches.
func Match(secret []byte, code string, at time.Time, last int64) (int64, bool) {
	found, now := int64(0), Step(at)
	for number := now - drift; number <= now+drift; number++ {
		if subtle.ConstantTimeCompare([]byte(Code(secret, number)), []byte(code)) == 1 && number > last {
			found = number
		}
	}
	return found, found != 0
}
