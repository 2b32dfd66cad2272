package token_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/token"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newService(t *testing.T) (*token.Service, *tenants.Scope, *clock) {
	t.Helper()
	t.Parallel()
	h := pgtest.Get(t)
	c := &clock{time.Now()}
	return token.New(h.Sealer, c.now), h.Tenant(t, ""), c
}

var claims = token.Claims{Subject: 7, Session: uuid.NewString(), Group: "user", Permissions: []string{}}

func sign(t *testing.T, s *token.Service, in *tenants.Scope) string {
	t.Helper()
	raw, err := s.Sign(t.Context(), in, claims, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func wants(t *testing.T, what string, err error, code *fault.Code) {
	t.Helper()
	if !errors.Is(err, code) {
		t.Errorf("%s: wanted %s, got %v", what, code.Name, err)
	}
}

func TestAnAccessTokenIsGoodForItsTimeInItsTenant(t *testing.T) {
	s, in, c := newService(t)
	raw := sign(t, s, in)
	got, err := s.Verify(t.Context(), in, raw)
	if err != nil || got.UserID() != 7 || got.Issuer != in.Issuer() {
		t.Fatalf("got %+v, %v", got, err)
	}
	_, err = s.Verify(t.Context(), pgtest.Get(t).Tenant(t, ""), raw)
	wants(t, "in another tenant", err, fault.TokenInvalid)
	c.at = c.at.Add(time.Minute)
	_, err = s.Verify(t.Context(), in, raw) // from the cache, which checks the times all the same
	wants(t, "a minute later", err, fault.TokenExpired)
}

// forge signs what it is given with the tenant's own key, so that only the claims and headers are wrong.
func forge(t *testing.T, in *tenants.Scope, header map[string]any, payload any) string {
	t.Helper()
	h := pgtest.Get(t)
	var kid string
	var sealed []byte
	if err := h.Owner(t).QueryRowContext(t.Context(), `select id, sealed from signing_keys where tenant_id = $1`, in.ID()).Scan(&kid, &sealed); err != nil {
		t.Fatal(err)
	}
	seed, err := h.Sealer.Open(sealed, "signing/"+in.ID().String()+"/"+kid)
	if err != nil {
		t.Fatal(err)
	}
	full := map[string]any{"alg": "EdDSA", "typ": "at+jwt", "kid": kid}
	for k, v := range header {
		full[k] = v
	}
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	text := part(full) + "." + part(payload)
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(seed), []byte(text)))
}

