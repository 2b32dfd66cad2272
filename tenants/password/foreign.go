package password

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
)

// A format is one way in which another system writes down a password. Such a text is verified as it is stored; the
// next right password replaces it by a hash of ours.
type format struct {
	prefix string                          // how its texts, and no other format's, begin
	read   func(text string) (test, error) // tells HashUnknown or HashCostly before anything is computed
}

// test reports whether a password is the one. It is where the cost is; only a Pool runs it.
type test func(password string) bool

// formats are all that can be brought along. One more is a function in a foreign_*.go and a line here.
var formats = []format{
	{"pbkdf2_sha256$", djangoPBKDF2},
	{"pbkdf2_sha1$", djangoPBKDF2},
	{"argon2$", djangoArgon2},
	{"bcrypt$", djangoBcrypt},
	{"bcrypt_sha256$", djangoBcryptSHA256},
	{"scrypt$", djangoScrypt},
	{"md5$", djangoMD5},
	{"$2a$", bareBcrypt},
	{"$2b$", bareBcrypt},
	{"$2y$", bareBcrypt},
	{"$wp$", wordpressBcrypt},
	{"$argon2i$", phcArgon2},
	{"$argon2id$", phcArgon2}, // with other bounds than ours
	{"$scrypt$", phcScrypt},
	{"$fbscrypt$", firebaseScrypt},
	{"scrypt:", werkzeugScrypt},
	{"pbkdf2:", werkzeugPBKDF2},
	{"{SSHA}", ldapSalted},
	{"{SSHA256}", ldapSalted},
	{"{SSHA512}", ldapSalted},
	{"$P$", phpass},
	{"$H$", phpass},
}

// What the costs of a brought-along hash may be: each sign-in pays them until the password was right once. The bounds
// are far above what the systems use, and keep one test under about a second of one core and 128 MiB.
const (
	mostPBKDF2  = 2_000_000 // iterations
	mostBcrypt  = "14"      // cost: log2 of the rounds, as it is written
	mostPhpass  = 18        // log2 of the rounds
	mostScrypt  = 1 << 20   // N·r·p, and so 128 MiB
	mostMemory  = 128 << 10 // KiB of Argon2
	mostArgon2  = 1 << 20   // KiB times passes
	mostLanes   = 16
	longestText = 1024
	longestSalt = 128
)

// CheckStored tells whether Verify can do with a stored hash, ours or another system's. It computes nothing. Faults:
// HashUnknown for what is in none of the formats or damaged, HashCostly for costs over the bounds.
func CheckStored(stored string) error {
	if _, err := parse(stored); err == nil {
		return nil
	}
	_, err := foreign(stored)
	return err
}

// foreign finds the test of what another system stored.
func foreign(stored string) (test, error) {
	odd := func(c rune) bool { return c <= ' ' || c > '~' }
	if len(stored) > longestText || strings.ContainsFunc(stored, odd) {
		return nil, fault.HashUnknown
	}
	for _, f := range formats {
		if strings.HasPrefix(stored, f.prefix) {
			return f.read(stored)
		}
	}
	return nil, fault.HashUnknown
}

// fields splits a text into exactly n parts.
func fields(text, separator string, n int) ([]string, error) {
	part := strings.Split(text, separator)
	if len(part) != n {
		return nil, fault.HashUnknown
	}
	return part, nil
}

// number reads a cost in its one decimal spelling, from 1 to most.
func number(text string, most int) (int, error) {
	n, err := strconv.Atoi(text)
	switch {
	case err != nil && !allDigits(text), err == nil && (n < 1 || strconv.Itoa(n) != text):
		return 0, fault.HashUnknown
	case err != nil || n > most:
		return 0, fault.HashCostly
	}
	return n, nil
}

func allDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// numbers reads several, each up to most.
func numbers(most int, texts ...string) ([]int, error) {
	all := make([]int, len(texts))
	for i, text := range texts {
		var err error
		if all[i], err = number(text, most); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// named takes the value out of "name=value".
func named(name, text string) (string, error) {
	value, ok := strings.CutPrefix(text, name+"=")
	if !ok {
		return "", fault.HashUnknown
	}
	return value, nil
}

// binary reads base64 of between low and high bytes.
func binary(code *base64.Encoding, text string, low, high int) ([]byte, error) {
	raw, err := code.Strict().DecodeString(text)
	if err != nil || !between(len(raw), low, high) {
		return nil, fault.HashUnknown
	}
	return raw, nil
}
