package contracts_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

const goodPassword = "Kx9!vortex"

// answer is what came back, body as text.
type answer struct {
	status  int
	header  http.Header
	body    string
	cookies []*http.Cookie
}

// send sends one request; headers come in pairs. The exchange is held to openapi.yaml.
func send(t testing.TB, method, url, body string, headers ...string) answer {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		q.Header.Add(headers[i], headers[i+1])
	}
	r, err := witness{t}.RoundTrip(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{r.StatusCode, r.Header, string(text), r.Cookies()}
}

// person is a client of one tenant.
type person struct {
	t       testing.TB
	base    string
	headers []string
}

func (s *server) person(t testing.TB, in *tenants.Scope, headers ...string) person {
	return person{t, s.url + "/t/" + in.Slug(), headers}
}

func (p person) with(headers ...string) person {
	p.headers = append(append([]string{}, p.headers...), headers...)
	return p
}

func (p person) token(key string) person { return p.with("Authorization", "Token "+key) }

// sends JSON, unless the body says nothing.
func (p person) sends(method, path, body string) answer {
	p.t.Helper()
	headers := p.headers
	if body != "" {
		headers = append([]string{"Content-Type", "application/json"}, headers...)
	}
	return send(p.t, method, p.base+path, body, headers...)
}

func (p person) posts(path, body string) answer {
	p.t.Helper()
	return p.sends(http.MethodPost, path, body)
}

// is complains unless the answer is this one; an empty body is any body.
func (a answer) is(t testing.TB, status int, body string) answer {
	t.Helper()
	if a.status != status || body != "" && a.body != body {
		t.Errorf("wanted %d %s\n   got %d %s", status, body, a.status, a.body)
	}
	return a
}

func (a answer) key(t testing.TB) string {
	t.Helper()
	var out struct{ Key string }
	if err := json.Unmarshal([]byte(a.body), &out); err != nil || len(out.Key) != 40 {
		t.Fatalf("no key: %d %s", a.status, a.body)
	}
	return out.Key
}

func (a answer) cookie(name string) *http.Cookie {
	for _, c := range a.cookies {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// credentials makes an account and gives its Authorization header for each contract.
func (s *server) credentials(t testing.TB, in *tenants.Scope, name string) map[string]string {
	t.Helper()
	key := "Token " + s.signUp(t, in, name).Key
	g, err := s.Core.Login(t.Context(), in, identity.Credentials{Username: name, Password: goodPassword, Want: identity.UserIDPair},
		identity.Client{IP: "192.0.2.1", Contract: "simplejwt"})
	if err != nil {
		t.Fatal(err)
	}
	lone, err := s.Core.Login(t.Context(), in, identity.Credentials{Username: name, Password: goodPassword, Want: identity.LoneJWT},
		identity.Client{IP: "192.0.2.1", Contract: "fittrackee"})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"restauth": key, "coach": key, "fittrackee": "Bearer " + lone.Access, "simplejwt": "JWT " + g.Access,
		"drfuser": "Bearer " + g.Access,
	}
}

// pathOf fills in the name of the user whom a route is about.
func pathOf(r wire.Route, name string) string {
	return strings.NewReplacer("{username}", name, "{user}", name).Replace(r.Path)
}

func (s *server) signUp(t testing.TB, in *tenants.Scope, name string) identity.Grant {
	t.Helper()
	g, err := s.Core.Register(t.Context(), in, identity.Registration{
		Username: name, Email: name + "@example.com", Password: goodPassword,
		Want: identity.Opaque,
	}, identity.Client{IP: "192.0.2.1", Contract: "restauth"})
	if err != nil {
		t.Fatal(err)
	}
	return g
}
