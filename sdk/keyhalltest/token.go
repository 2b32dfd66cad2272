package keyhalltest

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strconv"
	"time"
)

// Claims of an access token. What is left out is filled in as Keyhall would: times from the clock, a life of 15 minutes, a new
// session and id.
type Claims struct {
	UserID      int64 // 1 when it is left out
	Email       string
	Verified    bool
	Group       string
	Permissions []string
	Approved    bool
	Life        time.Duration

	// Extra are claims beside these, and in place of them; nil removes one.
	Extra map[string]any
}

// Token makes an access token of the tenant.
func (t *Tenant) Token(c Claims) string {
	now := t.server.Clock.Now()
	if c.Life == 0 {
		c.Life = 15 * time.Minute
	}
	payload := map[string]any{
		"iss": t.Issuer, "aud": t.Issuer, "sub": strconv.FormatInt(max(c.UserID, 1), 10), "tenant": t.Slug,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(c.Life).Unix(), "auth_time": now.Unix(),
		"jti": rand.Text(), "sid": rand.Text(), "email_verified": c.Verified,
		"group": c.Group, "permissions": append([]string{}, c.Permissions...), "approved": c.Approved,
	}
	if c.Email != "" {
		payload["email"] = c.Email
	}
	maps.Copy(payload, c.Extra)
	maps.DeleteFunc(payload, func(_ string, value any) bool { return value == nil })
	return t.Sign(map[string]any{"typ": "at+jwt"}, payload)
}

// Sign signs any payload, below a header with these members besides alg and kid, which they win over.
func (t *Tenant) Sign(header, payload map[string]any) string {
	k := t.signing()
	head := map[string]any{"alg": k.algorithm, "kid": k.id}
	maps.Copy(head, header)
	message := t.part(head) + "." + t.part(payload)
	signature, err := k.sign([]byte(message))
	if err != nil {
		t.server.tb.Error(err)
	}
	raw := message + "." + base64.RawURLEncoding.EncodeToString(signature)
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	t.signed[raw] = true
	return raw
}

func (t *Tenant) part(members map[string]any) string {
	text, err := json.Marshal(members)
	if err != nil {
		t.server.tb.Error(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}
