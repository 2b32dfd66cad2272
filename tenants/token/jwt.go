package token

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Claims of an access token (RFC 9068, RFC 7519 4.1). Group, permissions and approval are a snapshot for services
// that verify offline; Keyhall itself reads the row on every request.
type Claims struct {
	Issuer      string   `json:"iss"`
	Subject     Subject  `json:"sub"`
	Audience    string   `json:"aud"` // the issuer: the tenant's own services
	Expires     int64    `json:"exp"` // seconds since 1970
	IssuedAt    int64    `json:"iat"`
	NotBefore   int64    `json:"nbf"`
	ID          string   `json:"jti"`
	Session     string   `json:"sid"`
	AuthTime    int64    `json:"auth_time"`
	Tenant      string   `json:"tenant"` // slug
	Email       string   `json:"email,omitempty"`
	Verified    bool     `json:"email_verified"`
	Group       string   `json:"group"`
	Permissions []string `json:"permissions"`
	Approved    bool     `json:"approved"`
}

// Subject is a user's id. As a claim it is a decimal text (RFC 7519 4.1.2); one old contract has it as a number.
type Subject int64

// MarshalJSON writes the text.
func (s Subject) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatInt(int64(s), 10)), nil
}

// UnmarshalJSON reads the text, and the number.
func (s *Subject) UnmarshalJSON(raw []byte) error {
	id, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	*s = Subject(id)
	return err
}

// UserID is the subject as a number.
func (c Claims) UserID() int64 { return int64(c.Subject) }

// SessionID is the session the token belongs to.
func (c Claims) SessionID() uuid.UUID {
	id, err := uuid.Parse(c.Session)
	if err != nil {
		return uuid.Nil
	}
	return id
}

// accessType is the `typ` of access tokens (RFC 9068 2.1), so that no other token of ours passes for one.
const accessType = "at+jwt"

// skew is how far two clocks may differ.
const skew = 30 * time.Second

// Sign makes an access token in the tenant's name. The caller fills the claims about the user; issuer, audience,
// times and id are set here.
func (s *Service) Sign(ctx context.Context, in *tenants.Scope, c Claims, life time.Duration) (string, error) {
	key, err := s.signingKey(ctx, in)
	if err != nil {
		return "", err
	}
	s.fill(in, &c, life)
	c.ID = uuid.NewString()
	payload, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	jws, err := key.signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return jws.CompactSerialize()
}

func (s *Service) fill(in *tenants.Scope, c *Claims, life time.Duration) {
	now := s.now()
	c.Issuer, c.Audience, c.Tenant = in.Issuer(), in.Issuer(), in.Slug()
	c.IssuedAt, c.NotBefore, c.Expires = now.Unix(), now.Unix(), now.Add(life).Unix()
}

// Verify checks an access token of the tenant, whichever contract it was made for: the algorithm its key record fixes, signature, type, issuer, audience
// and times (RFC 8725 3.1 to 3.12). Faults: TokenInvalid, TokenWrongType, and TokenExpired only when all else holds.
func (s *Service) Verify(ctx context.Context, in *tenants.Scope, raw string) (Claims, error) {
	id := sha256.Sum256([]byte(in.ID().String() + raw))
	if c, ok := s.verified.get(id); ok {
		return c, s.checkTimes(c)
	}
	c, err := s.verify(ctx, in, raw)
	if err != nil {
		return Claims{}, err
	}
	s.verified.put(id, c)
	return c, s.checkTimes(c)
}

const maxToken = 8 << 10

func (s *Service) verify(ctx context.Context, in *tenants.Scope, raw string) (Claims, error) {
	payload, head, err := s.checked(ctx, in, raw)
	if err != nil {
		return Claims{}, err
	}
	var c Claims
	var more struct {
		Use     string          `json:"token_type"`
		Subject json.RawMessage `json:"sub"`
	}
	readable := json.Unmarshal(payload, &c) == nil && json.Unmarshal(payload, &more) == nil
	typ, _ := head.ExtraHeaders[jose.HeaderType].(string)
	switch {
	case typ != accessType && (typ != legacyType || more.Use != useAccess):
		return Claims{}, fault.TokenWrongType
	case typ == accessType && !bytes.HasPrefix(more.Subject, []byte(`"`)):
		return Claims{}, fault.TokenInvalid
	case !readable || !c.complete() || c.Issuer != in.Issuer() || c.Audience != in.Issuer():
		return Claims{}, fault.TokenInvalid
	}
	return c, nil
}

// checked gives the payload of a token that was signed by the tenant, whatever it is for.
func (s *Service) checked(ctx context.Context, in *tenants.Scope, raw string) ([]byte, jose.Header, error) {
	if len(raw) > maxToken {
		return nil, jose.Header{}, fault.TokenInvalid
	}
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil || len(jws.Signatures) != 1 {
		return nil, jose.Header{}, fault.TokenInvalid
	}
	head := jws.Signatures[0].Protected
	public, err := s.publicKey(ctx, in, head)
	if err != nil {
		return nil, head, err
	}
	payload, err := jws.Verify(public)
	if err != nil {
		return nil, head, fault.TokenInvalid
	}
	return payload, head, nil
}

func (c Claims) complete() bool {
	return c.Expires > 0 && c.IssuedAt > 0 && c.UserID() > 0 && c.SessionID() != uuid.Nil
}

func (s *Service) checkTimes(c Claims) error {
	now := s.now()
	switch {
	case now.Unix() >= c.Expires:
		return fault.TokenExpired
	case now.Add(skew).Unix() < max(c.NotBefore, c.IssuedAt):
		return fault.TokenInvalid
	default:
		return nil
	}
}

var kidForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// publicKey finds the key a token names, inside the tenant alone. Headers that would bring their own key are refused.
func (s *Service) publicKey(ctx context.Context, in *tenants.Scope, h jose.Header) (ed25519.PublicKey, error) {
	for _, foreign := range []jose.HeaderKey{"jku", "jwk", "x5u", "x5c", "crit", "b64"} {
		if _, found := h.ExtraHeaders[foreign]; found {
			return nil, fault.TokenInvalid
		}
	}
	if h.JSONWebKey != nil || !kidForm.MatchString(h.KeyID) {
		return nil, fault.TokenInvalid
	}
	for _, load := range []func(context.Context, *tenants.Scope) ([]key, error){s.keysOf, s.reload} {
		keys, err := load(ctx, in)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(keys, func(k key) bool { return k.id == h.KeyID })
		if i >= 0 {
			return keys[i].public, nil
		}
	}
	return nil, fault.TokenInvalid
}
