package keyhall

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// flaky answers with these statuses in turn, the last one for ever, and notes the client's pauses instead of waiting.
func flaky(t *testing.T, retryAfter string, statuses ...int) (client *Client, calls *atomic.Int32, pauses *[]time.Duration) {
	t.Helper()
	calls = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := int(calls.Add(1))
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(statuses[min(n, len(statuses))-1])
		_, _ = w.Write([]byte(`{}`)) // nobody to tell
	}))
	t.Cleanup(server.Close)
	client, err := New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	pauses = &[]time.Duration{}
	note := func(_ context.Context, d time.Duration) error {
		*pauses = append(*pauses, d)
		return nil
	}
	return client.With(func(s *settings) { s.wait = note }), calls, pauses
}

func TestIdempotentCallsAreRepeated(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(*Client) error{
		"GET":   func(c *Client) error { _, err := c.System.Live(t.Context()); return err },
		"PATCH": func(c *Client) error { _, err := c.Tenants.Update(t.Context(), "acme", TenantPatch{}); return err },
		"PUT":   func(c *Client) error { _, err := c.Tenant("acme").Domains.Put(t.Context(), "a.example"); return err },
		"a POST that says so": func(c *Client) error {
			_, err := c.Tenant("acme").Auth.Refresh(t.Context(), RefreshRequest{RefreshToken: "rt"})
			return err
		},
	} {
		client, calls, pauses := flaky(t, "", 503, 502, 200)
		if err := call(client); err != nil || calls.Load() != 3 || len(*pauses) != 2 {
			t.Errorf("%s: %v after %d calls with pauses %v", name, err, calls.Load(), *pauses)
		}
	}
}

func TestOtherCallsAreMadeOnce(t *testing.T) {
	t.Parallel()
	client, calls, _ := flaky(t, "", 503)
	_, err := client.Tenant("acme").Auth.SignIn(t.Context(), SignIn{})
	if !errors.Is(err, ErrUnavailable) || calls.Load() != 1 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
	client, calls, _ = flaky(t, "", 409)
	_, err = client.System.Live(t.Context())
	if !errors.Is(err, ErrConflict) || calls.Load() != 1 {
		t.Errorf("a conflict does not pass: %v after %d calls", err, calls.Load())
	}
}

func TestAttemptsAreCounted(t *testing.T) {
	t.Parallel()
	client, calls, _ := flaky(t, "", 503)
	if _, err := client.System.Live(t.Context()); err == nil || calls.Load() != int32(DefaultRetry.Attempts) {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
	client, calls, _ = flaky(t, "", 503)
	if _, err := client.With(WithRetry(Retry{})).System.Live(t.Context()); err == nil || calls.Load() != 1 {
		t.Errorf("%v after %d calls without repeating", err, calls.Load())
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	client, _, pauses := flaky(t, "2", 429, 200)
	if _, err := client.System.Live(t.Context()); err != nil || len(*pauses) != 1 || (*pauses)[0] < 2*time.Second {
		t.Errorf("%v, pauses %v", err, *pauses)
	}
	client, calls, _ := flaky(t, "3600", 429)
	_, err := client.System.Live(t.Context())
	var e *Error
	if !errors.As(err, &e) || e.RetryAfter != time.Hour || calls.Load() != 1 {
		t.Errorf("an hour is not waited: %v after %d calls", err, calls.Load())
	}
}

func TestACallersPatienceEnds(t *testing.T) {
	t.Parallel()
	client, calls, _ := flaky(t, "", 503)
	ctx, cancel := context.WithCancel(t.Context())
	impatient := client.With(func(s *settings) {
		s.wait = func(ctx context.Context, _ time.Duration) error { cancel(); return wait(ctx, time.Hour) }
	})
	if _, err := impatient.System.Live(ctx); !errors.Is(err, ErrUnavailable) || calls.Load() != 1 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
	if _, err := client.System.Live(ctx); !errors.Is(err, context.Canceled) || calls.Load() != 1 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
}

func TestJitterStaysBelowItsBounds(t *testing.T) {
	t.Parallel()
	p := Retry{Attempts: 99, Base: 100 * time.Millisecond, Max: time.Second}
	for attempt, bound := range map[int]time.Duration{1: 100 * time.Millisecond, 2: 200 * time.Millisecond, 4: 800 * time.Millisecond, 5: time.Second, 90: time.Second} {
		longest := time.Duration(0)
		for range 500 {
			longest = max(longest, p.jitter(attempt))
		}
		if longest > bound || longest < bound/2 {
			t.Errorf("attempt %d: the longest of 500 pauses is %v, the bound %v", attempt, longest, bound)
		}
	}
	if (Retry{}).jitter(1) != 0 {
		t.Error("no bounds, no pause")
	}
}

func TestRetryAfterReadsSecondsAndDates(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "soon": 0,
		"Sun, 01 Mar 2026 09:30:05 GMT": 5 * time.Second, "Sun, 01 Mar 2026 09:00:00 GMT": 0,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
}

func TestTheLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	client, _, _ := flaky(t, "", 503, 200)
	var log bytes.Buffer
	client = client.With(WithToken("secret-token"), WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	if _, err := client.Tenant("acme").Users.List(t.Context(), &UsersListParams{Q: new("mia")}); err != nil {
		t.Fatal(err)
	}
	text := log.String()
	if !strings.Contains(text, "users.list") || !strings.Contains(text, "status=503") || !strings.Contains(text, "level=WARN") {
		t.Errorf("too little in %s", text)
	}
	if strings.Contains(text, "secret-token") || strings.Contains(text, "mia") {
		t.Errorf("too much in %s", text)
	}
}
