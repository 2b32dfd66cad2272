package native_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/provider"
	"github.com/keyhall/keyhall/tenants"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

const front = "https://app.acme.example/signed-in?from=keyhall"

// social gives a tenant with apps at the stand-in, and browsers that come back to a front end, if it has one.
func social(t *testing.T, s *apitest.Server, p *provider.Provider, returnTo ...string) *tenants.Scope {
	t.Helper()
	in := s.Tenant(t, p.Settings())
	if len(returnTo) > 0 {
		s.Settings(t, in, `{"social":{"return_to":["`+strings.Join(returnTo, `","`)+`"]}}`)
	}
	in, err := s.Registry.BySlug(t.Context(), in.Slug())
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// fetch goes the whole way and gives the key that the front end gets.
func fetch(t *testing.T, s *apitest.Server, in *tenants.Scope, p *provider.Provider, name, token string) obj {
	t.Helper()
	v := s.Traveller(t, in)
	begun := v.Begin(name, "code_challenge", apitest.FrontChallenge)
	key := v.Return(p.Agree(t, begun.Led(), token)).Brought("key")
	if key == "" {
		t.Fatalf("no key for %s", token)
	}
	return obj{"key": key, "code_verifier": apitest.FrontVerifier}
}

func TestABrowserSignsInAtAProvider(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := social(t, s, p, front)
	c := s.In(t, in)
	names := c.Get("/v1/sign-in/social").Is(200).List("data", "provider")
	if fmt.Sprint(names) != "[facebook google twitter github microsoft apple linkedin discord oidc]" {
		t.Fatalf("one can sign in with %v", names)
	}
	for i, name := range names {
		start := c.Get("/v1/sign-in/social").Text(fmt.Sprintf("data.%d.start_url", i))
		if !strings.HasSuffix(start, "/t/"+in.Slug()+"/pages/social/"+name.(string)) {
			t.Errorf("begins at %s", start)
		}
		token := fmt.Sprint("token", i)
		p.Know(token, provider.User{ID: fmt.Sprint(40 + i), First: "Vera", Screen: "vera"})
		v := s.Traveller(t, in)
		begun := v.Begin(name.(string), "code_challenge", apitest.FrontChallenge)
		back := v.Return(p.Agree(t, begun.Led(), token))
		if !strings.HasPrefix(back.Led(), front+"&") || back.Header.Get("Referrer-Policy") != "no-referrer" || back.Brought("provider") != name {
			t.Errorf("%s: led to %s", name, back.Led())
		}
		if got := back.Cookies; len(got) != 1 || got[0].MaxAge >= 0 {
			t.Errorf("%s: the cookie stays: %v", name, got)
		}
		key := obj{"key": back.Brought("key"), "code_verifier": apitest.FrontVerifier}
		c.Post("/v1/sign-in/social/confirm", obj{"key": key["key"], "code_verifier": "of-somebody-else"}).Refused(404, "key_invalid")
		signed := c.Post("/v1/sign-in/social/confirm", key).Is(200)
		c.Post("/v1/sign-in/social/confirm", key).Refused(404, "key_invalid")
		me := c.Bearer(signed.Text("access_token"))
		if got := me.Get("/v1/me/social").Is(200); got.Text("data.0.provider") != name || got.Text("data.0.subject") != fmt.Sprint(40+i) {
			t.Errorf("%s: connected to %s", name, got.Body)
		}
		again := c.Post("/v1/sign-in/social/confirm", fetch(t, s, in, p, name.(string), token)).Is(200)
		if again.Int("user.id") != signed.Int("user.id") {
			t.Errorf("%s: another account the second time", name)
		}
	}
	c.Post("/v1/sign-in/social/confirm", obj{"key": "x"}).Refused(400, "validation_failed", "code_verifier:required")
	s.Settings(t, in, `{"registration":{"open":false}}`)
	p.Know("late", provider.User{ID: "77"})
	key := fetch(t, s, in, p, "google", "late")
	c.Post("/v1/sign-in/social/confirm", key).Refused(403, "registration_closed")
	s.Settings(t, in, `{"registration":{"open":true}}`)
	c.Post("/v1/sign-in/social/confirm", key).Is(200) // nothing had come of it
	s.Exec(t, `update users set active = false where tenant_id = $1`, in.ID())
	c.Post("/v1/sign-in/social/confirm", fetch(t, s, in, p, "google", "late")).Refused(401, "bad_credentials")
}

// Where there is https, the cookie of a sign-in is one that no script reads and no neighbour plants.
func TestASignInHasACookieOfItsOwn(t *testing.T) {
	t.Parallel()
	s, p := apitest.Start(t, apitest.Options{HTTPS: true}), provider.Start(t)
	in := social(t, s, p)
	p.Know("good", provider.User{ID: "42", First: "Vera"})
	v := s.Traveller(t, in)
	one, two := v.Begin("google"), v.Begin("google")
	k := one.Cookies[0]
	if !strings.HasPrefix(k.Name, "__Host-keyhall_social_") || !k.HttpOnly || !k.Secure || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" || k.MaxAge != 600 {
		t.Errorf("cookie: %v", k)
	}
	if one.Header.Get("Cache-Control") != "no-store" || strings.Contains(one.Led(), k.Value) {
		t.Errorf("%v", one.Header)
	}
	// Two tabs, one of which comes back by a form that the provider's page posts.
	u, err := url.Parse(p.Agree(t, one.Led(), "good"))
	if err != nil {
		t.Fatal(err)
	}
	form := u.Query()
	form.Set("user", `{"name":{"firstName":"Vera"}}`)
	if got := v.Open(u.Path, form).Brought("outcome"); got != "signed-in" {
		t.Errorf("by a form: %s", got)
	}
	if got := v.Return(p.Agree(t, two.Led(), "good")).Brought("outcome"); got != "signed-in" {
		t.Errorf("the other tab: %s", got)
	}
	for _, at := range []string{"google", "google/callback"} {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodHead, s.URL+"/t/"+in.Slug()+"/pages/social/"+at, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.DefaultTransport.RoundTrip(q)
		if err != nil {
			t.Fatal(err)
		}
		if _ = r.Body.Close(); r.StatusCode != 405 { // a scanner spends nothing
			t.Errorf("HEAD %s: %d", at, r.StatusCode)
		}
	}
}

