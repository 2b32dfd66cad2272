package password

import (
	"crypto/md5" //nolint:gosec // what is stored is what it is; the next sign-in replaces it
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
)

// djangoMD5 reads "md5$salt$hex": one MD5 of salt and password.
func djangoMD5(text string) (test, error) {
	part, err := fields(text, "$", 3)
	if err != nil {
		return nil, err
	}
	stored, err := hex.DecodeString(part[2])
	salt := part[1]
	if err != nil || len(stored) != md5.Size || !between(len(salt), 1, longestSalt) {
		return nil, fault.HashUnknown
	}
	return func(password string) bool {
		got := md5.Sum([]byte(salt + password)) //nolint:gosec // as above
		return subtle.ConstantTimeCompare(got[:], stored) == 1
	}, nil
}

// ldapSalted reads what directories keep in userPassword: "{SSHA}" and base64 of the digest of password and salt, with
// the salt behind it.
func ldapSalted(text string) (test, error) {
	scheme, code, _ := strings.Cut(text, "}")
	digest := map[string]string{"{SSHA": "sha1", "{SSHA256": "sha256", "{SSHA512": "sha512"}[scheme]
	algorithm := digests[digest]
	size := algorithm().Size()
	raw, err := binary(base64.StdEncoding, code, size+4, size+64)
	if err != nil {
		return nil, err
	}
	stored, salt := raw[:size], raw[size:]
	return func(password string) bool {
		h := algorithm()
		h.Write([]byte(password))
		h.Write(salt)
		return subtle.ConstantTimeCompare(h.Sum(nil), stored) == 1
	}, nil
}
