package attack_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/provider"
	"github.com/keyhall/keyhall/tenants"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

const frontEnd = "https://app.t1.example/cb"

// sociable is a tenant with apps at the stand-in and a front end.
func sociable(t *testing.T, s *apitest.Server, p *provider.Provider) *tenants.Scope {
	t.Helper()
	in := s.Tenant(t, p.Settings())
	s.Settings(t, in, `{"social":{"return_to":["`+frontEnd+`"]}}`)
	return in
}

// begins gives a browser that waits at the provider, and where it was sent.
func begins(t *testing.T, s *apitest.Server, in *tenants.Scope, name string) (*apitest.Traveller, string) {
	t.Helper()
	v := s.Traveller(t, in)
	return v, v.Begin(name, "code_challenge", apitest.FrontChallenge).Led()
}

func sessions(t *testing.T, s *apitest.Server, in *tenants.Scope) int {
	t.Helper()
	return s.Count(t, `select (select count(*) from users where tenant_id = $1) + (select count(*) from sessions where tenant_id = $1)
		+ (select count(*) from social_arrivals where tenant_id = $1)`, in.ID())
}

func TestSOC01NoTokenOfAnotherAppSignsIn(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := sociable(t, s, p)
	p.Know("foreign", provider.User{ID: "42", App: "another-app"})
	for _, body := range []obj{
		{"provider": "google", "access_token": "foreign"},
		{"provider": "facebook", "access_token": "foreign"},
		{"provider": "google", "id_token": p.IDToken("google", "foreign")},
		{"provider": "google", "code": "code-foreign"},
		{"provider": "twitter", "access_token": "foreign", "token_secret": "guessed"},
	} {
		if a := s.In(t, in).Post("/v1/sign-in/social", body).Is(400); !strings.HasPrefix(a.Text("code"), "social_") {
			t.Errorf("%v: %s", body, a.Body)
		}
	}
	if n := sessions(t, s, in); n != 0 {
		t.Errorf("%d rows came of it", n)
	}
}

// Only the browser that began ends a sign-in, once, in time, with the tenant and the provider that it began with.
func TestSOC04AStateIsForItsOwnBrowserOnce(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in, other := sociable(t, s, p), sociable(t, s, p)
	p.Know("eve", provider.User{ID: "66"})
	eve, at := begins(t, s, in, "google")
	back := p.Agree(t, at, "eve")
	path, query, _ := strings.Cut(back, "?")
	refuse := func(why string, v *apitest.Traveller, address string) {
		t.Helper()
		if a := v.Return(address); a.Status != http.StatusBadRequest || !strings.Contains(string(a.Body), "not begun in this browser") {
			t.Errorf("%s: %d %s", why, a.Status, a.Header.Get("Location"))
		}
	}
	victim, _ := begins(t, s, in, "google")
	refuse("a browser without a cookie", s.Traveller(t, in), back)
	refuse("a browser that began another one", victim, back)
	with := func(state string) string {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if v.Set("state", state); state == "" {
			v.Del("state")
		}
		return path + "?" + v.Encode()
	}
	refuse("no state", eve, with(""))
	refuse("another state", eve, with(strings.Repeat("x", 64)))
	refuse("half a state", eve, with(query[:8]))
	refuse("at another provider", eve, strings.Replace(path, "/google/", "/facebook/", 1)+"?"+query)
	refuse("at another tenant", eve, strings.Replace(path, in.Slug(), other.Slug(), 1)+"?"+query)
	s.Exec(t, `update social_states set expires_at = now() where tenant_id = $1`, in.ID())
	refuse("too late", eve, back)
	s.Exec(t, `update social_states set expires_at = now() + interval '1 minute' where tenant_id = $1`, in.ID())
	if eve.Return(back).Brought("key") == "" {
		t.Fatal("all of that has used the state up")
	}
	refuse("again", eve, back)
	chosen := s.Traveller(t, in).Begin("google", "code_challenge", apitest.FrontChallenge, "state", "chosen-by-eve")
	if got := chosen.Brought("state"); got == "chosen-by-eve" || len(got) < 32 {
		t.Errorf("the state is %q", got)
	}
}

func TestSOC04OfFiftyReturnsAtOnceOneGetsAnywhere(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := sociable(t, s, p)
	p.Know("vera", provider.User{ID: "42"})
	for range 10 {
		v, at := begins(t, s, in, "google")
		back := p.Agree(t, at, "vera")
		keys := make([]string, 50)
		got := race(50, func(i int) int {
			a := v.Copy().Return(back)
			keys[i] = a.Header.Get("Location")
			return a.Status
		})
		if got[303] != 1 || got[400] != 49 {
			t.Fatalf("returns: %v", got)
		}
		u, err := url.Parse(strings.Join(keys, ""))
		if err != nil {
			t.Fatal(err)
		}
		body := obj{"key": u.Query().Get("key"), "code_verifier": apitest.FrontVerifier}
		if got := race(50, func(int) int { return s.In(t, in).Post("/v1/sign-in/social/confirm", body).Status }); got[200] != 1 || got[404] != 49 {
			t.Fatalf("keys: %v", got)
		}
	}
}

