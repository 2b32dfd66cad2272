package fiberguard_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/sdk/fiberguard"
	"github.com/keyhall/keyhall/sdk/guard"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

// shop is an app behind guards, whose verifier remembers tokens.
func shop(t *testing.T) (*keyhalltest.Server, *keyhalltest.Tenant, *fiber.App) {
	t.Helper()
	server := keyhalltest.New(t)
	v, err := verify.New(verify.WithTenantsOf(server.URL), verify.WithClock(server.Clock.Now), verify.WithCache(100))
	if err != nil {
		t.Fatal(err)
	}
	type plan struct{ Plan string }
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/me", fiberguard.Protect(v.Verify), func(c *fiber.Ctx) error {
		claims, err := fiberguard.Claims[plan](c)
		if err != nil || guard.Token(c.UserContext()) != fiberguard.Token(c) {
			return fiber.ErrInternalServerError
		}
		return c.SendString(fmt.Sprint(fiberguard.Token(c).UserID, " ", claims.Plan))
	})
	app.Get("/coaches", fiberguard.Protect(v.Verify, guard.RequireApproved(), guard.RequireGroup("coach")), func(c *fiber.Ctx) error { return c.SendString("in") })
	app.Get("/:tenant/orders", fiberguard.Protect(v.Verify), fiberguard.TenantOf("tenant"), func(c *fiber.Ctx) error { return c.SendString("in") })
	app.Get("/:tenant/open", fiberguard.TenantOf("tenant"), func(c *fiber.Ctx) error { return c.SendString("in") })
	return server, server.Tenant("acme"), app
}

func ask(t *testing.T, app *fiber.App, path string, authorization ...string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header["Authorization"] = authorization
	resp, err := app.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestGoodTokensPass(t *testing.T) {
	t.Parallel()
	_, acme, app := shop(t)
	if resp, body := ask(t, app, "/me", "Bearer "+acme.Token(keyhalltest.Claims{UserID: 7, Extra: map[string]any{"plan": "gold"}})); resp.StatusCode != 200 || body != "7 gold" {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if resp, body := ask(t, app, "/coaches", "Bearer "+acme.Token(keyhalltest.Claims{Group: "coach", Approved: true})); resp.StatusCode != 200 || body != "in" {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

func TestOthersAreToldWhy(t *testing.T) {
	t.Parallel()
	server, acme, app := shop(t)
	raw := acme.Token(keyhalltest.Claims{})
	expired := acme.Token(keyhalltest.Claims{Extra: map[string]any{"exp": 1}})
	check := func(path string, status int, code, challenge string, authorization ...string) {
		t.Helper()
		resp, body := ask(t, app, path, authorization...)
		var problem struct{ Code string }
		if err := json.Unmarshal([]byte(body), &problem); err != nil || resp.StatusCode != status || problem.Code != code ||
			resp.Header.Get("WWW-Authenticate") != challenge || resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v %s", path, resp.StatusCode, resp.Header, body)
		}
	}
	const wrong = `Bearer error="invalid_token"`
	check("/me", 401, "no_credentials", "Bearer")
	check("/me", 401, "no_credentials", wrong, "Token "+raw)
	check("/me", 401, "no_credentials", wrong, "Bearer "+raw, "Bearer "+raw)
	check("/me", 401, "token_invalid", wrong, "Bearer x.y.z")
	check("/me", 401, "token_expired", wrong, "Bearer "+expired)
	check("/coaches", 403, "pending_approval", "", "Bearer "+raw)
	check("/coaches", 403, "not_allowed", "", "Bearer "+acme.Token(keyhalltest.Claims{Group: "user", Approved: true}))
	check("/gym/orders", 403, "not_allowed", "", "Bearer "+raw)
	check("/acme/open", 401, "no_credentials", "Bearer", "Bearer "+raw)
	server.Intercept(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(500); return true })
	check("/me", 503, "unavailable", "", "Bearer "+server.Tenant("new").Token(keyhalltest.Claims{}))
}

// Fiber reuses the memory of headers; a token that was remembered must not change with it.
func TestRememberedTokensAreCopies(t *testing.T) {
	t.Parallel()
	server, acme, app := shop(t)
	client := &http.Client{Transport: &http.Transport{}}
	listener := serve(t, app)
	t.Cleanup(client.CloseIdleConnections) // or the app would wait for them
	var all sync.WaitGroup
	for user := range int64(8) {
		raw := acme.Token(keyhalltest.Claims{UserID: user + 1, Life: time.Hour})
		all.Go(func() {
			for range 100 {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, listener+"/me", nil)
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Authorization", "Bearer "+raw)
				resp, err := client.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(resp.Body)
				if want := fmt.Sprint(user+1, " "); err != nil || string(body) != want {
					t.Errorf("got %q, want %q, %v", body, want, err)
				}
				_ = resp.Body.Close() // read to its end
			}
		})
	}
	all.Wait()
	if n := server.Calls("GET /t/acme/.well-known/jwks.json"); n != 1 {
		t.Errorf("%d fetches", n)
	}
}