func TestWithoutAFrontEndAPageTellsTheOutcome(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := social(t, s, p)
	p.Know("good", provider.User{ID: "42", Email: "vera@example.com", First: "Vera"})
	see := func(token string) string {
		t.Helper()
		v := s.Traveller(t, in)
		return string(v.Return(v.Return(p.Agree(t, v.Begin("google").Led(), token)).Led()).Is(200).Body)
	}
	says := func(page, text string) {
		t.Helper()
		if !strings.Contains(page, text) {
			t.Errorf("no %q in\n%s", text, page)
		}
	}
	says(see("good"), "You are signed in.")
	if n := s.Count(t, `select count(*) from sessions where tenant_id = $1`, in.ID()); n != 0 {
		t.Errorf("%d sessions that nobody holds", n)
	}
	says(see(""), "The sign-in was cancelled at the provider.")
	s.SignUp(t, in, "mia")
	p.Know("clash", provider.User{ID: "43", Email: "mia@example.com", Verified: true})
	says(see("clash"), "There is already an account with this e-mail address.")
	s.Settings(t, in, `{"approval":{"required_for":["user"],"pending_may_sign_in":false}}`)
	p.Know("new", provider.User{ID: "44", First: "Nora"})
	says(see("new"), "Your account waits for approval")
	s.Settings(t, in, `{"registration":{"open":false}}`)
	p.Know("late", provider.User{ID: "45", First: "Lara"})
	says(see("late"), "Nobody can sign up here at the moment.")
	away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	t.Cleanup(away.Close)
	s.Settings(t, in, `{"social":{"providers":{"google":{"client_secret":"`+provider.Secret+`","endpoints":{"userinfo":"`+away.URL+`"}}}}}`)
	says(see("good"), "The provider does not answer.")
	v := s.Traveller(t, in)
	says(string(v.Open("/t/"+in.Slug()+"/pages/social?outcome=failed&why=%3Cscript%3E", nil).Is(200).Body), "Signing in did not work")
	says(string(v.Begin("myspace").Is(400).Body), "There is no sign-in with this provider here.")
	v.Open("/t/"+in.Slug()+"/pages/social/google/callback", nil).Is(400)
}

