package social_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/provider"
	"github.com/keyhall/keyhall/tenants/social"
)

func identify(t *testing.T, settings, name string, p social.Proof) (social.Person, error) {
	t.Helper()
	h := pgtest.Get(t)
	in := h.Tenant(t, settings)
	return social.New(h.Registry, true, time.Now).Identify(t.Context(), in, name, p)
}

func TestProvidersTellWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"facebook", "google", "twitter"} {
		p := provider.Start(t)
		p.Know("good", provider.User{ID: "42", Email: "vera@example.com", Verified: true, First: "Vera", Last: "Vogel", Screen: "Vera_V"})
		proofs := []social.Proof{{AccessToken: "good", TokenSecret: provider.TokenSecret}}
		if name != "twitter" {
			proofs = append(proofs, social.Proof{Code: "code-good", Verifier: "v"})
		}
		for _, proof := range proofs {
			who, err := identify(t, p.Settings(), name, proof)
			if err != nil || who.Subject != "42" || who.Email != "vera@example.com" || who.FirstName != "Vera" || who.EmailVerified != (name == "google") {
				t.Errorf("%s: %+v %v", name, who, err)
			}
		}
	}
}

// A token that another app was given says nothing about who brings it here.
func TestSOC01TokensOfOtherAppsAreRefused(t *testing.T) {
	t.Parallel()
	p := provider.Start(t)
	p.Know("foreign", provider.User{ID: "42", Email: "vera@example.com", App: "another-app"})
	for _, name := range []string{"facebook", "google"} {
		if _, err := identify(t, p.Settings(), name, social.Proof{AccessToken: "foreign"}); !errors.Is(err, fault.SocialRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p.Know("swapped", provider.User{ID: "42", Inspected: "43"})
	for _, name := range []string{"facebook", "google"} {
		if _, err := identify(t, p.Settings(), name, social.Proof{AccessToken: "swapped"}); !errors.Is(err, fault.SocialRefused) {
			t.Errorf("%s took a token of one person for another's: %v", name, err)
		}
	}
	if _, err := identify(t, p.Settings(), "twitter", social.Proof{AccessToken: "foreign", TokenSecret: "guessed"}); !errors.Is(err, fault.SocialRefused) {
		t.Errorf("twitter: %v", err)
	}
}

func TestRefusalsHaveTheirFaults(t *testing.T) {
	t.Parallel()
	p := provider.Start(t)
	for _, x := range []struct {
		name  string
		proof social.Proof
		want  *fault.Code
	}{
		{"google", social.Proof{}, fault.SocialInputMissing},
		{"google", social.Proof{AccessToken: "unknown"}, fault.SocialRefused},
		{"facebook", social.Proof{Code: "unknown"}, fault.SocialCodeRefused},
		{"twitter", social.Proof{Code: "x"}, fault.SocialInputMissing},
		{"myspace", social.Proof{Code: "x"}, fault.ProviderUnconfigured},
	} {
		if _, err := identify(t, p.Settings(), x.name, x.proof); !errors.Is(err, x.want) {
			t.Errorf("%s %+v: %v", x.name, x.proof, err)
		}
	}
	if _, err := identify(t, "", "google", social.Proof{AccessToken: "good"}); !errors.Is(err, fault.ProviderUnconfigured) {
		t.Error(err)
	}
	without := strings.ReplaceAll(p.Settings(), `"callback_url":"`+provider.Callback+`",`, "")
	if _, err := identify(t, without, "google", social.Proof{Code: "code-good"}); !errors.Is(err, fault.SocialCallbackUnset) {
		t.Error(err)
	}
}

// Whatever a provider says instead of an answer, nobody waits for more than five seconds, and nobody is signed in.
func TestSOC07NonsenseOfProvidersIsNobody(t *testing.T) {
	t.Parallel()
	say := func(kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write([]byte(body))
		}
	}
	const j = "application/json"
	for name, serve := range map[string]http.HandlerFunc{
		"500":           func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"302 loop":      func(w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, q.URL.String(), http.StatusFound) },
		"flood":         say(j, `{"id":"`+strings.Repeat("x", 20<<20)+`"}`),
		"html":          say("text/html", `<p>Sorry</p>`),
		"wrong type":    say("text/html", `{"id":"42"}`),
		"twice":         say(j, `{"id":"42","id":"43"}`),
		"twice in case": say(j, `{"id":"42","ID":"43"}`),
		"NaN":           say(j, `{"id":NaN}`),
		"empty":         say(j, `{"id":""}`),
		"space":         say(j, `{"id":"42 "}`),
		"list":          say(j, `[{"id":"42"}]`),
		"drip": func(w http.ResponseWriter, q *http.Request) {
			w.Header().Set("Content-Type", j)
			for q.Context().Err() == nil {
				_, _ = w.Write([]byte(" "))
				w.(http.Flusher).Flush()
				time.Sleep(50 * time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			profile := httptest.NewServer(serve)
			t.Cleanup(profile.Close)
			p := provider.Start(t)
			p.Know("good", provider.User{ID: "42"})
			began := time.Now()
			_, err := identify(t, p.SettingsWith("google", "userinfo", profile.URL), "google", social.Proof{AccessToken: "good"})
			if err == nil || fault.From(err).Code.Kind == fault.Internal || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(began); took > 7*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestInProductionNobodyInsideIsCalled(t *testing.T) {
	t.Parallel()
	p := provider.Start(t)
	p.Know("good", provider.User{ID: "42"})
	h := pgtest.Get(t)
	_, err := social.New(h.Registry, false, time.Now).Identify(t.Context(), h.Tenant(t, p.Settings()), "google", social.Proof{AccessToken: "good"})
	if !errors.Is(err, fault.DependencyDown) || p.Calls() != 0 {
		t.Errorf("%v after %d calls", err, p.Calls())
	}
	for _, name := range []string{"google", "facebook", "twitter", "oidc"} {
		checks, err := social.New(h.Registry, false, time.Now).Try(t.Context(), h.Tenant(t, p.Settings()), name, "https://id.example/back")
		if err != nil || p.Calls() != 0 || len(checks) == 0 {
			t.Errorf("%s: %v %v after %d calls", name, checks, err, p.Calls())
		}
		for _, one := range checks {
			if one.Outcome != social.Failed || one.Reason != "unreachable" {
				t.Errorf("%s: %+v", name, one)
			}
		}
	}
}
