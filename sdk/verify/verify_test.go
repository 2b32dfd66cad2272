package verify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

func verifier(t testing.TB, options ...verify.Option) *verify.Verifier {
	t.Helper()
	v, err := verify.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// acme is a tenant and a verifier for it.
func acme(t testing.TB, options ...verify.Option) (*keyhalltest.Server, *keyhalltest.Tenant, *verify.Verifier) {
	t.Helper()
	server := keyhalltest.New(t)
	tenant := server.Tenant("acme")
	base := []verify.Option{verify.WithIssuers(tenant.Issuer), verify.WithClock(server.Clock.Now), verify.WithFloor(time.Millisecond)}
	return server, tenant, verifier(t, append(base, options...)...)
}

func refused(t *testing.T, v *verify.Verifier, name, raw string, want error) {
	t.Helper()
	got, err := v.Verify(t.Context(), raw)
	if !errors.Is(err, want) || got != nil {
		t.Errorf("%s: %v, want %v", name, err, want)
	}
}

func TestATokenTellsWhoItIs(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{keyhalltest.EdDSA, keyhalltest.RS256, keyhalltest.ES256} {
		server, tenant, v := acme(t)
		tenant.RotateTo(algorithm)
		raw := tenant.Token(keyhalltest.Claims{
			UserID: 7, Email: "mia@example.com", Verified: true, Group: "coach", Permissions: []string{"users.read"}, Approved: true,
			Extra: map[string]any{"shoe_size": 41},
		})
		got, err := v.Verify(t.Context(), raw)
		if err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		if got.UserID != 7 || got.Subject != "7" || got.Email != "mia@example.com" || !got.EmailVerified || got.Group != "coach" || !got.Approved ||
			!got.Allows("users.read") || got.Allows("users.write") || got.Tenant != "acme" || got.Issuer != tenant.Issuer || got.Session == "" ||
			got.KeyID != tenant.KeyID() || !got.Expires.Equal(server.Clock.Now().Add(15*time.Minute)) {
			t.Errorf("%s: %+v", algorithm, got)
		}
		claims, err := verify.Claims[struct {
			Size int `json:"shoe_size"`
		}](got)
		if err != nil || claims.Size != 41 {
			t.Errorf("%s: %+v, %v", algorithm, claims, err)
		}
	}
}

func TestTOK07TokensWithoutASignatureAreRefused(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t)
	good := tenant.Token(keyhalltest.Claims{})
	parts := strings.Split(good, ".")
	for _, alg := range []string{"none", "None", "NONE", ""} {
		unsigned := strings.Split(tenant.Sign(map[string]any{"alg": alg, "typ": "at+jwt"}, claimsOf(t, good)), ".")
		refused(t, v, "alg "+alg, unsigned[0]+"."+unsigned[1]+".", verify.ErrAlgorithm)
		refused(t, v, "signed, alg "+alg, strings.Join(unsigned, "."), verify.ErrAlgorithm)
	}
	refused(t, v, "an empty signature", parts[0]+"."+parts[1]+".", verify.ErrSignature)
	refused(t, v, "two parts", parts[0]+"."+parts[1], verify.ErrMalformed)
	refused(t, v, "five parts", good+".x.y", verify.ErrMalformed)
	refused(t, v, "nothing", "", verify.ErrMalformed)
	refused(t, v, "line breaks", parts[0]+"."+parts[1]+".\n"+parts[2], verify.ErrMalformed)
	refused(t, v, "padding", good+"==", verify.ErrMalformed)
	if server.Calls("GET /t/acme/.well-known/jwks.json") != 1 {
		t.Error("the keys were fetched more than once")
	}
}

