package guard_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/keyhall/keyhall/sdk/guard"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

func house(t *testing.T) (*keyhalltest.Server, *keyhalltest.Tenant, *verify.Verifier) {
	t.Helper()
	server := keyhalltest.New(t)
	acme := server.Tenant("acme")
	v, err := verify.New(verify.WithTenantsOf(server.URL), verify.WithClock(server.Clock.Now), verify.WithFloor(time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	return server, acme, v
}

// ask sends a request with these Authorization headers to a handler behind the guard.
func ask(t *testing.T, guarded func(http.Handler) http.Handler, authorization ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.Header["Authorization"] = authorization
	w := httptest.NewRecorder()
	guarded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, guard.Token(r.Context()).UserID)
	})).ServeHTTP(w, r)
	return w
}

func says(t *testing.T, name string, w *httptest.ResponseRecorder, status int, code, challenge string) {
	t.Helper()
	var problem struct {
		Status int
		Code   string
	}
	err := json.Unmarshal(w.Body.Bytes(), &problem)
	if err != nil || w.Code != status || problem.Status != status || problem.Code != code || w.Header().Get("WWW-Authenticate") != challenge ||
		w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: %d %v %s", name, w.Code, w.Header(), w.Body)
	}
}

const wrongToken = `Bearer error="invalid_token"`

func TestGoodTokensPass(t *testing.T) {
	t.Parallel()
	_, acme, v := house(t)
	for _, scheme := range []string{"Bearer ", "bearer "} {
		if w := ask(t, guard.Protect(v.Verify), scheme+acme.Token(keyhalltest.Claims{UserID: 7})); w.Code != 200 || w.Body.String() != "7" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}

func TestTOK16OnlyOneHeaderOfTheDocumentedSchemeCounts(t *testing.T) {
	t.Parallel()
	_, acme, v := house(t)
	raw := acme.Token(keyhalltest.Claims{})
	p := guard.Protect(v.Verify)
	says(t, "none", ask(t, p), 401, "no_credentials", "Bearer")
	says(t, "empty", ask(t, p, ""), 401, "no_credentials", "Bearer")
	for _, headers := range [][]string{
		{"Bearer  " + raw}, {"Bearer"}, {"Bearer "}, {"Token " + raw}, {raw}, {"Bearer " + raw + ", Bearer x"}, {"Bearer " + raw, "Bearer " + raw}, {"Basic eDp4"}, {" Bearer " + raw},
	} {
		says(t, fmt.Sprint(headers), ask(t, p, headers...), 401, "no_credentials", wrongToken)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?access_token="+raw, nil)
	w := httptest.NewRecorder()
	p(http.NotFoundHandler()).ServeHTTP(w, r)
	says(t, "in the address", w, 401, "no_credentials", "Bearer")
}

func TestBadTokensAreToldWhy(t *testing.T) {
	t.Parallel()
	server, acme, v := house(t)
	p := guard.Protect(v.Verify)
	says(t, "no token", ask(t, p, "Bearer x.y.z"), 401, "token_invalid", wrongToken)
	says(t, "another type", ask(t, p, "Bearer "+acme.Sign(nil, map[string]any{"iss": acme.Issuer})), 401, "token_wrong_type", wrongToken)
	old := acme.Token(keyhalltest.Claims{})
	server.Clock.Advance(time.Hour)
	says(t, "expired", ask(t, p, "Bearer "+old), 401, "token_expired", wrongToken)
	server.Intercept(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(500); return true })
	w := ask(t, p, "Bearer "+server.Tenant("new").Token(keyhalltest.Claims{}))
	says(t, "no keys", w, 503, "unavailable", "")
	if w.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	_, acme, v := house(t)
	own := errors.New("a secret reason")
	for name, c := range map[string]struct {
		rule guard.Rule
		good keyhalltest.Claims
		bad  keyhalltest.Claims
		code string
	}{
		"group":      {guard.RequireGroup("coach", "owner"), keyhalltest.Claims{Group: "owner"}, keyhalltest.Claims{Group: "user"}, "not_allowed"},
		"permission": {guard.RequirePermission("a", "b"), keyhalltest.Claims{Permissions: []string{"b", "c", "a"}}, keyhalltest.Claims{Permissions: []string{"a"}}, "not_allowed"},
		"approved":   {guard.RequireApproved(), keyhalltest.Claims{Approved: true}, keyhalltest.Claims{}, "pending_approval"},
		"e-mail":     {guard.RequireVerifiedEmail(), keyhalltest.Claims{Verified: true}, keyhalltest.Claims{}, "email_unverified"},
		"own": {func(t *verify.Token) error {
			if t.UserID == 7 {
				return nil
			}
			return own
		}, keyhalltest.Claims{UserID: 7}, keyhalltest.Claims{UserID: 8}, "not_allowed"},
	} {
		p := guard.Protect(v.Verify, guard.RequireTenant("acme"), c.rule)
		if w := ask(t, p, "Bearer "+acme.Token(c.good)); w.Code != 200 {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		says(t, name, ask(t, p, "Bearer "+acme.Token(c.bad)), 403, c.code, "")
	}
}

func TestTenantsAreKeptApart(t *testing.T) {
	t.Parallel()
	server, acme, v := house(t)
	gym := server.Tenant("gym")
	says(t, "gym", ask(t, guard.Protect(v.Verify, guard.RequireTenant("acme")), "Bearer "+gym.Token(keyhalltest.Claims{})), 403, "not_allowed", "")

	mux := http.NewServeMux()
	inPath := guard.TenantOf(func(r *http.Request) string { return r.PathValue("tenant") })
	mux.Handle("/{tenant}/orders", guard.Protect(v.Verify)(inPath(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))))
	mux.Handle("/{tenant}/open", inPath(http.NotFoundHandler()))
	for path, want := range map[string]int{"/acme/orders": 200, "/gym/orders": 403, "/gym/open": 401} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+acme.Token(keyhalltest.Claims{}))
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestClaimsComeFromTheContext(t *testing.T) {
	t.Parallel()
	_, acme, v := house(t)
	type plan struct{ Plan string }
	ctx, wrong := guard.Enter(t.Context(), v.Verify, []string{"Bearer " + acme.Token(keyhalltest.Claims{Extra: map[string]any{"plan": "gold"}})})
	if wrong != nil {
		t.Fatal(wrong)
	}
	if claims, err := guard.Claims[plan](ctx); err != nil || claims.Plan != "gold" {
		t.Errorf("%+v, %v", claims, err)
	}
	if err := guard.Require(ctx, guard.RequireApproved()); err == nil {
		t.Error("let in without approval")
	}
	for _, err := range []error{func() error { _, err := guard.Claims[plan](context.Background()); return err }(), guard.Require(context.Background())} {
		var r *guard.Refusal
		if !errors.As(err, &r) || r.Status != 401 {
			t.Errorf("without a guard: %v", err)
		}
	}
	if err := guard.RequireTenant("")(&verify.Token{}); err == nil {
		t.Error("no tenant is let in where none is named")
	}
	if guard.Token(t.Context()) != nil {
		t.Error("a token from nowhere")
	}
}
