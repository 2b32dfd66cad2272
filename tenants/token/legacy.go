package token

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"maps"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// legacyType is the `typ` of the tokens that old clients know. Unlike ours they say in a claim what they are for.
const legacyType = "JWT"

// What the claim token_type of a legacy token says.
const (
	useAccess  = "access"
	useRefresh = "refresh"
)

// SignLegacy is Sign for a contract whose clients read the token: extra are the claims they look for, which stand
// beside ours and win over them.
func (s *Service) SignLegacy(ctx context.Context, in *tenants.Scope, c Claims, extra map[string]any, life time.Duration) (string, error) {
	s.fill(in, &c, life)
	c.ID = hex.EncodeToString(uuidBytes(uuid.New()))
	return s.signLegacy(ctx, in, c, useAccess, extra)
}

func uuidBytes(id uuid.UUID) []byte { return id[:] }

func (s *Service) signLegacy(ctx context.Context, in *tenants.Scope, body any, use string, extra map[string]any) (string, error) {
	key, err := s.signingKey(ctx, in)
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	claims := map[string]any{}
	if err := json.Unmarshal(raw, &claims); err != nil {
		return "", err
	}
	claims["token_type"] = use
	maps.Copy(claims, extra)
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	jws, err := key.legacy.Sign(payload)
	if err != nil {
		return "", err
	}
	return jws.CompactSerialize()
}

// RefreshJWT is a refresh token in the form of a JWT, which clients decode to read when it expires.
type RefreshJWT struct {
	Refresh
	Contract string // only this contract takes it back
	UserID   int64
	IssuedAt time.Time
	Expires  time.Time
}

type refreshClaims struct {
	Issuer     string `json:"iss"`
	Audience   string `json:"aud"`
	Expires    int64  `json:"exp"`
	IssuedAt   int64  `json:"iat"`
	ID         string `json:"jti"`
	Session    string `json:"sid"`
	Generation uint32 `json:"gen"`
	Contract   string `json:"for"`
	User       int64  `json:"user_id"`
	Type       string `json:"token_type"`
}

// SignRefresh writes a refresh token with the extra claims that the contract's clients read. Its id is an HMAC of session
// and generation and Ed25519 has no random part, so that the same generation with the same times is the same token
// again: that is how a lost answer is repeated without storing a token (RFC 9700 4.14).
func (s *Service) SignRefresh(ctx context.Context, in *tenants.Scope, r RefreshJWT, extra map[string]any) (string, error) {
	id := in.ID()
	body := append(r.Session[:], byte(r.Generation>>24), byte(r.Generation>>16), byte(r.Generation>>8), byte(r.Generation))
	return s.signLegacy(ctx, in, refreshClaims{
		Issuer: in.Issuer(), Audience: in.Issuer(), Expires: r.Expires.Unix(), IssuedAt: r.IssuedAt.Unix(),
		ID:      hex.EncodeToString(s.sealer.MAC("refresh id", id[:], body)[:16]),
		Session: r.Session.String(), Generation: r.Generation, Contract: r.Contract, User: r.UserID,
	}, useRefresh, extra)
}

// ParseRefreshJWT checks a refresh token of the tenant and a contract. Faults: TokenInvalid, TokenExpired, and
// TokenWrongType for an access token.
func (s *Service) ParseRefreshJWT(ctx context.Context, in *tenants.Scope, raw, contract string) (RefreshJWT, error) {
	payload, head, err := s.checked(ctx, in, raw)
	if err != nil {
		return RefreshJWT{}, err
	}
	var c refreshClaims
	if err := json.Unmarshal(payload, &c); err != nil {
		return RefreshJWT{}, fault.TokenInvalid
	}
	if typ, _ := head.ExtraHeaders[jose.HeaderType].(string); typ != legacyType || c.Type != useRefresh {
		return RefreshJWT{}, fault.TokenWrongType
	}
	session, err := uuid.Parse(c.Session)
	if err != nil || c.Issuer != in.Issuer() || c.Audience != in.Issuer() || c.Contract != contract || c.User < 1 || c.Expires < 1 {
		return RefreshJWT{}, fault.TokenInvalid
	}
	if s.now().Unix() >= c.Expires {
		return RefreshJWT{}, fault.TokenExpired
	}
	return RefreshJWT{
		Refresh: Refresh{session, c.Generation}, Contract: c.Contract, UserID: c.User,
		IssuedAt: time.Unix(c.IssuedAt, 0), Expires: time.Unix(c.Expires, 0),
	}, nil
}