func TestTheFrontEndIsToldWhatWentWrong(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := social(t, s, p, front)
	p.Know("good", provider.User{ID: "42"})
	ends := func(token string, change func(*url.URL)) string {
		t.Helper()
		v := s.Traveller(t, in)
		u, err := url.Parse(p.Agree(t, v.Begin("google", "code_challenge", apitest.FrontChallenge).Led(), token))
		if err != nil {
			t.Fatal(err)
		}
		change(u)
		back := v.Return(u.String())
		if !strings.HasPrefix(back.Led(), front+"&error=") || back.Brought("key") != "" {
			t.Errorf("led to %s", back.Led())
		}
		return back.Brought("error")
	}
	with := func(query string) func(*url.URL) {
		return func(u *url.URL) { u.RawQuery = "state=" + u.Query().Get("state") + query }
	}
	for query, want := range map[string]string{
		"&error=access_denied": "social_denied", "&error=user_cancelled_login": "social_denied", "&denied=x": "social_denied",
		"&error=server_error": "social_refused", "": "social_refused", "&code=made-up": "social_code_refused",
	} {
		if got := ends("good", with(query)); got != want {
			t.Errorf("%q: %s", query, got)
		}
	}
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }))
	t.Cleanup(slow.Close)
	s.Settings(t, in, `{"social":{"providers":{"google":{"client_secret":"`+provider.Secret+`","endpoints":{"userinfo":"`+slow.URL+`"}}}}}`)
	began := time.Now()
	if got := ends("good", func(*url.URL) {}); got != "unavailable" || time.Since(began) > 8*time.Second {
		t.Errorf("slow: %s after %s", got, time.Since(began))
	}
	if n := s.Count(t, `select count(*) from users where tenant_id = $1`, in.ID()); n != 0 {
		t.Errorf("%d accounts came of it", n)
	}
}

func TestAnAppSignsInWithWhatItGotFromAProvider(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := social(t, s, p)
	c := s.In(t, in)
	vera := provider.User{ID: "42", Email: "vera@example.com", Verified: true, First: "Vera", Nonce: "of-the-app"}
	p.Know("good", vera)
	good := p.IDToken("google", "good")
	vera.Key = "evil"
	p.Know("forged", vera)
	p.Know("tweet", provider.User{ID: "9", Screen: "Vera_V"})
	in1 := c.Post("/v1/sign-in/social", obj{"provider": "google", "access_token": "good"}).Is(200)
	if in1.Text("user.email") != "vera@example.com" || in1.Value("user.email_verified") != true {
		t.Errorf("%s", in1.Body)
	}
	for _, body := range []obj{
		{"provider": "google", "id_token": good},
		{"provider": "google", "id_token": good, "nonce": "of-the-app"},
		{"provider": "google", "code": "code-good"},
	} {
		if got := c.Post("/v1/sign-in/social", body).Is(200); got.Int("user.id") != in1.Int("user.id") {
			t.Errorf("%v is somebody else", body)
		}
	}
	c.Post("/v1/sign-in/social", obj{"provider": "twitter", "access_token": "tweet", "token_secret": provider.TokenSecret, "user_type": "coach"}).Is(200)
	for _, x := range []struct {
		body   obj
		status int
		code   string
	}{
		{obj{"provider": "google"}, 400, "social_input_missing"},
		{obj{"provider": "facebook", "id_token": good}, 400, "social_input_missing"},
		{obj{"provider": "google", "access_token": "bad"}, 400, "social_refused"},
		{obj{"provider": "google", "id_token": p.IDToken("google", "forged")}, 400, "social_refused"},
		{obj{"provider": "google", "id_token": good, "nonce": "of-another"}, 400, "social_refused"},
		{obj{"provider": "google", "code": "bad"}, 400, "social_code_refused"},
		{obj{"provider": "myspace", "code": "x"}, 400, "provider_unconfigured"},
	} {
		c.Post("/v1/sign-in/social", x.body).Refused(x.status, x.code)
	}
	s.Exec(t, `update users set active = false where tenant_id = $1 and id = $2`, in.ID(), in1.Int("user.id"))
	c.Post("/v1/sign-in/social", obj{"provider": "google", "access_token": "good"}).Refused(401, "bad_credentials")
	s.Settings(t, in, `{"registration":{"open":false}}`)
	p.Know("late", provider.User{ID: "77"})
	c.Post("/v1/sign-in/social", obj{"provider": "google", "access_token": "late"}).Refused(403, "registration_closed")
}