// A victim who is led to an attacker's outcome does not end up in the attacker's account, nor his own connected to it.
func TestSOC04AForeignKeyOpensNothing(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := sociable(t, s, p)
	ann := s.SignUp(t, in, "ann")
	p.Know("eve", provider.User{ID: "66"})
	eve, at := begins(t, s, in, "google")
	key := eve.Return(p.Agree(t, at, "eve")).Brought("key")
	forAnn := obj{"key": key, "code_verifier": "what-ann's-front-end-keeps-while-she-is-away"}
	s.In(t, in).Post("/v1/sign-in/social/confirm", forAnn).Refused(404, "key_invalid")
	ann.Post("/v1/me/social", forAnn).Refused(404, "key_invalid")
	other := sociable(t, s, p)
	s.In(t, other).Post("/v1/sign-in/social/confirm", obj{"key": key, "code_verifier": apitest.FrontVerifier}).Refused(404, "key_invalid")
	for _, challenge := range []string{"", "x", apitest.FrontChallenge + "=", strings.Repeat("A", 42) + "!"} {
		if a := s.Traveller(t, in).Begin("google", "code_challenge", challenge); a.Status != 400 {
			t.Errorf("began with the challenge %q: %d", challenge, a.Status)
		}
	}
}

func TestSOC05ACodeIsForItsOwnSignIn(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := sociable(t, s, p)
	p.Know("vera", provider.User{ID: "42"})
	p.Know("foreign", provider.User{ID: "43", App: "of-another-tenant"})
	ends := func(change func(*url.URL), at string, v *apitest.Traveller, token string) apitest.Answer {
		t.Helper()
		u, err := url.Parse(p.Agree(t, at, token))
		if err != nil {
			t.Fatal(err)
		}
		change(u)
		return v.Return(u.String())
	}
	asItIs := func(*url.URL) {}
	refused := func(why string, a apitest.Answer) {
		t.Helper()
		if got := a.Brought("error"); got != "social_code_refused" {
			t.Errorf("%s: led to %s", why, a.Led())
		}
	}
	victim, at := begins(t, s, in, "google")
	stolen := ""
	ends(func(u *url.URL) { stolen = u.Query().Get("code") }, at, victim, "vera")
	inject := func(u *url.URL) {
		query := u.Query()
		query.Set("code", stolen)
		u.RawQuery = query.Encode()
	}
	eve, at := begins(t, s, in, "google")
	refused("a code that was used", ends(inject, at, eve, "vera"))
	_, at = begins(t, s, in, "google")
	arrival, _ := url.Parse(p.Agree(t, at, "vera")) // it never arrives
	stolen = arrival.Query().Get("code")
	eve, at = begins(t, s, in, "google")
	refused("a stolen code with another verifier", ends(inject, at, eve, "vera"))
	for _, verifier := range []string{"", apitest.FrontVerifier} {
		body := obj{"provider": "google", "code": stolen, "redirect_uri": in.Base() + "/pages/social/google/callback"}
		if verifier != "" {
			body["code_verifier"] = verifier
		}
		s.In(t, in).Post("/v1/sign-in/social", body).Refused(400, "social_code_refused")
	}
	eve, at = begins(t, s, in, "google")
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Del("code_challenge")
	query.Del("code_challenge_method")
	u.RawQuery = query.Encode()
	refused("a challenge that was taken away", ends(asItIs, u.String(), eve, "vera"))
	eve, at = begins(t, s, in, "google")
	refused("a code of another app", ends(asItIs, at, eve, "foreign"))
}

func TestSOC06AProviderThatIsGoneOpensNothing(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := sociable(t, s, p)
	p.Know("vera", provider.User{ID: "42"})
	s.In(t, in).Post("/v1/sign-in/social", obj{"provider": "google", "access_token": "vera"}).Is(200)
	done, at := begins(t, s, in, "google")
	key := done.Return(p.Agree(t, at, "vera")).Brought("key")
	waits, at := begins(t, s, in, "google")
	back := p.Agree(t, at, "vera")
	s.Operator(t).Delete(apitest.Tenant(in, "/social/google"), nil).Is(204)
	s.In(t, in).Post("/v1/sign-in/social", obj{"provider": "google", "access_token": "vera"}).Refused(400, "provider_unconfigured")
	s.In(t, in).Post("/v1/sign-in/social/confirm", obj{"key": key, "code_verifier": apitest.FrontVerifier}).Refused(400, "provider_unconfigured")
	if got := waits.Return(back).Brought("error"); got != "provider_unconfigured" {
		t.Errorf("came back with %q", got)
	}
	s.Traveller(t, in).Begin("google", "code_challenge", apitest.FrontChallenge).Is(400)
}

