package native_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/provider"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// look has a tenant's provider looked at, and tells what came of it: "name outcome reason detail" of each check.
func look(t *testing.T, s *apitest.Server, in *tenants.Scope, name string) (works bool, checks []string) {
	t.Helper()
	a := s.Operator(t).Post(apitest.Tenant(in, "/social/"+name+"/test"), nil).Is(200)
	if want := in.Base() + "/pages/social/" + name + "/callback"; a.Text("callback_url") != want {
		t.Errorf("%s comes back to %s", name, a.Text("callback_url"))
	}
	if strings.Contains(string(a.Body), provider.Secret) || strings.Contains(string(a.Body), "PRIVATE") {
		t.Errorf("%s: a secret is told: %s", name, a.Body)
	}
	var told struct {
		Works  bool
		Checks []struct{ Name, Outcome, Reason, Detail, Message string }
	}
	a.Into(&told)
	for _, one := range told.Checks {
		if one.Message == "" {
			t.Errorf("%s: no words for %s %s", name, one.Name, one.Reason)
		}
		checks = append(checks, strings.Join(strings.Fields(one.Name+" "+one.Outcome+" "+one.Reason+" "+one.Detail), " "))
	}
	return told.Works, checks
}

// seen is like look, where something is expected.
func seen(t *testing.T, s *apitest.Server, in *tenants.Scope, name string, want ...string) {
	t.Helper()
	works, got := look(t, s, in, name)
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("%s: %s\nwanted %s", name, strings.Join(got, "; "), strings.Join(want, "; "))
	}
	if failed := strings.Contains(strings.Join(got, ";"), " failed "); works == failed {
		t.Errorf("%s: works is %v with %v", name, works, got)
	}
}

var withKeys = map[string]bool{"google": true, "microsoft": true, "apple": true, "oidc": true}

func TestAProviderIsLookedAtWithoutAnybodySigningIn(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := s.Tenant(t, p.Settings())
	for _, name := range tenants.SocialProviderNames {
		var before []string
		if name == "oidc" {
			before = append(before, "description passed")
		}
		if withKeys[name] {
			before = append(before, "keys passed")
		}
		before = append(before, "authorization passed")
		seen(t, s, in, name, append(before, "credentials passed")...)
		app := p.Apps("", "", "")[name].(map[string]any)
		app["client_secret"] = "of-another-app"
		if name == "apple" {
			app["client_secret"] = anotherKey(t)
		}
		s.Operator(t).Put(apitest.Tenant(in, "/social/"+name), app).Is(200)
		code := map[string]string{"facebook": "190", "twitter": "401", "github": "incorrect_client_credentials"}[name]
		if code == "" {
			code = "invalid_client"
		}
		seen(t, s, in, name, append(before, "credentials failed client_refused "+code)...)
	}
	if n := s.Count(t, `select (select count(*) from users where tenant_id = $1) + (select count(*) from social_states where tenant_id = $1)`, in.ID()); n != 0 {
		t.Errorf("%d rows came of looking", n)
	}
	for _, name := range []string{"google", "myspace"} {
		s.Operator(t).Post(apitest.Tenant(s.Tenant(t, ""), "/social/"+name+"/test"), nil).Refused(404, "not_found")
	}
}

func anotherKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}

