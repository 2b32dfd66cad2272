package keyhall

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

func TestACallHasItsOwnTimeoutAndHeaders(t *testing.T) {
	t.Parallel()
	var last atomic.Pointer[http.Header]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		last.Store(&r.Header)
		if r.URL.Path == "/readyz" {
			<-r.Context().Done()
			return
		}
		_, _ = w.Write([]byte(`{}`)) // nobody to tell
	}))
	t.Cleanup(server.Close)
	c, err := New(server.URL, WithToken("sk_1"))
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, err := c.System.Ready(t.Context(), CallTimeout(20*time.Millisecond)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("that took %v", took)
	}
	if _, err := c.System.Live(t.Context(), CallHeader("accept-language", "de"), CallHeader("X-Request-Id", "r1")); err != nil {
		t.Fatal(err)
	}
	if h := *last.Load(); h.Get("Accept-Language") != "de" || h.Get("X-Request-Id") != "r1" || h.Get("Authorization") != "Bearer sk_1" {
		t.Errorf("%v", h)
	}
	if _, err := c.System.Live(t.Context(), CallHeader("Authorization", "Bearer other")); err != nil {
		t.Fatal(err)
	}
	if h := *last.Load(); h.Get("Authorization") != "Bearer other" || h.Get("Accept-Language") != "" {
		t.Errorf("%v", h)
	}
	for _, err := range c.Tenants.All(t.Context(), nil, CallHeader("X-Request-Id", "r2")) {
		t.Error(err)
	}
	if h := *last.Load(); h.Get("X-Request-Id") != "r2" {
		t.Errorf("a page: %v", h)
	}
}

func TestACallMayBeRepeatedOnPurpose(t *testing.T) {
	t.Parallel()
	client, calls, _ := flaky(t, "", 503, 200)
	if _, err := client.Tenant("acme").Approvals.Decide(t.Context(), ApprovalRequest{}, CallRepeated()); err != nil || calls.Load() != 2 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
}
