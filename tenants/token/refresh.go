package token

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Refresh names one generation of a session's refresh token. The token itself is "khr_" and the base64url of
// session id, generation and an HMAC-SHA-256 over both and the tenant. So a token cannot be guessed, the database
// holds nothing that could be used (only a counter), and the successor of a parent is always the same token, which
// is what lets a lost answer be repeated (RFC 9700 4.14).
type Refresh struct {
	Session    uuid.UUID
	Generation uint32
}

const (
	refreshPrefix = "khr_"
	refreshBody   = 16 + 4
	refreshMAC    = 32
)

// RefreshToken writes a refresh token of the tenant.
func (s *Service) RefreshToken(in *tenants.Scope, r Refresh) string {
	body := append(r.Session[:], 0, 0, 0, 0)
	binary.BigEndian.PutUint32(body[16:], r.Generation)
	return refreshPrefix + base64.RawURLEncoding.EncodeToString(append(body, s.refreshMAC(in, body)...))
}

func (s *Service) refreshMAC(in *tenants.Scope, body []byte) []byte {
	id := in.ID()
	return s.sealer.MAC("refresh", id[:], body)
}

// ParseRefresh reads a refresh token of the tenant and checks its HMAC, or returns fault.TokenInvalid.
func (s *Service) ParseRefresh(in *tenants.Scope, raw string) (Refresh, error) {
	text, ok := strings.CutPrefix(raw, refreshPrefix)
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if !ok || err != nil || len(b) != refreshBody+refreshMAC {
		return Refresh{}, fault.TokenInvalid
	}
	body, mac := b[:refreshBody], b[refreshBody:]
	if !hmac.Equal(mac, s.refreshMAC(in, body)) {
		return Refresh{}, fault.TokenInvalid
	}
	return Refresh{Session: uuid.UUID(body[:16]), Generation: binary.BigEndian.Uint32(body[16:])}, nil
}
