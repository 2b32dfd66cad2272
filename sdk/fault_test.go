package keyhall_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// once repeats nothing, so that one fault is one error.
var once = keyhall.WithRetry(keyhall.Retry{})

func TestAServerThatIsDownIsAnError(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{}`))
	c := s.client(t, once)
	s.Close()
	_, err := c.Tenant("acme").Users.List(t.Context(), &keyhall.UsersListParams{Q: new("a-name-nobody-should-log")})
	var e *keyhall.Error
	if err == nil || errors.As(err, &e) || !strings.Contains(err.Error(), "users.list") || strings.Contains(err.Error(), "a-name") {
		t.Errorf("%v", err)
	}
}

func TestASlowServerIsLeftInTime(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"before its answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"within its answer": func(w http.ResponseWriter, r *http.Request) {
			answer(200, `{"data":[`)(w, r)
			_ = http.NewResponseController(w).Flush() // it can
			<-r.Context().Done()
		},
	} {
		c := serve(t, handler).client(t, once)
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err := c.Tenants.List(ctx, nil)
		cancel()
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took > 5*time.Second {
			t.Errorf("%s: %v after %v", name, err, took)
		}
	}
}

func TestBadStatusesAreErrorsWhateverTheirBody(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]error{
		400: nil, 401: keyhall.ErrUnauthenticated, 403: keyhall.ErrForbidden, 404: keyhall.ErrNotFound, 409: keyhall.ErrConflict,
		429: keyhall.ErrRateLimited, 500: nil, 502: nil, 503: keyhall.ErrUnavailable, 504: nil, 302: nil,
	} {
		for _, body := range []string{``, `{`, `null`, `[]`, `"x"`, `7`, `<html>502 Bad Gateway</html>`, `{"errors":7,"code":[]}`, strings.Repeat("[", 20_000)} {
			for _, mediaType := range []string{"application/problem+json", "application/json", "text/html", ""} {
				c := serve(t, answer(status, body, "Content-Type", mediaType, "X-Request-Id", "r1", "Retry-After", "7")).client(t, once)
				_, err := c.Tenant("acme").Me.Get(t.Context())
				var e *keyhall.Error
				if !errors.As(err, &e) || e.Status != status || e.RequestID != "r1" || e.RetryAfter != 7*time.Second || e.Error() == "" || want != nil && !errors.Is(err, want) {
					t.Errorf("%d %s %.20q: %v", status, mediaType, body, err)
				}
			}
		}
	}
}

func TestGoodStatusesWithBadBodiesAreErrors(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"nothing":     answer(200, ``),
		"HTML":        answer(200, `<html>`),
		"half":        answer(200, `{"data":[{"id":1`),
		"another":     answer(200, `{"data":"x"}`),
		"more behind": answer(200, `{"data":[]} x`),
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "500")
			_, _ = w.Write([]byte(`{"data":[]}`)) // nobody to tell
		},
		"broken off": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		c := serve(t, handler).client(t, once)
		page, err := c.Tenants.List(t.Context(), nil)
		var e *keyhall.Error
		if err == nil || errors.As(err, &e) || !strings.Contains(err.Error(), "tenants.list") {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
	}
}

func TestACutOffAnswerIsAskedForAgain(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			w.Header().Set("Content-Length", "500")
		}
		answer(200, `{"data":[]}`)(w, r)
	}).client(t, keyhall.WithRetry(keyhall.Retry{Attempts: 3, Base: time.Millisecond, Max: time.Millisecond}))
	if _, err := c.Tenants.List(t.Context(), nil); err != nil || calls.Load() != 2 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
}

// Ten thousand calls at once, when the token has just run out.
func TestTenThousandCallsRefreshOnce(t *testing.T) {
	t.Parallel()
	var refreshes atomic.Int32
	acme := rotating(t, &refreshes).client(t).Tenant("acme")
	source := acme.Refresher(keyhall.Tokens{AccessToken: "at0", RefreshToken: "rt0"}, nil)
	start := make(chan bool)
	var all sync.WaitGroup
	for range 10_000 {
		all.Go(func() {
			<-start
			if token, err := source.Token(t.Context()); token != "at1" || err != nil {
				t.Errorf("%q, %v", token, err)
			}
		})
	}
	close(start)
	all.Wait()
	if n := refreshes.Load(); n != 1 {
		t.Errorf("%d refreshes", n)
	}
}

// A server in trouble is not stampeded: those who waited for a refresh that failed do not each try again at once.
func TestAFailedRefreshIsToldToAllWhoWait(t *testing.T) {
	t.Parallel()
	var refreshes atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		refreshes.Add(1)
		time.Sleep(100 * time.Millisecond)
		answer(503, `{"code":"unavailable"}`, "Content-Type", "application/problem+json")(w, r)
	})
	source := s.client(t, once).Tenant("acme").Refresher(keyhall.Tokens{AccessToken: "at0", RefreshToken: "rt0"}, nil)
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			if _, err := source.Token(t.Context()); !errors.Is(err, keyhall.ErrUnavailable) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := refreshes.Load(); n > 3 {
		t.Errorf("%d refreshes", n)
	}
	if _, err := source.Token(t.Context()); !errors.Is(err, keyhall.ErrUnavailable) {
		t.Error(err)
	}
}

func TestHugeAnswersAreCutOff(t *testing.T) {
	t.Parallel()
	huge, err := json.Marshal(strings.Repeat("a", 33<<20))
	if err != nil {
		t.Fatal(err)
	}
	c := serve(t, answer(200, string(huge))).client(t, once)
	if _, err := c.Tenants.List(t.Context(), nil); err == nil {
		t.Error("33 MB were read")
	}
}
