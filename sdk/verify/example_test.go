package verify_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"testing"

	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

// A program that serves all tenants of one Keyhall, and remembers what it has verified.
func Example() {
	v, err := verify.New(verify.WithTenantsOf("https://id.example.com"), verify.WithCache(10_000))
	if err != nil {
		log.Fatal(err)
	}
	_, err = v.Verify(context.Background(), "not.a.token")
	fmt.Println(errors.Is(err, verify.ErrInvalid), errors.Is(err, verify.ErrUnavailable))
	// Output: true false
}

// Keys can be given, for programs that have no way to Keyhall.
func ExampleWithKeys() {
	const keys = `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"2026-03-a","alg":"EdDSA","use":"sig"}]}`
	v, err := verify.New(verify.WithKeys("https://id.example.com/t/acme", []byte(keys)))
	fmt.Println(v != nil, err)
	// Output: true <nil>
}

// Before what cannot be undone, Live asks whether the session is still there; with a secret key that is by introspection.
func ExampleVerifier_Live() {
	v, err := verify.New(verify.WithTenantsOf("https://id.example.com"), verify.WithIntrospection("https://id.example.com/t/acme", "sk_..."))
	if err != nil {
		log.Fatal(err)
	}
	_, err = v.Live(context.Background(), "not.a.token")
	fmt.Println(errors.Is(err, verify.ErrInvalid), errors.Is(err, verify.ErrRevoked))
	// Output: true false
}

// What Token has no field for is read into a type of the program's own.
func ExampleClaims() {
	type plan struct {
		Plan string `json:"plan"`
	}
	v, err := verify.New(verify.WithTenantsOf("https://id.example.com"))
	if err != nil {
		log.Fatal(err)
	}
	token, err := v.Verify(context.Background(), "not.a.token")
	if err != nil {
		fmt.Println(err)
		return
	}
	claims, err := verify.Claims[plan](token)
	fmt.Println(claims.Plan, err)
	// Output: verify: invalid token: malformed
}

func FuzzVerify(f *testing.F) {
	server := keyhalltest.New(f)
	tenant := server.Tenant("acme")
	v := verifier(f, verify.WithKeys(tenant.Issuer, tenant.JWKS()), verify.WithClock(server.Clock.Now), verify.WithLegacyTokens(), verify.WithCache(8))
	raw := tenant.Token(keyhalltest.Claims{})
	f.Add(raw)
	f.Add("..")
	f.Add(tenant.Sign(nil, map[string]any{"aud": []any{1}, "sub": -1}))
	f.Fuzz(func(t *testing.T, other string) {
		got, err := v.Verify(t.Context(), other)
		if err == nil && other != raw {
			t.Errorf("%q passed for %+v", other, got)
		}
		if err != nil && !errors.Is(err, verify.ErrInvalid) {
			t.Error(err)
		}
	})
}
