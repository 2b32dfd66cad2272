package native_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/token"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// keysOf fetches the public keys of a tenant.
func keysOf(t *testing.T, s *apitest.Server, in *tenants.Scope) jose.JSONWebKeySet {
	t.Helper()
	a := s.In(t, in).Get("/.well-known/jwks.json").Is(200)
	if a.Header.Get("Cache-Control") != "public, max-age=300" {
		t.Errorf("Cache-Control: %q", a.Header.Get("Cache-Control"))
	}
	var set jose.JSONWebKeySet
	a.Into(&set)
	for _, k := range set.Keys {
		if !k.IsPublic() || k.Use != "sig" || k.Algorithm != "EdDSA" {
			t.Errorf("key: %+v", k)
		}
	}
	return set
}

// offline verifies a token as a service that has nothing but the public keys.
func offline(t *testing.T, keys jose.JSONWebKeySet, access string) (token.Claims, bool) {
	t.Helper()
	var claims token.Claims
	jws, err := jose.ParseSignedCompact(access, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		t.Fatal(err)
	}
	found := keys.Key(jws.Signatures[0].Header.KeyID)
	if len(found) != 1 {
		return claims, false
	}
	payload, err := jws.Verify(found[0])
	if err != nil {
		return claims, false
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims, true
}

func TestAnAccessTokenVerifiesOffline(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	claims, ok := offline(t, keysOf(t, s, in), mia.Access)
	if !ok {
		t.Fatal("the tenant's keys do not verify it")
	}
	left := time.Until(time.Unix(claims.Expires, 0))
	if claims.Issuer != in.Issuer() || claims.Audience != in.Issuer() || claims.Subject != 1 || claims.Tenant != in.Slug() || claims.Session != sessionOf(mia) ||
		claims.Email != mia.Email || claims.Group != "user" || !claims.Approved || left < 14*time.Minute || left > 15*time.Minute {
		t.Errorf("claims: %+v", claims)
	}
	if _, ok := offline(t, keysOf(t, s, other), mia.Access); ok {
		t.Error("another tenant's keys verify it")
	}
	s.In(t, other).Bearer(mia.Access).Get("/v1/me").Refused(401, "token_invalid")
}

func TestARetiredKeyGoesOnVerifying(t *testing.T) {
	t.Parallel()
	s, twin := apitest.Shared(t), apitest.Start(t, apitest.Options{}) // a second process on the same database
	in := s.Tenant(t, "")
	admin := s.Staff(t, in, "admin")
	mia := s.SignUp(t, in, "mia")
	twin.In(t, in).Bearer(mia.Access).Get("/v1/me").Is(200)
	path := apitest.Tenant(in, "/signing-keys")
	rotated := admin.Post(path+"/rotate", nil).Is(200)
	if states := rotated.List("data", "state"); len(states) != 2 || states[0] != "active" || states[1] != "retired" {
		t.Fatalf("rotated: %s", rotated.Body)
	}
	if listed := admin.Get(path).Is(200); string(listed.Body) != string(rotated.Body) {
		t.Errorf("listed: %s", listed.Body)
	}
	fresh := mia.SignIn()
	keys := keysOf(t, s, in)
	for name, access := range map[string]string{"old": mia.Access, "new": fresh.Access} {
		if _, ok := offline(t, keys, access); !ok {
			t.Errorf("the %s token does not verify offline", name)
		}
		s.In(t, in).Bearer(access).Get("/v1/me").Is(200)
		twin.In(t, in).Bearer(access).Get("/v1/me").Is(200) // the other process has not waited
	}
	s.Exec(t, `update signing_keys set retired_at = now() - interval '31 days' where tenant_id = $1 and retired_at is not null`, in.ID())
	eventually(t, func() bool { return len(keysOf(t, s, in).Keys) == 1 })
	if _, ok := offline(t, keysOf(t, s, in), mia.Access); ok {
		t.Error("a key that is long retired is still published")
	}
}
