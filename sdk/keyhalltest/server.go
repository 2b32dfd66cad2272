package keyhalltest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Server is a Keyhall with any tenants. It ends with the test.
type Server struct {
	URL   string
	Clock Clock

	tb        testing.TB
	mu        sync.Mutex
	tenants   map[string]*Tenant
	calls     map[string]int
	intercept func(http.ResponseWriter, *http.Request) bool
}

// Tenant is one of a Server's tenants.
type Tenant struct {
	Slug   string
	Issuer string // "http://127.0.0.1:1234/t/acme"

	server *Server
	keys   []signingKey // the first one signs
}

// New starts a server.
func New(tb testing.TB) *Server {
	tb.Helper()
	s := &Server{tb: tb, tenants: map[string]*Tenant{}, calls: map[string]int{}}
	listening := httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = listening.URL
	tb.Cleanup(listening.Close)
	return s
}

// Tenant gives the tenant of that name; the first call makes it.
func (s *Server) Tenant(slug string) *Tenant {
	s.tb.Helper()
	if t := s.tenant(slug); t != nil {
		return t
	}
	k, err := newKey(EdDSA)
	if err != nil {
		s.tb.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tenants[slug] == nil {
		s.tenants[slug] = &Tenant{Slug: slug, Issuer: s.URL + "/t/" + slug, server: s, keys: []signingKey{k}}
	}
	return s.tenants[slug]
}

func (s *Server) tenant(slug string) *Tenant {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tenants[slug]
}

// Intercept has f see each request first; where it gives true, it has answered. nil ends that.
func (s *Server) Intercept(f func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intercept = f
}

// Calls counts the requests so far, as of "GET /t/acme/.well-known/jwks.json".
func (s *Server) Calls(methodAndPath string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[methodAndPath]
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls[r.Method+" "+r.URL.Path]++
	intercept := s.intercept
	s.mu.Unlock()
	if intercept != nil && intercept(w, r) {
		return
	}
	slug, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/t/"), "/")
	t := s.tenant(slug)
	if t == nil || path != ".well-known/jwks.json" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(t.JWKS()) // who asked may have gone
}
