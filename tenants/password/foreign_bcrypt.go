package password

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"

	"golang.org/x/crypto/bcrypt"

	"github.com/keyhall/keyhall/internal/fault"
)

// bcryptForm is "$2b$cost$" with 22 characters of salt and 31 of key. What came before 2a had bugs.
var bcryptForm = regexp.MustCompile(`^\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}$`)

// mostBcryptBytes is what bcrypt looks at. It would take a longer password for its beginning, so a longer one never
// matches.
const mostBcryptBytes = 72

func bareBcrypt(text string) (test, error) {
	found := bcryptForm.FindStringSubmatch(text)
	if found == nil {
		return nil, fault.HashUnknown
	}
	switch cost := found[1]; {
	case cost < "04": // two digits compare as numbers do
		return nil, fault.HashUnknown
	case cost > mostBcrypt:
		return nil, fault.HashCostly
	}
	stored := []byte(text)
	return func(password string) bool {
		return len(password) <= mostBcryptBytes && bcrypt.CompareHashAndPassword(stored, []byte(password)) == nil
	}, nil
}

// djangoBcrypt reads "bcrypt$" before a bare one.
func djangoBcrypt(text string) (test, error) {
	return bareBcrypt(strings.TrimPrefix(text, "bcrypt$"))
}

// djangoBcryptSHA256 hashes the hex digits of the password's SHA-256.
func djangoBcryptSHA256(text string) (test, error) {
	inner, err := bareBcrypt(strings.TrimPrefix(text, "bcrypt_sha256$"))
	if err != nil {
		return nil, err
	}
	return func(password string) bool {
		digest := sha256.Sum256([]byte(password))
		return inner(hex.EncodeToString(digest[:]))
	}, nil
}

// wordpressBcrypt reads what WordPress writes since 6.8: "$wp" before a bare one of a keyed SHA-384 in base64.
func wordpressBcrypt(text string) (test, error) {
	inner, err := bareBcrypt(strings.TrimPrefix(text, "$wp"))
	if err != nil {
		return nil, err
	}
	return func(password string) bool {
		mac := hmac.New(sha512.New384, []byte("wp-sha384"))
		mac.Write([]byte(password))
		return inner(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}, nil
}
