package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
)

func TestDjangoLearnsWhoAsks(t *testing.T) {
	t.Parallel()
	id := keyhalltest.New(t)
	id.Intercept(func(w http.ResponseWriter, r *http.Request) bool { // keyhalltest has no django-rest-auth
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/t/acme/rest-auth/login/":
			_, _ = io.WriteString(w, `{"key":"k1"}`) // nobody to tell
		case r.URL.Path != "/t/acme/rest-auth/user/":
			return false
		case r.Header.Get("Authorization") == "Token k1":
			_, _ = io.WriteString(w, `{"pk":7,"username":"mia","email":"mia@example.com"}`) // nobody to tell
		case r.Header.Get("Authorization") == "Token k2":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
		return true
	})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.Path+" "+r.Header.Get(userHeader)+" "+r.Header.Get(idHeader)+" "+r.Header.Get(emailHeader)) // nobody to tell
	}))
	t.Cleanup(site.Close)
	client, err := keyhall.New(id.URL, keyhall.WithRetry(keyhall.Retry{}))
	if err != nil {
		t.Fatal(err)
	}
	h := front(client.Tenant("acme"), address(t, id.URL), address(t, site.URL))
	for _, c := range []struct {
		path, authorization string
		status              int
		want                string
	}{
		{"/rest-auth/login/", "", 200, `{"key":"k1"}`},
		{"/shop/", "Token k1", 200, "/shop/ mia 7 mia@example.com"},
		{"/shop/", "", 200, "/shop/   "},
		{"/shop/", "Token old", 401, "{\"detail\":\"Invalid token.\"}\n"},
		{"/shop/", "Token k2", 503, "{\"detail\":\"Try again in a moment.\"}\n"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, nil)
		r.Header.Set("Authorization", c.authorization)
		r.Header.Set(userHeader, "root") // as an attacker would
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status || w.Body.String() != c.want {
			t.Errorf("%s with %q: %d %q", c.path, c.authorization, w.Code, w.Body)
		}
	}
}

func address(t *testing.T, text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
