package contracts_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/spec"
	"github.com/keyhall/keyhall/tenants"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// seen notes every documented answer that a test of this package got.
var seen spec.Coverage

// witness is a transport that holds each exchange to openapi.yaml.
type witness struct{ t testing.TB }

func (w witness) RoundTrip(q *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(body(q))
	if err != nil {
		return nil, err
	}
	q.Body = io.NopCloser(bytes.NewReader(sent))
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil || !strings.HasPrefix(q.URL.Path, "/t/") {
		return r, err
	}
	defer r.Body.Close()
	got, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(got))
	e := spec.Exchange{Method: q.Method, Path: q.URL.RequestURI(), RequestHeader: q.Header, RequestBody: sent, Status: r.StatusCode, Header: r.Header, Body: got}
	if err := spec.Load().ValidateExchange(e); err != nil {
		w.t.Errorf("not as openapi.yaml has it: %v", err)
	}
	seen.Note(spec.Load(), e)
	return r, nil
}

func body(q *http.Request) io.Reader {
	if q.Body == nil {
		return http.NoBody
	}
	return q.Body
}

// tags are the contracts' names in openapi.yaml.
var tags = []string{"RestAuth", "Coach", "FitTrackee", "SimpleJWT", "DrfUser"}

func TestTheRoutesAreThoseOfTheDescription(t *testing.T) {
	t.Parallel()
	var routes []spec.Route
	for _, c := range serve(t).older() {
		for _, r := range c.Routes {
			for _, path := range append([]string{r.Path}, r.Aliases...) {
				routes = append(routes, spec.Route{Method: r.Method, Path: path})
				other := strings.TrimSuffix(path, "/") // wire serves both forms
				if other == path {
					other += "/"
				}
				routes = append(routes, spec.Route{Method: r.Method, Path: other})
			}
		}
	}
	undescribed, unserved := spec.Compare(routes, spec.Load().Tagged(tags...))
	if len(undescribed)+len(unserved) > 0 {
		t.Errorf("not in openapi.yaml: %q\nnot served: %q", undescribed, unserved)
	}
}

// Each operation refuses alike what goes wrong before its handler has a say.
func TestRefusalsThatAllOperationsShare(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in, other := s.house.Tenant(t, ""), s.house.Tenant(t, "")
	anna := s.credentials(t, in, "anna")
	down := s.failing(t, fault.DependencyDown.After(3*time.Second))
	busy := s.failing(t, fault.RateLimited.After(57*time.Second))
	for _, c := range s.older() {
		for _, r := range c.Routes {
			try := func(base, slug string, status int, headers ...string) {
				t.Helper()
				headers = append(headers, "Authorization", anna[c.Name])
				if got := send(t, r.Method, base+"/t/"+slug+pathOf(r, "anna"), "x", headers...); got.status != status {
					t.Errorf("%s %s: wanted %d, got %d %s", r.Method, r.Path, status, got.status, got.body)
				}
			}
			try(s.url, "nobody-of-that-name", 404)
			try(s.url, in.Slug(), 400, "X-Keyhall-Tenant", other.Slug())
			try(down, in.Slug(), 503)
			try(busy, in.Slug(), 429)
			if readsBody(r) {
				try(s.url, in.Slug(), manners[c.Name].otherMedia, "Content-Type", "application/xml")
				try(s.url, in.Slug(), 415, "Content-Type", "application/json", "Content-Encoding", "gzip")
			}
		}
	}
}

func TestBodiesOverTheLimitAreRefusedInShape(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	anna := s.credentials(t, in, "anna")
	for _, c := range s.older() {
		for _, r := range c.Routes {
			if !readsBody(r) || r.MaxFile > 0 {
				continue
			}
			got := send(t, r.Method, s.url+"/t/"+in.Slug()+pathOf(r, "anna"), strings.Repeat(" ", 64<<10+1), "Content-Type", "application/json",
				"Authorization", anna[c.Name])
			if got.status != 413 || got.body != manners[c.Name].tooLarge {
				t.Errorf("%s %s: %d %s", r.Method, r.Path, got.status, got.body)
			}
		}
	}
}

func readsBody(r wire.Route) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodDelete && !strings.Contains(r.Path, "/logout") && !strings.Contains(r.Path, "/disconnect")
}

// failing is a server that cannot even find a tenant.
func (s *server) failing(t *testing.T, err error) string {
	t.Helper()
	return listen(t, wire.Config{
		Contracts: s.older(), Log: slog.New(slog.DiscardHandler),
		Resolve: func(context.Context, tenants.Hints) (*tenants.Scope, error) { return nil, err },
	})
}

// What openapi.yaml promises and the tests of this package cannot bring about.
var waivers = []spec.Waiver{
	{Op: "coach.*", Status: 403, Why: "coach has no browser sessions, so nothing there can fail for want of a CSRF proof"},
}

// After a complete run, every documented answer has been seen.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" {
		if missing := seen.Uncovered(spec.Load().Tagged(tags...), waivers); len(missing) > 0 {
			fmt.Println("documented, but seen by no test:", strings.Join(missing, ", "))
			code = 1
		}
	}
	os.Exit(code)
}
