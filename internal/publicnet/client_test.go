package publicnet_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/publicnet"
)

func server(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// ask makes a request and reads its answer.
func ask(t *testing.T, c *http.Client, url string) (string, error) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, body, err := publicnet.Do(c, q)
	return string(body), err
}

func TestTheClientKeepsToThePublicInternetAndHTTPS(t *testing.T) {
	t.Parallel()
	url := server(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	strict := publicnet.Client(false, time.Second)
	if _, err := ask(t, strict, url); !errors.Is(err, publicnet.ErrNotHTTPS) {
		t.Errorf("http: %v", err)
	}
	_, err := ask(t, strict, strings.Replace(url, "http:", "https:", 1))
	if !errors.Is(err, publicnet.ErrNotPublic) || publicnet.Reason(err) != publicnet.ErrNotPublic.Error() {
		t.Errorf("loopback: %v", err)
	}
	if _, err := ask(t, publicnet.Client(true, time.Second), url); err != nil {
		t.Errorf("development: %v", err)
	}
}

func TestTheClientIsNotLedOnNorHeldUpNorFlooded(t *testing.T) {
	t.Parallel()
	c := publicnet.Client(true, 300*time.Millisecond)
	target := server(t, func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") })
	for name, x := range map[string]struct {
		serve  http.HandlerFunc
		reason string
	}{
		"redirect": {func(w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, target, http.StatusFound) }, publicnet.ErrRedirected.Error()},
		"flood":    {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1<<20)) }, publicnet.ErrTooLong.Error()},
		"hang":     {func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }, "the server did not answer in time"},
		"break":    {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "the server cannot be reached, or broke off"},
	} {
		if _, err := ask(t, c, server(t, x.serve)); err == nil || publicnet.Reason(err) != x.reason {
			t.Errorf("%s: %v", name, err)
		}
	}
}
