package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/apps/api/pages"
)

func TestAnAddressIsConfirmedWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	at := address(in, "verify-email", "key", s.Mail(t, in, mia.Email, "verify_email")["key"])
	verified := func() any { return mia.Get("/v1/me").Is(200).Value("email_verified") }

	page := open(t, s).get(at).is(200, "Confirm your e-mail address", in.Tenant().Name)
	if strings.Contains(page.HTML, "<script") {
		t.Errorf("a script:\n%s", page.HTML)
	}
	if verified() != false {
		t.Fatal("looking at the page has confirmed the address")
	}
	page.press().is(200, "Thank you. Your e-mail address is confirmed.")
	if verified() != true {
		t.Error("the address is not confirmed")
	}
	page.press().is(200) // a double click
}

// REC-08: scanners of mail open every link, many times, and by HEAD too.
func TestAMailScannerSpendsNothing(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	s.In(t, in).Post("/v1/password-reset", map[string]string{"email": mia.Email}).Is(202)
	reset := s.Mail(t, in, mia.Email, "password_reset")
	scanner := open(t, s, "User-Agent", "Mail-Scanner/1.0")
	for _, at := range []string{
		address(in, "verify-email", "key", s.Mail(t, in, mia.Email, "verify_email")["key"]),
		address(in, "reset-password", "uid", reset["uid"], "token", reset["token"]),
	} {
		before := s.Rows(t, in)
		for range 20 {
			scanner.get(at).is(200)
			scanner.call(http.MethodHead, at, nil).is(200)
		}
		if changed := s.Changed(t, in, before); len(changed) > 0 {
			t.Errorf("%s changed %v", at, changed)
		}
	}
	open(t, s).get(address(in, "reset-password", "uid", reset["uid"], "token", reset["token"])).
		press("password", "lantern-river-42", "again", "lantern-river-42").is(200, "You can sign in")
}

func TestANewPasswordIsSet(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	s.In(t, in).Post("/v1/password-reset", map[string]string{"email": mia.Email}).Is(202)
	m := s.Mail(t, in, mia.Email, "password_reset")
	page := open(t, s).get(address(in, "reset-password", "uid", m["uid"], "token", m["token"])).is(200, "Choose a new password")
	page.press("password", "lantern-river-42", "again", "lantern-river-43").is(400, "The two passwords are not the same.")
	page.press("password", "12345", "again", "12345").is(400, "Use at least 8 characters.", "This password is too common.", "digits only")
	short := page.press("password", "", "again", "").is(400, "Use at least 8 characters.")
	if strings.Contains(short.HTML, `value="lantern`) || !strings.Contains(short.HTML, `role="alert"`) || !strings.Contains(short.HTML, `aria-describedby="trouble"`) ||
		!strings.Contains(short.HTML, "<title>Error: ") {
		t.Errorf("the trouble is not told to everybody:\n%s", short.HTML)
	}
	short.press("password", "lantern-river-42", "again", "lantern-river-42").is(200, "You can sign in with your new password now.")
	s.In(t, in).Post("/v1/sign-in", map[string]string{"identifier": "mia", "password": "lantern-river-42"}).Is(200)
	dead := short.press("password", "lantern-river-44", "again", "lantern-river-44").is(400, "This link is not valid any more.")
	if formTag.MatchString(dead.HTML) {
		t.Error("a dead link still has a form")
	}
}

func TestAnotherAddressIsConfirmed(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	mia.Post("/v1/me/email", map[string]string{"email": "new@example.com", "password": apitest.Password}).Is(202)
	open(t, s).get(address(in, "change-email", "key", s.Mail(t, in, "new@example.com", "email_change")["key"])).press().is(200, "From now on")
	if got := mia.Get("/v1/me").Is(200).Text("email"); got != "new@example.com" {
		t.Errorf("the address is %s", got)
	}
}

func TestWhoWaitsForApprovalIsTold(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	coach := s.SignUpCoach(t, in, "carl")
	key := s.Mail(t, in, coach.Email, "verify_email")["key"]
	open(t, s).get(address(in, "verify-email", "key", key)).press().is(200, "is confirmed. Somebody looks at it soon.")
	open(t, s).get(address(in, "waiting")).is(200, "Your account waits for approval")
	open(t, s).get(address(in, "social")).is(200, "You are signed in.")
	open(t, s).get(address(in, "social", "outcome", "waiting")).is(200, "Your account waits for approval")
	open(t, s).get(address(in, "social", "outcome", "failed")).is(200, "Signing in did not work")
}

