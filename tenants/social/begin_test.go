package social_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/provider"
	"github.com/keyhall/keyhall/tenants/social"
)

const aVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // with its hash, from RFC 7636, appendix B

func TestASignInBeginsAtTheProvider(t *testing.T) {
	t.Parallel()
	p, h := provider.Start(t), pgtest.Get(t)
	in := h.Tenant(t, p.Settings())
	s := social.New(h.Registry, true, time.Now)
	for name, scope := range map[string]string{"facebook": "email", "google": "openid email profile"} {
		begun, err := s.Begin(t.Context(), in, name, social.Beginning{State: "of-ours", Verifier: aVerifier, CallbackURL: "https://id.example/back"})
		if err != nil {
			t.Fatal(err)
		}
		at, err := url.Parse(begun.URL)
		if err != nil || !strings.HasPrefix(begun.URL, p.URL+"/authorize?") || begun.Session != "" {
			t.Fatalf("%s: %+v %v", name, begun, err)
		}
		for key, want := range map[string]string{
			"client_id": provider.ClientID, "redirect_uri": "https://id.example/back", "response_type": "code", "state": "of-ours", "scope": scope,
			"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
		} {
			if got := at.Query().Get(key); got != want {
				t.Errorf("%s: %s is %q", name, key, got)
			}
		}
		if strings.Contains(begun.URL, aVerifier) {
			t.Errorf("%s: the verifier is in the address", name)
		}
	}
	if _, err := s.Begin(t.Context(), h.Tenant(t, ""), "google", social.Beginning{}); !errors.Is(err, fault.ProviderUnconfigured) {
		t.Error(err)
	}
}
