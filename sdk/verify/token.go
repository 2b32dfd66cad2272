package verify

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Token is a verified access token. It may be shared by many goroutines, so nobody changes it.
type Token struct {
	Issuer   string   // "https://id.example.com/t/acme"
	Subject  string   // the user's id as it is written
	UserID   int64    // the same as a number; 0 when it is none
	Audience []string //
	ID       string   // of the token
	Session  string   // names the sign-in
	KeyID    string   // of the key that signed it

	Tenant        string // slug
	Email         string
	EmailVerified bool
	Group         string
	Permissions   []string
	Approved      bool

	Expires   time.Time
	IssuedAt  time.Time
	NotBefore time.Time // zero when the token does not say
	AuthTime  time.Time // when the user proved who they are; zero when the token does not say

	payload []byte
}

// Allows reports whether the group of the user had the permission when the token was made.
func (t *Token) Allows(permission string) bool { return slices.Contains(t.Permissions, permission) }

// Decode reads all claims into a value, as json.Unmarshal does.
func (t *Token) Decode(into any) error {
	if err := json.Unmarshal(t.payload, into); err != nil {
		return fmt.Errorf("verify: reading claims: %w", err)
	}
	return nil
}

// Claims reads all claims of the token as a T, for claims that Token has no field for.
func Claims[T any](t *Token) (T, error) {
	var claims T
	err := t.Decode(&claims)
	return claims, err
}

// payload is the second part of a token: what is checked, and what Token tells.
type payload struct {
	Issuer        string   `json:"iss"`
	Subject       subject  `json:"sub"`
	Audience      audience `json:"aud"`
	Expires       *seconds `json:"exp"`
	IssuedAt      *seconds `json:"iat"`
	NotBefore     *seconds `json:"nbf"`
	AuthTime      *seconds `json:"auth_time"`
	ID            string   `json:"jti"`
	Session       string   `json:"sid"`
	Tenant        string   `json:"tenant"`
	Email         string   `json:"email"`
	EmailVerified bool     `json:"email_verified"`
	Group         string   `json:"group"`
	Permissions   []string `json:"permissions"`
	Approved      bool     `json:"approved"`
	Use           string   `json:"token_type"`
}

func readPayload(part string) (payload, []byte, error) {
	var p payload
	raw, err := decode(part)
	if err != nil || json.Unmarshal(raw, &p) != nil {
		return p, nil, ErrMalformed
	}
	return p, raw, nil
}

func (p *payload) token(kid string, raw []byte) *Token {
	id, err := strconv.ParseInt(p.Subject.text, 10, 64)
	if err != nil || id < 0 {
		id = 0
	}
	return &Token{
		Issuer: p.Issuer, Subject: p.Subject.text, UserID: id, Audience: p.Audience, ID: p.ID, Session: p.Session, KeyID: kid,
		Tenant: p.Tenant, Email: p.Email, EmailVerified: p.EmailVerified, Group: p.Group, Permissions: p.Permissions, Approved: p.Approved,
		Expires: p.Expires.time(), IssuedAt: p.IssuedAt.time(), NotBefore: p.NotBefore.time(), AuthTime: p.AuthTime.time(),
		payload: raw,
	}
}

// decode reads one part. Line breaks, which encoding/base64 passes over, and leftover bits would give one token several forms.
func decode(part string) ([]byte, error) {
	for i := range len(part) {
		if part[i] == '\r' || part[i] == '\n' {
			return nil, ErrMalformed
		}
	}
	return base64.RawURLEncoding.Strict().DecodeString(part)
}

// subject is a text; an old interface writes a number.
type subject struct {
	text   string
	number bool
}

// UnmarshalJSON reads either.
func (s *subject) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		return json.Unmarshal(raw, &s.text)
	}
	id, err := strconv.ParseInt(string(raw), 10, 64)
	s.text, s.number = strconv.FormatInt(id, 10), true
	return err
}

// audience is one text or a list of them (RFC 7519 4.1.3).
type audience []string

// UnmarshalJSON reads either.
func (a *audience) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '[' {
		return json.Unmarshal(raw, (*[]string)(a))
	}
	var one string
	err := json.Unmarshal(raw, &one)
	*a = audience{one}
	return err
}

// seconds is a NumericDate (RFC 7519 2): seconds since 1970, possibly with a fraction.
type seconds int64

// latest is the last second of the year 9999; arithmetic on times stays away from its ends.
const latest = 253402300799

// UnmarshalJSON reads a number of this era; null and texts are none.
func (s *seconds) UnmarshalJSON(raw []byte) error {
	whole, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		f, wrong := strconv.ParseFloat(string(raw), 64)
		if wrong != nil {
			return wrong
		}
		if f < 0 || f > latest {
			return strconv.ErrRange
		}
		whole = int64(f)
	}
	if whole < 0 || whole > latest {
		return strconv.ErrRange
	}
	*s = seconds(whole)
	return nil
}

func (s *seconds) time() time.Time {
	if s == nil {
		return time.Time{}
	}
	return time.Unix(int64(*s), 0)
}