// An issuer that is mistyped, away or something else says so; what its description would have told is not looked at.
func TestWhatIsWrongWithAnIssuerIsTold(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	at := func(issuer string) *tenants.Scope {
		return s.Tenant(t, fmt.Sprintf(`{"social":{"providers":{"oidc":{"client_id":"x","client_secret":"y","issuer":%q}}}}`, issuer))
	}
	serve := func(kind, body string) string {
		one := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(one.Close)
		return one.URL
	}
	seen(t, s, at("http://127.0.0.1:1"), "oidc", "description failed unreachable the server cannot be reached, or broke off")
	seen(t, s, at(p.URL+"/nothing/here"), "oidc", "description failed bad_answer 404")
	seen(t, s, at(serve("text/html", "<p>Welcome</p>")), "oidc", "description failed bad_answer")
	seen(t, s, at(serve("application/json", `{"issuer":5}`)), "oidc", "description failed bad_answer")
	seen(t, s, at(serve("application/json", `{"issuer":"https://sso.acme.example/"}`)), "oidc", "description failed issuer_differs https://sso.acme.example/")
	in := s.Tenant(t, p.Settings())
	seen(t, s, in, "oidc", "description passed", "keys passed", "authorization passed", "credentials passed")
	p.CallItself(p.Issuer("oidc") + "/") // what is kept for sign-ins does not hide it
	seen(t, s, in, "oidc", "description failed issuer_differs "+p.Issuer("oidc")+"/")
	p.CallItself(p.Issuer("oidc"))
	in = s.Tenant(t, p.SettingsWith("oidc", "jwks", serve("application/json", `{"keys":[{"kty":"oct","k":"AA"}]}`)))
	seen(t, s, in, "oidc", "description passed", "keys failed no_keys", "authorization passed", "credentials passed")
}

func TestWhatAProviderSaysToAMadeUpCodeIsRead(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	for _, x := range []struct {
		status     int
		kind, body string
		want       string
	}{
		{400, "application/json", `{"error":"invalid_grant","error_description":"x"}`, "passed"},
		{400, "application/json", `{"error":"unauthorized_client"}`, "failed client_refused unauthorized_client"},
		{400, "application/json", `{"error":"redirect_uri_mismatch"}`, "failed callback_refused redirect_uri_mismatch"},
		{400, "application/json", `{"error":"invalid_request"}`, "unknown unclear invalid_request"},
		{400, "application/json", `{"error":"<script>"}`, "failed bad_answer 400"},
		{400, "application/json", `{"error":{"code":5}}`, "failed bad_answer 400"},
		{401, "text/html", `<p>No</p>`, "failed client_refused 401"},
		{404, "text/html", `<p>Nothing</p>`, "failed bad_answer 404"},
		{200, "application/json", `{"access_token":"for-nothing"}`, "failed bad_answer 200"},
		{302, "", "", "failed bad_answer 302"},
		{500, "text/plain", strings.Repeat("x", 1<<20), "failed bad_answer 500"},
	} {
		one := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			w.Header().Set("Content-Type", x.kind)
			w.Header().Set("Location", "https://elsewhere.example/")
			w.WriteHeader(x.status)
			_, _ = w.Write([]byte(x.body))
		}))
		t.Cleanup(one.Close)
		seen(t, s, s.Tenant(t, p.SettingsWith("discord", "token", one.URL)), "discord", "authorization passed", "credentials "+x.want)
	}
	gone := s.Tenant(t, p.SettingsWith("discord", "authorize", p.URL+"/nothing/here"))
	seen(t, s, gone, "discord", "authorization failed bad_answer 404", "credentials passed")
	away := s.Tenant(t, p.SettingsWith("google", "token", "http://127.0.0.1:1"))
	seen(t, s, away, "google", "keys passed", "authorization passed", "credentials failed unreachable the server cannot be reached, or broke off")
	for name, endpoint := range map[string]string{"facebook": "inspect", "twitter": "token"} {
		away := s.Tenant(t, p.SettingsWith(name, endpoint, "http://127.0.0.1:1/x"))
		seen(t, s, away, name, "authorization passed", "credentials failed unreachable the server cannot be reached, or broke off")
		broken := s.Tenant(t, p.SettingsWith(name, endpoint, p.URL+"/nothing/here"))
		seen(t, s, broken, name, "authorization passed", "credentials failed bad_answer 404")
	}
}

func TestLooksAtProvidersAreLimited(t *testing.T) {
	t.Parallel()
	limiter := apitest.Limiter(t)
	s := apitest.Start(t, apitest.Options{Limiter: limiter})
	in := s.Tenant(t, provider.Start(t).Settings())
	spend(t, limiter, in.ID().String(), limit.TrialProvider, "")
	s.Operator(t).Post(apitest.Tenant(in, "/social/github/test"), nil).Refused(429, "rate_limited")
}