func claimsOf(t testing.TB, raw string) map[string]any {
	t.Helper()
	body, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(body, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestTOK08TheKeyFixesTheAlgorithm(t *testing.T) {
	t.Parallel()
	_, tenant, v := acme(t)
	tenant.RotateTo(keyhalltest.RS256)
	good := tenant.Token(keyhalltest.Claims{})
	if _, err := v.Verify(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	for _, alg := range []string{"HS256", "RS384", "PS256", "ES256", "EdDSA"} {
		forged := strings.Split(tenant.Sign(map[string]any{"alg": alg, "typ": "at+jwt"}, claimsOf(t, good)), ".")
		for _, secret := range [][]byte{tenant.JWKS(), []byte(tenant.KeyID())} {
			mac := hmac.New(sha256.New, secret)
			fmt.Fprint(mac, forged[0]+"."+forged[1])
			refused(t, v, alg, forged[0]+"."+forged[1]+"."+base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), verify.ErrAlgorithm)
		}
	}
}

func TestTOK09KeyNamesAreNamesOnly(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t)
	claims := claimsOf(t, tenant.Token(keyhalltest.Claims{}))
	for _, kid := range []any{"../../dev/null", "x' union select 1", "http://127.0.0.1/", 7, []string{"a"}, strings.Repeat("a", 10<<10), "", nil} {
		refused(t, v, fmt.Sprint(kid), tenant.Sign(map[string]any{"typ": "at+jwt", "kid": kid}, claims), verify.ErrMalformed)
	}
	if server.Calls("GET /t/acme/.well-known/jwks.json") != 0 {
		t.Error("the keys were fetched")
	}
}

func TestTOK10TokensBringNoKeysOfTheirOwn(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t)
	claims := claimsOf(t, tenant.Token(keyhalltest.Claims{}))
	for name, value := range map[string]any{"jku": server.URL, "jwk": map[string]any{}, "x5u": server.URL, "x5c": []string{"a"}, "crit": []string{"exp"}, "b64": false} {
		refused(t, v, name, tenant.Sign(map[string]any{"typ": "at+jwt", name: value}, claims), verify.ErrMalformed)
	}
}

func TestTOK11EachClaimIsChecked(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t)
	server.Tenant("other")
	soon := server.Clock.Now().Add(10 * time.Minute).Unix()
	for _, c := range []struct {
		claim string
		value any
		want  error
	}{
		{"exp", nil, verify.ErrMalformed},
		{"exp", "soon", verify.ErrMalformed},
		{"exp", -1, verify.ErrMalformed},
		{"exp", 1e300, verify.ErrMalformed},
		{"exp", 0, verify.ErrExpired},
		{"exp", server.Clock.Now().Unix() - 31, verify.ErrExpired},
		{"nbf", soon, verify.ErrNotYet},
		{"iat", soon, verify.ErrNotYet},
		{"iat", nil, verify.ErrMalformed},
		{"aud", nil, verify.ErrAudience},
		{"aud", "https://elsewhere.example", verify.ErrAudience},
		{"aud", []string{}, verify.ErrAudience},
		{"aud", 7, verify.ErrMalformed},
		{"iss", server.URL + "/t/other", verify.ErrIssuer},
		{"iss", nil, verify.ErrIssuer},
		{"iss", tenant.Issuer + "/", verify.ErrIssuer},
		{"sub", nil, verify.ErrMalformed},
		{"sub", 7, verify.ErrMalformed},
		{"sub", "", verify.ErrMalformed},
		{"tenant", "other", verify.ErrTenant},
		{"tenant", nil, verify.ErrTenant},
	} {
		raw := tenant.Token(keyhalltest.Claims{Extra: map[string]any{c.claim: c.value}})
		refused(t, v, fmt.Sprint(c.claim, " ", c.value), raw, c.want)
		if _, err := v.Verify(t.Context(), raw); !errors.Is(err, verify.ErrInvalid) || errors.Is(err, verify.ErrUnavailable) {
			t.Errorf("%s %v: %v is not the token's fault", c.claim, c.value, err)
		}
	}
	for _, typ := range []any{nil, "JWT", "jwt", "refresh+jwt", ""} {
		raw := tenant.Sign(map[string]any{"typ": typ}, claimsOf(t, tenant.Token(keyhalltest.Claims{})))
		refused(t, v, fmt.Sprint("typ ", typ), raw, verify.ErrType)
	}
	both := tenant.Token(keyhalltest.Claims{Extra: map[string]any{"aud": []string{"x", tenant.Issuer}, "exp": float64(soon) + .5}})
	if _, err := v.Verify(t.Context(), both); err != nil {
		t.Errorf("a list with our audience: %v", err)
	}
}

func TestTOK12ExpiredIsSaidOfGoodTokensOnly(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t)
	raw := tenant.Token(keyhalltest.Claims{})
	server.Clock.Advance(15*time.Minute + 29*time.Second)
	if _, err := v.Verify(t.Context(), raw); err != nil {
		t.Errorf("within the skew: %v", err)
	}
	server.Clock.Advance(time.Second)
	refused(t, v, "expired", raw, verify.ErrExpired)
	refused(t, v, "expired and forged", raw[:len(raw)-6]+"AAAAAA", verify.ErrSignature)
}

