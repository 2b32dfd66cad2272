package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
)

// browser follows redirects, and keeps the cookie although the test speaks no TLS.
type browser struct {
	t      *testing.T
	base   string
	cookie string
}

func (b *browser) send(method, path string, form url.Values) (int, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if b.cookie != "" {
		r.AddCookie(&http.Cookie{Name: cookie, Value: b.cookie})
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range resp.Cookies() {
		b.cookie = c.Value
	}
	if to := resp.Header.Get("Location"); to != "" {
		return b.send(http.MethodGet, to, nil)
	}
	return resp.StatusCode, string(body)
}

func (b *browser) sees(method, path string, form url.Values, status int, want string) {
	b.t.Helper()
	if got, body := b.send(method, path, form); got != status || !strings.Contains(body, want) {
		b.t.Errorf("%s %s: %d %s\nwant %d %s", method, path, got, body, status, want)
	}
}

func TestACoachSignsUpWaitsAndComesIn(t *testing.T) {
	t.Parallel()
	acme := keyhalltest.New(t).Tenant("acme")
	acme.Set(keyhalltest.Settings{Permissions: map[string][]string{"coach": {"plans.write"}, "user": {"coaches.approve"}}})
	if _, err := acme.Client().Auth.SignUp(t.Context(), keyhall.SignUp{Email: "olga@example.com", Password: "lantern-river-42"}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(newSite(acme.Client(), acme.Admin()).handler())
	t.Cleanup(server.Close)
	carla, olga := &browser{t: t, base: server.URL}, &browser{t: t, base: server.URL}
	account := url.Values{"email": {"carla@example.com"}, "password": {"lantern-river-42"}}

	carla.sees("GET", "/", nil, 200, "Sign in")
	carla.sees("POST", "/sign-in", account, 401, "not right")
	carla.sees("POST", "/sign-up", url.Values{"email": {"carla@example.com"}, "password": {"short"}}, 400, "password: Use at least")
	carla.sees("POST", "/sign-up", account, 200, "carla, you are pending")
	carla.sees("GET", "/waiting", nil, 403, "those who approve")
	carla.sees("POST", "/waiting", url.Values{"id": {"2"}, "decision": {"approve"}}, 403, "those who approve")

	olga.sees("POST", "/sign-in", url.Values{"email": {"olga@example.com"}, "password": {"lantern-river-42"}}, 200, "olga")
	olga.sees("GET", "/waiting", nil, 200, "carla")
	if _, body := olga.send("POST", "/waiting", url.Values{"id": {"2"}, "decision": {"approve"}}); strings.Contains(body, "carla") {
		t.Error("she still waits")
	}
	carla.sees("GET", "/", nil, 200, "You may plans.write")
	olga.send("POST", "/waiting", url.Values{"id": {"2"}, "decision": {"reject"}})
	carla.sees("GET", "/", nil, 200, "Sign in")
	carla.sees("POST", "/sign-in", account, 403, "not approved")
	olga.sees("POST", "/sign-out", nil, 200, "Sign in")
}

func TestOtherSitesCannotPost(t *testing.T) {
	t.Parallel()
	acme := keyhalltest.New(t).Tenant("acme")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/sign-out", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	newSite(acme.Client(), acme.Admin()).handler().ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
}