func TestBadLinks(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	b := open(t, s)
	b.get(address(in, "verify-email")).is(400, "This address is incomplete.")
	b.get(address(in, "reset-password", "uid", "MQ")).is(400, "This address is incomplete.")
	b.get(address(in, "verify-email", "key", "no-such-key")).press().is(404, "This link is not valid any more.")
	b.get(address(in, "reset-password", "uid", "MQ", "token", "x")).press("password", "lantern-river-42", "again", "lantern-river-42").is(400, "not valid any more")
	b.get(address(in, "verify-email", "key", `"><script>alert(1)</script>`)).is(200, `value=""><script>`) // unescaped by the test, not by the page
	b.get(address(in, "horoscope")).is(404, "There is nothing here")
	b.get("/t/no-such-tenant/pages/waiting").is(404, "There is nothing here")
	b.call(http.MethodPut, address(in, "verify-email"), url.Values{}).is(405)
	b.call(http.MethodPost, address(in, "verify-email"), url.Values{}).is(404)
	for _, at := range []string{"pages.js", "page.html", "words/en.json", "..%2fpages.css"} {
		b.get(address(in, at)).is(404)
	}
}

func TestPagesSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"locale": "fr"}`)
	for _, c := range []struct{ mail, accept, lang, title string }{
		{"", "", "fr", "Votre compte attend d’être approuvé"},
		{"", "es-MX,en;q=0.5", "es", "Tu cuenta espera la aprobación"},
		{"de-AT", "es", "de", "Ihr Konto wartet auf Freigabe"},
		{"", "zh-TW", "zh-Hant", "您的帳號正在等待核准"},
		{"", "en", "en", "Your account waits for approval"},
	} {
		page := open(t, s, "Accept-Language", c.accept).get(address(in, "waiting", "lang", c.mail)).is(200, c.title)
		if !strings.Contains(page.HTML, `<html lang="`+c.lang+`">`) || page.Header.Get("Content-Language") != c.lang {
			t.Errorf("%+v: %s", c, page.HTML)
		}
	}
	// The answer to a form is in the language of the form.
	open(t, s, "Accept-Language", "en").get(address(in, "verify-email", "key", "x", "lang", "de")).is(200, "Meine Adresse bestätigen").press().is(404, "gilt nicht mehr")
}

func TestPagesLookLikeTheirTenant(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"branding": {"name": "Acme & <Co>", "logo_url": "https://cdn.acme.example/logo.png", "color": "#0b6e4f", "background": "#ffff00"}}`)
	page := open(t, s).get(address(in, "waiting")).is(200, `<img class="logo" src="https://cdn.acme.example/logo.png" alt="Acme & <Co>"`)
	if strings.Contains(page.HTML, "<Co>") {
		t.Error("the name is not escaped")
	}
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' https://cdn.acme.example; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"Referrer-Policy":         "no-referrer", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		"Content-Type": "text/html; charset=utf-8",
	}
	for name, value := range want {
		if got := page.Header.Get(name); got != value {
			t.Errorf("%s: %s", name, got)
		}
	}
	style := open(t, s).get(address(in, "brand.css")).is(200, "--accent: #0b6e4f; --accent-ink: #ffffff;", "--paper: #ffff00;")
	if style.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%s", style.Header.Get("Content-Type"))
	}
	open(t, s).get(address(in, "pages.css")).is(200, ":focus-visible")
	if plain := open(t, s).get(address(s.Tenant(t, ""), "brand.css")).is(200); plain.HTML != "" {
		t.Errorf("without a brand: %s", plain.HTML)
	}
}

func TestPagesAreThereByHostToo(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	host := in.Slug() + ".acme-pages.example"
	s.Operator(t).Put(apitest.Tenant(in, "/domains/"+host), nil).Is(200)
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/pages/waiting", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Host = host
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	if r.StatusCode != 200 {
		t.Errorf("%d", r.StatusCode)
	}
}

// Pages that lie deeper find their style too, with a tenant's path before them, a slash behind, or neither.
func TestDeepPagesHaveTheirStyle(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/t/acme/pages/verify-email": "", "/pages/social/google": "../", "/t/acme/pages/social/google/": "../../", "/pages/social/google/callback": "../../", "/elsewhere": "",
	} {
		if got := pages.Up(path); got != want {
			t.Errorf("%s: %q instead of %q", path, got, want)
		}
	}
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	open(t, s).get(address(in, "social/google")).is(400, `href="../pages.css"`, `href="../brand.css"`)
}