func TestSOC09BrowsersGoWhereTheTenantSaidAndNowhereElse(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := sociable(t, s, p)
	for _, to := range []string{
		frontEnd + "/../x", frontEnd + "?x", frontEnd + "/", "//evil.example", `/\evil.example`, "https:evil.example", "https:///evil.example", "https://app.t1.example@evil.example/cb",
		"https://app.t1.example.evil.example/cb", "HTTPS://app.t1.example/cb", "https://APP.t1.example/cb", "https://app.t1.example:443/cb", frontEnd + "#x",
		"https://app.t1.example/%63b", "https://app.t1.example/%2e/cb", frontEnd + "\t", "\n" + frontEnd, "javascript:alert(1)", " " + frontEnd, "http://app.t1.example/cb", "/cb", "*",
	} {
		a := s.Traveller(t, in).Begin("google", "code_challenge", apitest.FrontChallenge, "return_to", to)
		if a.Status != 400 || a.Header.Get("Location") != "" || len(a.Cookies) > 0 {
			t.Errorf("%q: %d to %s", to, a.Status, a.Header.Get("Location"))
		}
	}
	if n := s.Count(t, `select count(*) from social_states where tenant_id = $1`, in.ID()); n != 0 {
		t.Errorf("%d sign-ins begun", n)
	}
	p.Know("vera", provider.User{ID: "42"})
	v := s.Traveller(t, in)
	back := p.Agree(t, v.Begin("google", "code_challenge", apitest.FrontChallenge, "return_to", frontEnd).Led(), "vera")
	s.Settings(t, in, `{"social":{"return_to":["https://app.t1.example/new"]}}`)
	if a := v.Return(back + "&return_to=https://evil.example&error=x"); !strings.HasPrefix(a.Led(), in.Base()+"/pages/social?") {
		t.Errorf("went where the tenant does not want browsers any more: %s", a.Led())
	}
}

func TestSOC10EachTenantSendsToItsOwnApp(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	both := []*tenants.Scope{sociable(t, s, p), sociable(t, s, p)}
	for i, in := range both {
		s.Settings(t, in, fmt.Sprintf(`{"social":{"providers":{"google":{"client_id":"app-%d","client_secret":"x"}}}}`, i))
	}
	wrong := race(200, func(i int) int {
		a := s.Traveller(t, both[i%2]).Begin("google", "code_challenge", apitest.FrontChallenge)
		u, err := url.Parse(a.Header.Get("Location"))
		if err != nil || u.Query().Get("client_id") != fmt.Sprint("app-", i%2) || !strings.Contains(u.Query().Get("redirect_uri"), "/t/"+both[i%2].Slug()+"/") {
			return 1
		}
		return 0
	})
	if wrong[0] != 200 {
		t.Errorf("%d were sent to another tenant's app", wrong[1])
	}
}

func TestSOC11TheGatesAreThoseOfEverySignIn(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := sociable(t, s, p)
	p.Know("carl", provider.User{ID: "42", First: "Carl"})
	fetched := func() obj {
		t.Helper()
		v, at := begins(t, s, in, "google")
		return obj{"key": v.Return(p.Agree(t, at, "carl")).Brought("key"), "code_verifier": apitest.FrontVerifier, "user_type": "coach"}
	}
	byToken := obj{"provider": "google", "access_token": "carl", "user_type": "coach"}
	each := func(status int, code string) {
		t.Helper()
		s.In(t, in).Post("/v1/sign-in/social", byToken).Refused(status, code)
		s.In(t, in).Post("/v1/sign-in/social/confirm", fetched()).Refused(status, code)
	}
	s.Settings(t, in, `{"approval":{"pending_may_sign_in":false}}`)
	each(403, "pending_approval")
	s.Settings(t, in, `{"approval":{"pending_may_sign_in":true},"email":{"verification":"mandatory"}}`)
	each(403, "email_unverified")
	s.Settings(t, in, `{"email":{"verification":"optional"}}`)
	s.Exec(t, `update users set approval = 'rejected' where tenant_id = $1`, in.ID())
	each(403, "rejected")
	s.Exec(t, `update users set approval = 'approved', active = false where tenant_id = $1`, in.ID())
	each(401, "bad_credentials")
	s.Exec(t, `update users set active = true where tenant_id = $1`, in.ID())
	key := fetched()
	v, at := begins(t, s, in, "google")
	back := p.Agree(t, at, "carl")
	s.Operator(t).Post(apitest.Tenant(in, "/suspend"), nil).Is(200)
	s.In(t, in).Post("/v1/sign-in/social", byToken).Is(404)
	s.In(t, in).Post("/v1/sign-in/social/confirm", key).Is(404)
	s.In(t, in).Get("/v1/sign-in/social").Is(404)
	v.Return(back).Is(404)
	s.Traveller(t, in).Begin("google", "code_challenge", apitest.FrontChallenge).Is(404)
	if n := s.Count(t, `select count(*) from sessions where tenant_id = $1 and revoked_at is null`, in.ID()); n != 0 {
		t.Errorf("%d sessions came of it", n)
	}
}