func TestTOK17LongTokensCostNothing(t *testing.T) {
	t.Parallel()
	_, tenant, v := acme(t)
	begun := time.Now()
	refused(t, v, "100 KB", tenant.Token(keyhalltest.Claims{Group: strings.Repeat("a", 100<<10)}), verify.ErrMalformed)
	refused(t, v, "dots", strings.Repeat(".", 8000), verify.ErrMalformed)
	if took := time.Since(begun); took > time.Second {
		t.Errorf("that took %v", took)
	}
}

func TestTEN11And12TenantsDoNotSignForEachOther(t *testing.T) {
	t.Parallel()
	server := keyhalltest.New(t)
	one, two := server.Tenant("one"), server.Tenant("two")
	for _, v := range []*verify.Verifier{
		verifier(t, verify.WithIssuers(one.Issuer, two.Issuer), verify.WithClock(server.Clock.Now), verify.WithFloor(0)),
		verifier(t, verify.WithTenantsOf(server.URL), verify.WithClock(server.Clock.Now), verify.WithFloor(0)),
	} {
		for _, tenant := range []*keyhalltest.Tenant{one, two} {
			if got, err := v.Verify(t.Context(), tenant.Token(keyhalltest.Claims{})); err != nil || got.Tenant != tenant.Slug {
				t.Errorf("%s: %v", tenant.Slug, err)
			}
		}
		foreign := map[string]any{"iss": two.Issuer, "aud": two.Issuer, "tenant": "two"}
		refused(t, v, "signed by one for two", one.Token(keyhalltest.Claims{Extra: foreign}), verify.ErrUnknownKey)
		claims := claimsOf(t, two.Token(keyhalltest.Claims{}))
		refused(t, v, "with two's key name", one.Sign(map[string]any{"typ": "at+jwt", "kid": two.KeyID()}, claims), verify.ErrSignature)
		refused(t, v, "one's, for the audience of two", one.Token(keyhalltest.Claims{Extra: map[string]any{"aud": two.Issuer}}), verify.ErrAudience)
	}
}

func TestOtherAudiencesCanBeAskedFor(t *testing.T) {
	t.Parallel()
	_, tenant, v := acme(t, verify.WithAudience("api://shop", "api://stock"))
	refused(t, v, "the issuer's own", tenant.Token(keyhalltest.Claims{}), verify.ErrAudience)
	if _, err := v.Verify(t.Context(), tenant.Token(keyhalltest.Claims{Extra: map[string]any{"aud": "api://stock"}})); err != nil {
		t.Error(err)
	}
}

func TestTokensOfOldInterfacesAreForThoseWhoAsk(t *testing.T) {
	t.Parallel()
	server, tenant, strict := acme(t)
	lax := verifier(t, verify.WithIssuers(tenant.Issuer), verify.WithClock(server.Clock.Now), verify.WithLegacyTokens())
	claims := claimsOf(t, tenant.Token(keyhalltest.Claims{}))
	claims["sub"], claims["token_type"] = 7, "access"
	old := tenant.Sign(map[string]any{"typ": "JWT"}, claims)
	refused(t, strict, "old", old, verify.ErrType)
	if got, err := lax.Verify(t.Context(), old); err != nil || got.UserID != 7 || got.Subject != "7" {
		t.Errorf("%+v, %v", got, err)
	}
	claims["token_type"] = "refresh"
	refused(t, lax, "refresh", tenant.Sign(map[string]any{"typ": "JWT"}, claims), verify.ErrType)
}

