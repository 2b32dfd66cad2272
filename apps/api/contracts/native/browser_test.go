package native_test

import (
	"net/http"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// A browser is one with the admin UI's page open: it sends the cookie by itself, the page's origin, and the
// anti-forgery token that the page was told.
type browser struct {
	apitest.Client
	cookie *http.Cookie
	csrf   string
}

const (
	site  = "https://id.example.test"
	plain = "http://id.example.test"
)

func signInByBrowser(t *testing.T, s *apitest.Server, email, origin string) browser {
	t.Helper()
	c := s.Client(t).With("Host", "id.example.test")
	a := c.With("Origin", origin).Post("/admin/v1/auth/session", obj{"email": email, "password": apitest.Password}).Is(200)
	if len(a.Cookies) != 1 {
		t.Fatalf("cookies: %v", a.Cookies)
	}
	return browser{c.With("Cookie", a.Cookies[0].Name+"="+a.Cookies[0].Value), a.Cookies[0], a.Text("csrf_token")}
}

func TestTheBrowsersSession(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{HTTPS: true})
	ada := s.NewOperator(t)
	b := signInByBrowser(t, s, ada.Email, site)
	k := b.cookie
	if k.Name != "__Host-keyhall_admin" || !k.HttpOnly || !k.Secure || k.SameSite != http.SameSiteStrictMode || k.Path != "/" || k.Domain != "" || k.MaxAge != 7*24*60*60 {
		t.Errorf("cookie: %v", k)
	}
	got := b.Get("/admin/v1/auth/session").Is(200)
	if got.Text("csrf_token") != b.csrf || got.Text("admin.email") != ada.Email {
		t.Errorf("a second tab: %s", got.Body)
	}
	if got.Header.Get("Cache-Control") != "no-store" {
		t.Error("it may be stored")
	}
	b.Get("/admin/v1/me").Is(200)
	change := func(c apitest.Client) apitest.Answer {
		return c.Post("/admin/v1/tenants", obj{"slug": slug(), "name": "By browser"})
	}
	change(b.With("Origin", site, "X-CSRF-Token", b.csrf)).Is(201)
	for _, origin := range []string{"", "null", plain, "https://evil.example", "https://id.example.test.evil.example", "https://evil-id.example.test", site + ":444", "id.example.test"} {
		c := b.With("X-CSRF-Token", b.csrf)
		if origin != "" {
			c = c.With("Origin", origin)
		}
		change(c).Refused(403, "csrf_failed")
	}
	for _, csrf := range []string{"", "x", k.Value, b.csrf[1:], b.csrf + "x"} {
		change(b.With("Origin", site, "X-CSRF-Token", csrf)).Refused(403, "csrf_failed")
	}
	other := signInByBrowser(t, s, ada.Email, site)
	change(b.With("Origin", site, "X-CSRF-Token", other.csrf)).Refused(403, "csrf_failed")
	b.With("Origin", site, "X-CSRF-Token", b.csrf).Sending("text/plain").Post("/admin/v1/tenants", `{"slug":"x","name":"y"}`).Refused(415, "unsupported_media_type")
	b.With("Origin", site, "X-CSRF-Token", b.csrf).Sending("application/x-www-form-urlencoded").Post("/admin/v1/tenants", "slug=x").Refused(415, "unsupported_media_type")
	b.Delete("/admin/v1/auth/session", nil).Refused(403, "csrf_failed")
	ended := b.With("Origin", site, "X-CSRF-Token", b.csrf).Delete("/admin/v1/auth/session", nil).Is(204)
	if gone := ended.Cookie(k.Name); gone == nil || gone.MaxAge >= 0 || gone.Value != "" {
		t.Errorf("the cookie stays: %v", ended.Cookies)
	}
	b.Get("/admin/v1/auth/session").Refused(401, "token_invalid")
	other.Get("/admin/v1/auth/session").Is(200)
}

func TestNoOtherSiteSignsSomebodyIn(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{HTTPS: true})
	ada := s.NewOperator(t)
	c := s.Client(t).With("Host", "id.example.test")
	credentials := obj{"email": ada.Email, "password": apitest.Password}
	for _, origin := range []string{"null", plain, "https://evil.example"} {
		if a := c.With("Origin", origin).Post("/admin/v1/auth/session", credentials); a.Status != 403 || len(a.Cookies) > 0 {
			t.Errorf("from %s: %d %v", origin, a.Status, a.Cookies)
		}
	}
	c.With("Origin", site).Post("/admin/v1/auth/session", obj{"email": ada.Email, "password": "wrong-password"}).Refused(401, "bad_credentials")
	c.With("Origin", site).Post("/admin/v1/auth/session", obj{}).Refused(400, "validation_failed", "email:required", "password:required")
	// A session from before the sign-in is not taken over: each sign-in has a fresh one.
	planted := c.With("Cookie", "__Host-keyhall_admin=planted", "Origin", site).Post("/admin/v1/auth/session", credentials).Is(200)
	if planted.Cookies[0].Value == "planted" {
		t.Error("the planted session lives on")
	}
}

// A token is no browser session, and a cookie is no token.
func TestCookiesAndTokensAreApart(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{HTTPS: true})
	ada := s.NewOperator(t)
	b := signInByBrowser(t, s, ada.Email, site)
	ada.Get("/admin/v1/auth/session").Refused(401, "no_credentials")
	ada.Delete("/admin/v1/auth/session", nil).Refused(401, "no_credentials")
	ada.Get("/admin/v1/me").Is(200)
	s.Client(t).Bearer(b.cookie.Value).Get("/admin/v1/me").Refused(401, "token_invalid")
	s.Client(t).With("Cookie", "keyhall_admin="+b.cookie.Value).Get("/admin/v1/me").Refused(401, "no_credentials")
	s.Client(t).With("Cookie", "__Host-keyhall_admin="+ada.Access).Get("/admin/v1/me").Refused(401, "token_invalid")
	b.Bearer("kha_nonsense").Get("/admin/v1/me").Refused(401, "token_invalid") // the header decides
	s.Client(t).Get("/admin/v1/auth/session").Refused(401, "no_credentials")
	s.Client(t).Delete("/admin/v1/auth/session", nil).Refused(401, "no_credentials")
	b.With("Origin", site, "X-CSRF-Token", b.csrf).Post("/admin/v1/auth/logout", nil).Is(204)
	b.Get("/admin/v1/me").Refused(401, "token_invalid")
}

func TestPlainHTTPHasBrowserSessionsInDevOnly(t *testing.T) {
	t.Parallel()
	serve := apitest.Shared(t)
	ada := serve.NewOperator(t)
	credentials := obj{"email": ada.Email, "password": apitest.Password}
	serve.Client(t).Post("/admin/v1/auth/session", credentials).Refused(403, "https_needed")
	dev := apitest.Start(t, apitest.Options{Dev: true})
	b := signInByBrowser(t, dev, ada.Email, plain)
	if k := b.cookie; k.Name != "keyhall_admin" || k.Secure || !k.HttpOnly || k.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookie: %v", k)
	}
	b.Get("/admin/v1/auth/session").Is(200)
	b.With("Origin", plain, "X-CSRF-Token", b.csrf).Delete("/admin/v1/auth/session", nil).Is(204)
}
