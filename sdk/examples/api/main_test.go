package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

func TestEachTenantHasItsOwnPlans(t *testing.T) {
	t.Parallel()
	server := keyhalltest.New(t)
	acme, gym := server.Tenant("acme"), server.Tenant("gym")
	v, err := verify.New(verify.WithTenantsOf(server.URL), verify.WithClock(server.Clock.Now))
	if err != nil {
		t.Fatal(err)
	}
	h := handler(v.Verify)
	ask := func(method, path, token, body string, status int, want string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != status || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
	}
	coach := acme.Token(keyhalltest.Claims{Group: "coach", Approved: true, Email: "carla@example.com"})
	member := acme.Token(keyhalltest.Claims{Group: "user", Approved: true})
	ask(http.MethodPost, "/acme/plans", coach, `{"title":"Hills"}`, 201, "carla@example.com")
	ask(http.MethodPost, "/acme/plans", coach, `{}`, 400, "title")
	ask(http.MethodGet, "/acme/plans", member, "", 200, "Hills")
	ask(http.MethodPost, "/acme/plans", member, `{"title":"Rest"}`, 403, "not_allowed")
	ask(http.MethodGet, "/acme/plans", acme.Token(keyhalltest.Claims{Group: "coach"}), "", 403, "pending_approval")
	ask(http.MethodGet, "/acme/plans", gym.Token(keyhalltest.Claims{Approved: true}), "", 403, "not_allowed")
	ask(http.MethodGet, "/gym/plans", gym.Token(keyhalltest.Claims{Approved: true}), "", 200, "[]")
	ask(http.MethodGet, "/acme/plans", "x.y.z", "", 401, "token_invalid")
}
