package apitest

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants"
)

// A pair of PKCE that front ends in tests use (RFC 7636, appendix B).
const (
	FrontVerifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	FrontChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// Traveller is a browser that goes to a provider and comes back. It keeps cookies and follows nothing by itself.
type Traveller struct {
	t      testing.TB
	server *Server
	in     *tenants.Scope
	jar    map[string]string
	Agent  http.Header
}

// Traveller makes a browser without cookies.
func (s *Server) Traveller(t testing.TB, in *tenants.Scope) *Traveller {
	return &Traveller{t, s, in, map[string]string{}, http.Header{}}
}

// Copy is the same browser once more, so that it can do two things at once.
func (v *Traveller) Copy() *Traveller {
	other := *v
	other.jar = maps.Clone(v.jar)
	return &other
}

// Begin asks to be sent to a provider, with parameters given in pairs.
func (v *Traveller) Begin(provider string, pairs ...string) Answer {
	v.t.Helper()
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	return v.Open("/t/"+v.in.Slug()+"/pages/social/"+provider+"?"+query.Encode(), nil)
}

// Return comes back by the address to which the provider sends a browser, wherever the public address would be.
func (v *Traveller) Return(address string) Answer {
	v.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.Open(u.RequestURI(), nil)
}

// Open goes to a path of the server; with a form, it is posted.
func (v *Traveller) Open(path string, form url.Values) Answer {
	v.t.Helper()
	method, body := http.MethodGet, ""
	if form != nil {
		method, body = http.MethodPost, form.Encode()
	}
	q, err := http.NewRequestWithContext(v.t.Context(), method, v.server.URL+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	q.Header = v.Agent.Clone()
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range v.jar {
		q.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	r, err := transport.RoundTrip(q)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	got, err := io.ReadAll(r.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, c := range r.Cookies() {
		if v.jar[c.Name] = c.Value; c.MaxAge < 0 {
			delete(v.jar, c.Name)
		}
	}
	searchAnswer(v.t, method+" "+path, r.StatusCode, r.Header, got)
	return Answer{t: v.t, Status: r.StatusCode, Header: r.Header, Body: got, asked: method + " " + path, Cookies: r.Cookies()}
}

// Led is the address that an answer leads to; it ends the test when it leads nowhere.
func (a Answer) Led() string {
	a.t.Helper()
	return a.Is(http.StatusSeeOther).Header.Get("Location")
}

// Brought is a parameter of the address that an answer leads to.
func (a Answer) Brought(name string) string {
	a.t.Helper()
	u, err := url.Parse(a.Led())
	if err != nil {
		a.t.Fatal(err)
	}
	return u.Query().Get(name)
}