func TestNewWantsToKnowWhoseTokens(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]verify.Option{
		"none":       nil,
		"no address": {verify.WithIssuers("id.example.com")},
		"a query":    {verify.WithTenantsOf("https://id.example.com?x=1")},
		"no keys":    {verify.WithKeys("https://id.example.com/t/acme", []byte(`{"keys":[]}`))},
		"no JSON":    {verify.WithKeys("https://id.example.com/t/acme", []byte(`<html>`))},
		"no life":    {verify.WithIssuers("https://id.example.com/t/acme"), verify.WithLife(time.Hour, time.Minute)},
		"no cache":   {verify.WithIssuers("https://id.example.com/t/acme"), verify.WithCache(0)},
		"nobody":     {verify.WithIssuers("https://id.example.com/t/acme"), verify.WithAudience()},
	} {
		if _, err := verify.New(options...); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestGivenKeysNeedNoNetwork(t *testing.T) {
	t.Parallel()
	server, tenant, _ := acme(t)
	v := verifier(t, verify.WithKeys(tenant.Issuer, tenant.JWKS()), verify.WithClock(server.Clock.Now))
	if _, err := v.Verify(t.Context(), tenant.Token(keyhalltest.Claims{})); err != nil {
		t.Error(err)
	}
	tenant.Rotate()
	refused(t, v, "a new key", tenant.Token(keyhalltest.Claims{}), verify.ErrUnknownKey)
	if server.Calls("GET /t/acme/.well-known/jwks.json") != 0 {
		t.Error("the keys were fetched")
	}
}

// Weak keys, and those for other uses, are passed over.
func TestKeysThatDoNotFitAreNotUsed(t *testing.T) {
	t.Parallel()
	_, tenant, _ := acme(t)
	tenant.RotateTo(keyhalltest.ES256)
	tenant.Revoke()
	for name, change := range map[string][2]string{
		"for encryption":   {`"use":"sig"`, `"use":"enc"`},
		"another alg":      {`"alg":"E`, `"alg":"R`},
		"another curve":    {`"crv":"`, `"crv":"X`},
		"no point":         {`"y":"`, `"y":"A`},
		"a name of a file": {`"kid":"`, `"kid":"../`},
	} {
		if _, err := verify.New(verify.WithKeys(tenant.Issuer, []byte(strings.ReplaceAll(string(tenant.JWKS()), change[0], change[1])))); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	short := base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("\xff", 128)))
	weak := fmt.Sprintf(`{"keys":[{"kty":"RSA","kid":"a","n":%q,"e":"AQAB"}]}`, short)
	if _, err := verify.New(verify.WithKeys(tenant.Issuer, []byte(weak))); err == nil {
		t.Error("a key of 1024 bits was taken")
	}
}

func TestLiveAsksTheIssuer(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t)
	raw := tenant.Token(keyhalltest.Claims{UserID: 7})
	for status, want := range map[int]error{200: nil, 401: verify.ErrRevoked, 403: verify.ErrRevoked, 503: verify.ErrUnavailable, 302: verify.ErrUnavailable} {
		server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/t/acme/v1/me" {
				return false
			}
			if r.Header.Get("Authorization") != "Bearer "+raw {
				t.Errorf("asked with %q", r.Header.Get("Authorization"))
			}
			w.WriteHeader(status)
			return true
		})
		got, err := v.Live(t.Context(), raw)
		if !errors.Is(err, want) || (err == nil) != (got != nil) {
			t.Errorf("%d: %v", status, err)
		}
	}
	if _, err := v.Live(t.Context(), "x"); !errors.Is(err, verify.ErrMalformed) {
		t.Error(err)
	}
}

func TestLiveAsksByIntrospection(t *testing.T) {
	t.Parallel()
	server, tenant, _ := acme(t)
	v, err := verify.New(verify.WithIssuers(tenant.Issuer), verify.WithIntrospection(tenant.Issuer, "sk_x"))
	if err != nil {
		t.Fatal(err)
	}
	raw := tenant.Token(keyhalltest.Claims{UserID: 7})
	for _, c := range []struct {
		status int
		body   string
		want   error
	}{
		{200, `{"active":true,"sub":"7"}`, nil},
		{200, `{"active":false}`, verify.ErrRevoked},
		{200, `{}`, verify.ErrUnavailable},
		{200, `[`, verify.ErrUnavailable},
		{401, `{"active":false}`, verify.ErrUnavailable}, // the key is no good, which says nothing about the token
		{503, ``, verify.ErrUnavailable},
	} {
		server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/t/acme/v1/introspect" {
				return false
			}
			if r.Method != http.MethodPost || r.Header.Get("Authorization") != "Bearer sk_x" || r.FormValue("token") != raw {
				t.Errorf("asked by %s with %v", r.Method, r.Header)
			}
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
			return true
		})
		got, err := v.Live(t.Context(), raw)
		if !errors.Is(err, c.want) || (err == nil) != (got != nil) {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
	}
	if _, err := verify.New(verify.WithIssuers(tenant.Issuer), verify.WithIntrospection(tenant.Issuer, "")); err == nil {
		t.Error("no key was taken")
	}
}
