package password

import (
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // what is stored is what it is; the next sign-in replaces it
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	std "hash"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
)

// digests are the hashes that PBKDF2 (RFC 8018 5.2) is used with.
var digests = map[string]func() std.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}

// djangoPBKDF2 reads "pbkdf2_sha256$iterations$salt$base64".
func djangoPBKDF2(text string) (test, error) {
	part, err := fields(text, "$", 4)
	if err != nil {
		return nil, err
	}
	key, err := binary(base64.StdEncoding, part[3], 1, 64)
	if err != nil {
		return nil, err
	}
	return testPBKDF2(strings.TrimPrefix(part[0], "pbkdf2_"), part[1], part[2], key)
}

// werkzeugPBKDF2 reads "pbkdf2:sha256:iterations$salt$hex", as Flask's security module writes it.
func werkzeugPBKDF2(text string) (test, error) {
	part, err := fields(text, "$", 3)
	if err != nil {
		return nil, err
	}
	method, err := fields(part[0], ":", 3)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(part[2])
	if err != nil {
		return nil, fault.HashUnknown
	}
	return testPBKDF2(method[1], method[2], part[1], key)
}

// testPBKDF2 wants a key of exactly one digest: a longer one would take another round of iterations for each.
func testPBKDF2(digest, iterations, salt string, key []byte) (test, error) {
	rounds, err := number(iterations, mostPBKDF2)
	if err != nil {
		return nil, err
	}
	algorithm, known := digests[digest]
	if !known || len(key) != algorithm().Size() || !between(len(salt), 1, longestSalt) {
		return nil, fault.HashUnknown
	}
	return func(password string) bool {
		got, err := pbkdf2.Key(algorithm, password, []byte(salt), rounds, len(key))
		return err == nil && subtle.ConstantTimeCompare(got, key) == 1
	}, nil
}