func TestForgedAndOddTokensAreRefused(t *testing.T) {
	s, in, _ := newService(t)
	good := sign(t, s, in)
	parts := strings.Split(good, ".")
	now := time.Now().Unix()
	payload := func(change map[string]any) map[string]any {
		p := map[string]any{"iss": in.Issuer(), "aud": in.Issuer(), "sub": "7", "sid": uuid.NewString(), "iat": now, "nbf": now, "exp": now + 60}
		for k, v := range change {
			if v == nil {
				delete(p, k)
			} else {
				p[k] = v
			}
		}
		return p
	}
	if _, err := s.Verify(t.Context(), in, forge(t, in, nil, payload(nil))); err != nil {
		t.Fatalf("the forger cannot even make a good one: %v", err)
	}
	for name, raw := range map[string]string{
		"nothing": "", "dots": strings.Repeat(".", 10_000), "long": strings.Repeat("a", 100_000), "two parts": parts[0] + "." + parts[1],
		"no signature": parts[0] + "." + parts[1] + ".", "other payload": parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"8"}`)) + "." + parts[2],
		"alg none":   forge(t, in, map[string]any{"alg": "none"}, payload(nil)),
		"alg HS256":  forge(t, in, map[string]any{"alg": "HS256"}, payload(nil)),
		"kid path":   forge(t, in, map[string]any{"kid": "../../dev/null"}, payload(nil)),
		"kid sql":    forge(t, in, map[string]any{"kid": "x' union select"}, payload(nil)),
		"kid number": forge(t, in, map[string]any{"kid": 5}, payload(nil)),
		"jku":        forge(t, in, map[string]any{"jku": "http://127.0.0.1:1/"}, payload(nil)),
		"x5u":        forge(t, in, map[string]any{"x5u": "http://127.0.0.1:1/"}, payload(nil)),
		"crit":       forge(t, in, map[string]any{"crit": []string{"x"}, "x": 1}, payload(nil)),
		"no exp":     forge(t, in, nil, payload(map[string]any{"exp": nil})),
		"exp text":   forge(t, in, nil, payload(map[string]any{"exp": "soon"})),
		"exp huge":   forge(t, in, nil, payload(map[string]any{"exp": 1e300})),
		"no iat":     forge(t, in, nil, payload(map[string]any{"iat": nil})),
		"iat ahead":  forge(t, in, nil, payload(map[string]any{"iat": now + 600})),
		"nbf ahead":  forge(t, in, nil, payload(map[string]any{"nbf": now + 600})),
		"other iss":  forge(t, in, nil, payload(map[string]any{"iss": "https://id.example.test/t/other"})),
		"other aud":  forge(t, in, nil, payload(map[string]any{"aud": "someone"})),
		"aud list":   forge(t, in, nil, payload(map[string]any{"aud": []string{in.Issuer()}})),
		"sub number": forge(t, in, nil, payload(map[string]any{"sub": 7})),
		"no sub":     forge(t, in, nil, payload(map[string]any{"sub": nil})),
		"no sid":     forge(t, in, nil, payload(map[string]any{"sid": nil})),
	} {
		_, err := s.Verify(t.Context(), in, raw)
		wants(t, name, err, fault.TokenInvalid)
	}
	_, err := s.Verify(t.Context(), in, forge(t, in, map[string]any{"typ": "JWT"}, payload(nil)))
	wants(t, "another type", err, fault.TokenWrongType)
}

func TestAKeyOfAnotherTenantSignsNothingHere(t *testing.T) {
	s, in, _ := newService(t)
	other := pgtest.Get(t).Tenant(t, "")
	sign(t, s, in)
	sign(t, s, other)
	now := time.Now().Unix()
	raw := forge(t, other, nil, map[string]any{"iss": in.Issuer(), "aud": in.Issuer(), "sub": "7", "sid": uuid.NewString(), "iat": now, "nbf": now, "exp": now + 60})
	_, err := s.Verify(t.Context(), in, raw)
	wants(t, "the other's key with our claims", err, fault.TokenInvalid)
}

func TestARetiredKeyGoesOnVerifying(t *testing.T) {
	s, in, c := newService(t)
	old := sign(t, s, in)
	if err := s.Rotate(t.Context(), in, tenants.Who{Kind: "operator"}); err != nil {
		t.Fatal(err)
	}
	fresh := token.New(pgtest.Get(t).Sealer, c.now) // another process, nothing remembered
	if _, err := fresh.Verify(t.Context(), in, old); err != nil {
		t.Fatalf("after the rotation: %v", err)
	}
	set, err := fresh.JWKS(t.Context(), in)
	if err != nil || len(set.Keys) != 2 || set.Keys[0].Key == nil {
		t.Fatalf("published: %+v, %v", set, err)
	}
	jws, err := jose.ParseSignedCompact(sign(t, fresh, in), []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil || jws.Signatures[0].Protected.KeyID != set.Keys[0].KeyID {
		t.Fatalf("new tokens are not signed by the new key: %v", err)
	}
}

func TestParallelFirstSignaturesMakeOneKey(t *testing.T) {
	s, in, _ := newService(t)
	done := make(chan error, 10)
	for range 10 {
		go func() {
			_, err := s.Sign(t.Context(), in, claims, time.Minute)
			done <- err
		}()
	}
	for range 10 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if keys, err := s.SigningKeys(t.Context(), in); err != nil || len(keys) != 1 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
}

func TestRefreshTokensAreBoundToTheirTenant(t *testing.T) {
	s, in, _ := newService(t)
	r := token.Refresh{Session: uuid.New(), Generation: 3}
	raw := s.RefreshToken(in, r)
	if got, err := s.ParseRefresh(in, raw); err != nil || got != r {
		t.Fatalf("got %+v, %v", got, err)
	}
	_, err := s.ParseRefresh(pgtest.Get(t).Tenant(t, ""), raw)
	wants(t, "in another tenant", err, fault.TokenInvalid)
	flipped := []byte(raw)
	flipped[10] ^= 1
	for name, bad := range map[string]string{"empty": "", "cut": raw[:len(raw)-1], "longer": raw + "A", "flipped": string(flipped), "no prefix": raw[4:]} {
		_, err := s.ParseRefresh(in, bad)
		wants(t, name, err, fault.TokenInvalid)
	}
}
