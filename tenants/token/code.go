package token

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/keyhall/keyhall/tenants"
)

// NewCode makes a one-time code of n decimal digits, each equally likely.
func NewCode(n int) string { return text(n, "0123456789") }

// CodeMAC is what is stored of a one-time code: so short a secret would be found in a plain hash at once. It fits one
// tenant, one purpose and one destination (OWASP ASVS 5.0, 6.6.2).
func (s *Service) CodeMAC(in *tenants.Scope, purpose, destination, code string) []byte {
	id := in.ID()
	return s.sealer.MAC("one-time code", id[:], []byte(strings.Join([]string{purpose, destination, code}, "\x00")))
}

// PasswordMark is 64 hex characters that tell two passwords of an account apart and nothing else.
func (s *Service) PasswordMark(in *tenants.Scope, userID int64, hash string) string {
	id := in.ID()
	return hex.EncodeToString(s.sealer.MAC("password mark", id[:], []byte(strconv.FormatInt(userID, 10)+"\x00"+hash)))
}
