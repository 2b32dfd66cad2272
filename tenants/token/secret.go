package token

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/seal"
)

// Hash is how a random secret is stored: its SHA-256. The secrets have 128 bits and more, so no slow hash is needed.
func Hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// NewKey makes an opaque key as django-rest-auth's clients know it: 40 lower-case hex characters (160 bits).
func NewKey() string { return hex.EncodeToString(seal.Random(20)) }

const lowerAlphanumerics = "abcdefghijklmnopqrstuvwxyz0123456789"

// text makes n random characters of alphabet, each equally likely.
func text(n int, alphabet string) string {
	limit := byte(256 - 256%len(alphabet))
	out := make([]byte, 0, n)
	for len(out) < n {
		for _, b := range seal.Random(2 * n) {
			if b < limit && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out)
}

// NewMailKey makes the key of a confirmation mail: 64 lower-case alphanumerics (330 bits), the shape of allauth's
// stored keys.
func NewMailKey() string { return text(64, lowerAlphanumerics) }

// NewSessionID makes the value of a `sessionid` cookie: 32 lower-case alphanumerics (165 bits), as Django's.
func NewSessionID() string { return text(32, lowerAlphanumerics) }

// NewCSRF makes the value of a `csrftoken` cookie: 64 alphanumerics, as Django's.
func NewCSRF() string {
	return text(64, lowerAlphanumerics+"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}

// djangoEpoch is where Django's password reset tokens count from.
var djangoEpoch = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)

// NewResetToken makes a password reset token that Django's URL patterns match: `[0-9a-z]{1,13}-[0-9a-f]{32}`. The
// first part is the time in base 36, for looks; the second is 128 random bits.
func NewResetToken(now time.Time) string {
	seconds := int64(now.Sub(djangoEpoch) / time.Second)
	return big.NewInt(seconds).Text(36) + "-" + hex.EncodeToString(seal.Random(16))
}

// UID is the `uid` of a reset link: base64url without padding of the decimal user id (Django's urlsafe_base64_encode).
func UID(userID int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(userID, 10)))
}

// UserID reads the `uid` of a reset link, with or without padding; 0 when it is none.
func UserID(uid string) int64 {
	decimal, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(uid, "="))
	if err != nil {
		return 0
	}
	id, err := strconv.ParseInt(string(decimal), 10, 64)
	if err != nil {
		return 0
	}
	return id
}
