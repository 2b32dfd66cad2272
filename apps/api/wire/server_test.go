package wire_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// server is a Mount on a real listener, with two tenants.
type server struct {
	t    *testing.T
	url  string
	a, b *tenants.Scope
}

// start mounts contracts; Admit falls back to a guard that knows one token.
func start(t *testing.T, settings string, change func(*wire.Config), contracts ...wire.Contract) server {
	t.Helper()
	h := pgtest.Get(t)
	s := server{t: t, a: h.Tenant(t, settings), b: h.Tenant(t, settings)}
	for i := range contracts {
		if contracts[i].Admit == nil {
			contracts[i].Admit = wire.Guard{Scheme: "Token", Shape: identity.Opaque, Authenticate: doorman}.Admit
		}
	}
	c := wire.Config{Contracts: contracts, Resolve: h.Registry.Resolve, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&c)
	}
	m, err := wire.New(c)
	if err != nil {
		t.Fatal(err)
	}
	s.url = listen(t, m)
	return s
}

func listen(t *testing.T, m *wire.Mount) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New(m.Fiber())
	app.Use(m.Handle)
	go func() { _ = app.Listener(wire.Lingering(ln)) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	return "http://" + ln.Addr().String()
}

// doorman knows the token "good", the browser session "live" with the proof "proof", and a disabled account.
func doorman(_ context.Context, _ *tenants.Scope, p identity.Presented) (*identity.Actor, error) {
	switch {
	case p.Token == "down":
		return nil, fault.DependencyDown
	case p.Token == "closed":
		return nil, fault.AccountInactive
	case p.Shape == identity.Opaque && p.Token == "good":
		return &identity.Actor{User: identity.User{ID: 7}}, nil
	case p.Shape == identity.Cookie && p.Token == "live":
		if p.CheckCSRF && p.CSRF != "proof" {
			return nil, fault.CSRFFailed
		}
		return &identity.Actor{User: identity.User{ID: 8}}, nil
	}
	return nil, fault.TokenInvalid
}

// answer is what came back, body as text.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) code() string {
	var p struct{ Code string }
	_ = json.Unmarshal([]byte(a.body), &p) // no problem+json has no code
	return p.Code
}

// call sends below tenant a; headers come in pairs.
func (s server) call(method, path, body string, headers ...string) answer {
	s.t.Helper()
	return s.at(method, "/t/"+s.a.Slug()+path, body, headers...)
}

func (s server) at(method, path, body string, headers ...string) answer {
	s.t.Helper()
	q, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			q.Host = headers[i+1]
		}
		q.Header.Add(headers[i], headers[i+1])
	}
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		s.t.Fatal(err)
	}
	return read(s.t, r)
}

// raw sends bytes as they are, for what no client library would send.
func (s server) raw(request string) answer {
	s.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, strings.ReplaceAll(request, "\n", "\r\n")); err != nil {
		s.t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return read(s.t, r)
}

func read(t *testing.T, r *http.Response) answer {
	t.Helper()
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{r.StatusCode, r.Header, string(body)}
}

func (s server) wants(a answer, status int, body string) {
	s.t.Helper()
	if a.status != status || body != "" && a.body != body {
		s.t.Fatalf("wanted %d %s\n   got %d %s", status, body, a.status, a.body)
	}
}

// echo is a contract whose operations tell how they were reached.
func echo() wire.Contract {
	say := func(what string) wire.Handler {
		return func(c *wire.Call) (wire.Response, error) {
			out := map[string]any{"said": what, "ip": c.IP, "method": c.Method}
			if c.Scope != nil {
				out["tenant"] = c.Scope.Slug()
			}
			if c.Actor != nil {
				out["user"] = c.Actor.User.ID
			}
			if id := c.Param("id"); id != "" {
				out["id"] = id
			}
			return wire.OK(out), nil
		}
	}
	const get, post, patch = http.MethodGet, http.MethodPost, http.MethodPatch
	return wire.Contract{
		Name: "echo", Owns: []string{"/echo/"}, Dialect: wire.Dialect{Render: wire.Problem.Render, Cookies: func(*tenants.Settings) bool { return true }},
		Routes: []wire.Route{
			{Method: post, Path: "/echo/open/", Handle: say("open")},
			{Method: get, Path: "/echo/me/", Access: wire.User, Handle: say("me")},
			{Method: patch, Path: "/echo/me/", Access: wire.User, Handle: say("changed")},
			{Method: get, Path: "/echo/out/", Access: wire.Optional, Changes: true, Handle: say("out")},
			{Method: post, Path: "/echo/out/", Access: wire.Optional, Handle: say("out")},
			{Method: get, Path: "/echo/things/{id}", Handle: say("thing")},
			{Method: get, Path: "/echo/things/last", Handle: say("last")},
			{Method: get, Path: "/echo/things/{id}/parts/", Handle: say("parts")},
			{Method: get, Path: "/echo/platform", Reach: wire.Platform, Handle: say("platform")},
			{Method: get, Path: "/echo/old/", Aliases: []string{"/echo/older/"}, Handle: say("old")},
			{Method: get, Path: "/echo/panic", Handle: func(*wire.Call) (wire.Response, error) { panic("secret detail") }},
		},
	}
}