// An address that somebody has already opens nothing; but its owner needs not go to the provider twice.
func TestWhoHasAnAccountConnectsIt(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := social(t, s, p, front)
	mia, ben := s.SignUp(t, in, "mia"), s.SignUp(t, in, "ben")
	p.Know("mias", provider.User{ID: "50", Email: "mia@example.com", Verified: true})
	p.Know("more", provider.User{ID: "51"})
	key := fetch(t, s, in, p, "google", "mias")
	s.In(t, in).Post("/v1/sign-in/social/confirm", key).Refused(409, "social_email_taken")
	s.In(t, in).Post("/v1/sign-in/social", obj{"provider": "google", "access_token": "mias"}).Refused(409, "social_email_taken")
	one := mia.Post("/v1/me/social", key).Is(200)
	mia.Post("/v1/me/social", key).Refused(404, "key_invalid")
	s.In(t, in).Post("/v1/sign-in/social", obj{"provider": "google", "access_token": "mias"}).Is(200)
	two := mia.Post("/v1/me/social", obj{"provider": "facebook", "access_token": "more"}).Is(200)
	mia.Post("/v1/me/social", obj{"provider": "facebook", "access_token": "more"}).Is(200)
	mia.Post("/v1/me/social", obj{"provider": "facebook", "access_token": "bad"}).Refused(400, "social_refused")
	mia.Post("/v1/me/social", obj{"access_token": "more"}).Refused(400, "validation_failed", "provider:required")
	ben.Post("/v1/me/social", obj{"provider": "google", "access_token": "mias"}).Refused(409, "social_taken")
	ben.Post("/v1/me/social", fetch(t, s, in, p, "google", "mias")).Refused(409, "social_taken")
	if got := mia.Get("/v1/me/social").Is(200).List("data", "id"); len(got) != 2 {
		t.Errorf("connected: %v", got)
	}
	told := mia.Get("/v1/me/export").Is(200)
	if got := told.List("social", "subject"); fmt.Sprint(got) != "[50 51]" || told.Text("social.0.email") != "mia@example.com" {
		t.Errorf("exported: %v", told.Value("social"))
	}
	at := func(a apitest.Answer) string { return fmt.Sprint("/v1/me/social/", a.Int("id")) }
	ben.Delete(at(one), nil).Refused(404, "not_found")
	mia.Delete(at(two), nil).Is(204)
	mia.Delete(at(two), nil).Refused(404, "not_found")
	mia.Delete("/v1/me/social/x", nil).Refused(404, "not_found")
	p.Know("only", provider.User{ID: "60", First: "Olga"})
	olga := s.In(t, in).Bearer(s.In(t, in).Post("/v1/sign-in/social", obj{"provider": "google", "access_token": "only"}).Is(200).Text("access_token"))
	olga.Delete(fmt.Sprint("/v1/me/social/", olga.Get("/v1/me/social").Int("data.0.id")), nil).Refused(409, "social_last")
	mia.Delete("/v1/me", obj{"password": apitest.Password}).Is(204)
	if n := s.Count(t, `select count(*) from social_identities where tenant_id = $1 and subject = '50'`, in.ID()); n != 0 {
		t.Error("the erased account is still connected")
	}
}

func TestFrontEndsAreNamedInTheSettings(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, o := s.Tenant(t, ""), s.Operator(t)
	at := apitest.Tenant(in, "/settings")
	set := func(to ...string) apitest.Answer { return o.Patch(at, obj{"social": obj{"return_to": to}}) }
	set("https://app.acme.example/in", "acme://signed-in", "http://localhost:3000/in?x=1").Is(200)
	for _, bad := range []string{"", "javascript:alert(1)", "//app.acme.example/in", "https://u@app.acme.example", "https://app.acme.example/#in", "https://app.acme.example/{key}", "app", `https://app.acme.example\x`, "https://app.acme.example/" + strings.Repeat("x", 300)} {
		set(bad).Refused(400, "validation_failed", "social.return_to")
	}
	set(strings.Split(strings.Repeat("https://app.acme.example/in ", 21), " ")[:21]...).Refused(400, "validation_failed")
	if got := o.Get(at).Value("social.return_to").([]any); len(got) != 3 {
		t.Errorf("%v", got)
	}
	o.Patch(at, obj{"social": obj{"return_to": nil}}).Is(200)
	if got := o.Get(at).Value("social.return_to").([]any); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// Apple posts its answer, with a name that it tells but once.
func TestAppleAnswersByAForm(t *testing.T) {
	t.Parallel()
	s, p := apitest.Shared(t), provider.Start(t)
	in := social(t, s, p, front)
	p.Know("token", provider.User{ID: "42", Email: "x7@privaterelay.appleid.com", Verified: "true"})
	v := s.Traveller(t, in)
	begun := v.Begin("apple", "code_challenge", apitest.FrontChallenge).Led()
	for _, want := range []string{"response_mode=form_post", "nonce=", "scope=name+email"} {
		if !strings.Contains(begun, want) {
			t.Errorf("%s is not in %s", want, begun)
		}
	}
	back, err := url.Parse(p.Agree(t, begun, "token"))
	if err != nil {
		t.Fatal(err)
	}
	form := back.Query()
	form.Set("user", `{"name":{"firstName":"Vera","lastName":"Vogel"},"email":"evil@example.com"}`)
	key := v.Open(back.Path, form).Brought("key")
	c := s.In(t, in)
	signed := c.Post("/v1/sign-in/social/confirm", obj{"key": key, "code_verifier": apitest.FrontVerifier}).Is(200)
	me := c.Bearer(signed.Text("access_token")).Get("/v1/me").Is(200)
	if me.Text("first_name") != "Vera" || me.Text("email") != "x7@privaterelay.appleid.com" {
		t.Errorf("%s", me.Body)
	}
}
