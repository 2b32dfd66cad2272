package keyhalltest

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"sync"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// Server is a Keyhall with any tenants. It ends with the test.
type Server struct {
	URL   string
	Clock Clock

	tb        TB
	mu        sync.Mutex
	tenants   map[string]*Tenant
	calls     map[string]int
	intercept func(http.ResponseWriter, *http.Request) bool
	mux       http.Handler
}

// Tenant is one of a Server's tenants.
type Tenant struct {
	Slug   string
	Issuer string // "http://127.0.0.1:1234/t/acme"
	// SecretKey is good for the admin's calls.
	SecretKey string

	server *Server
	pairs  []signingKey    // the first one signs; guarded by the server's lock, as is the next
	signed map[string]bool // every token there was

	mu sync.Mutex
	fake
}

// TB is what is needed of a *testing.T, *testing.B or *testing.F.
type TB interface {
	Helper()
	Error(args ...any)
	Fatal(args ...any)
	Cleanup(f func())
	Context() context.Context
}

// New starts a server.
func New(tb TB) *Server {
	tb.Helper()
	s := &Server{tb: tb, tenants: map[string]*Tenant{}, calls: map[string]int{}}
	s.mux = s.routes()
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
		s.tenants[slug] = &Tenant{Slug: slug, Issuer: s.URL + "/t/" + slug, server: s, SecretKey: "sk_" + rand.Text(), pairs: []signingKey{k}, signed: map[string]bool{}}
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
	s.mux.ServeHTTP(w, r)
}

// Client is a client of the server without credentials.
func (s *Server) Client(options ...keyhall.Option) *keyhall.Client {
	s.tb.Helper()
	c, err := keyhall.New(s.URL, options...)
	if err != nil {
		s.tb.Fatal(err)
	}
	return c
}

// Client is a client of the tenant without credentials.
func (t *Tenant) Client(options ...keyhall.Option) *keyhall.TenantClient {
	t.server.tb.Helper()
	return t.server.Client(options...).Tenant(t.Slug)
}

// Admin is a client of the tenant with its secret key.
func (t *Tenant) Admin(options ...keyhall.Option) *keyhall.TenantClient {
	t.server.tb.Helper()
	return t.Client(append([]keyhall.Option{keyhall.WithSecretKey(t.SecretKey)}, options...)...)
}
