package wire_test

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyhall/keyhall/apps/api/wire"
)

func TestPathsAreTakenToTheLetterButForOneSlash(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	for path, said := range map[string]string{
		"/echo/open/": "open", "/echo/open": "open", "/echo/%6fpen/": "open",
		"/Echo/open/": "", "/echo//open/": "", "//echo/open/": "", "/echo/open//": "", "/echo/./open/": "", "/echo/x/../open/": "",
		"/echo/%2e/open/": "", "/echo/open/;x": "", "/echo/open;x": "", "/echo/open%00": "", "/echo/open%2f": "", "/echo%2fopen": "", "/echo/open/%ff": "", "/echo/open%": "",
	} {
		a := s.raw("POST /t/" + s.a.Slug() + path + " HTTP/1.1\nHost: x\nContent-Length: 0\n\n")
		switch {
		case said != "" && !strings.Contains(a.body, `"said":"`+said+`"`):
			t.Errorf("%s: %d %s", path, a.status, a.body)
		case said == "" && a.status != http.StatusNotFound:
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestParametersAreDecodedAndFixedSegmentsWin(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	for path, want := range map[string]string{
		"/echo/things/last": `"said":"last"`, "/echo/things/a%20b%2Fc": `"id":"a b/c"`, "/echo/things/last/parts": `"id":"last"`,
		"/echo/things/%D0%B6/": `"id":"ж"`, "/echo/older": `"said":"old"`, "/echo/old/": `"said":"old"`,
	} {
		if a := s.call("GET", path, ""); !strings.Contains(a.body, want) {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	s.wants(s.call("GET", "/echo/things", ""), 404, "")
}

func TestAStrangersWrongMethodIs401OnClosedPathsAnd405OnOpenOnes(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	s.wants(s.call("DELETE", "/echo/me/", ""), 401, "")
	known := s.call("DELETE", "/echo/me/", "", "Authorization", "Token good")
	if known.status != 405 || known.header.Get("Allow") != "GET, PATCH, HEAD, OPTIONS" {
		t.Errorf("%d %s", known.status, known.header.Get("Allow"))
	}
	for _, method := range []string{"GET", "PUT", "TRACE", "HEAD"} {
		if a := s.call(method, "/echo/open/", ""); a.status != 405 || a.header.Get("Allow") != "POST, OPTIONS" {
			t.Errorf("%s: %d %s", method, a.status, a.header.Get("Allow"))
		}
	}
	override := s.call("POST", "/echo/me/", "", "Authorization", "Token good", "X-HTTP-Method-Override", "GET")
	s.wants(override, 405, "")
}

func TestHeadIsGetWithoutABodyAndNeverChangesAnything(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	if a := s.call("HEAD", "/echo/me/", "", "Authorization", "Token good"); a.status != 200 || a.body != "" {
		t.Errorf("%d %q", a.status, a.body)
	}
	s.wants(s.call("HEAD", "/echo/me/", ""), 401, "")
	s.wants(s.call("HEAD", "/echo/out/", ""), 405, "")
	s.wants(s.call("GET", "/echo/out/", ""), 200, "")
}

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	seen := map[string]bool{}
	for _, path := range []string{"/echo/out/", "/echo/me/", "/echo/nothing", "/elsewhere", "/echo/panic"} {
		a := s.call("GET", path, "")
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "same-origin", "Vary": "Accept, Cookie, Origin",
		} {
			if a.header.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, a.header.Get(name))
			}
		}
		id := a.header.Get("X-Request-Id")
		if len(id) != 36 || seen[id] {
			t.Errorf("%s: request id %q", path, id)
		}
		seen[id] = true
	}
	if own := s.call("GET", "/echo/out/", "", "X-Request-Id", "mine").header.Get("X-Request-Id"); own == "mine" {
		t.Error("a client chose the request id")
	}
}

func TestAPanicIsOneAnswerAndIsLogged(t *testing.T) {
	t.Parallel()
	var log lines
	s := start(t, "", func(c *wire.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) }, echo())
	a := s.call("GET", "/echo/panic", "")
	if a.status != 500 || a.code() != "internal" || strings.Contains(a.body, "secret detail") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if !log.has("secret detail", a.header.Get("X-Request-Id"), "route_test.go") && !log.has("secret detail", a.header.Get("X-Request-Id"), "server_test.go") {
		t.Error("the log does not tell what happened")
	}
	s.wants(s.call("GET", "/echo/out/", ""), 200, "")
}

func TestTheLogHoldsPatternsAndNoSecrets(t *testing.T) {
	t.Parallel()
	var log lines
	var seen lines
	s := start(t, "", func(c *wire.Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
		c.Observe = func(contract, route string, status int, took time.Duration) {
			_, _ = seen.Write([]byte(contract + " " + route + " " + http.StatusText(status)))
		}
	}, echo())
	s.call("GET", "/echo/things/s3cret?key=s3cret", "", "Authorization", "Token s3cret", "Cookie", "sessionid=s3cret")
	if log.has("s3cret") || !log.has("route=/echo/things/{id}", "tenant="+s.a.Slug(), "status=200", "method=GET", "contract=echo") {
		t.Error(log.all())
	}
	if !seen.has("echo /echo/things/{id} OK") {
		t.Error(seen.all())
	}
}

// lines collects what is written, from any goroutine.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// has waits for the texts: the log is written after the answer.
func (l *lines) has(texts ...string) bool {
	for end := time.Now().Add(time.Second); ; {
		missing := false
		for _, text := range texts {
			missing = missing || !strings.Contains(l.all(), text)
		}
		if !missing || time.Now().After(end) {
			return !missing
		}
		<-time.After(5 * time.Millisecond)
	}
}

// Fiber lends its strings: what a handler keeps would turn into the next request's bytes on the same connection.
func TestStringsOfACallAreTheHandlersToKeep(t *testing.T) {
	t.Parallel()
	var kept []*wire.Call
	var words []string
	keep := func(c *wire.Call) (wire.Response, error) {
		kept = append(kept, c)
		words = append(words, c.Param("id"), c.Query("q"), c.Header("X-Word"), c.UserAgent, c.Cookie("word"), c.Method)
		return wire.NoContent(), nil
	}
	s := start(t, "", nil, wire.Contract{
		Name: "keep", Owns: []string{"/keep/"}, Dialect: wire.Problem,
		Routes: []wire.Route{{Method: "GET", Path: "/keep/{id}", Handle: keep}},
	})
	for _, w := range []string{"aaaaaaaa", "bbbbbbbb", "cccccccc"} {
		s.call("GET", "/keep/"+w+"?q="+w, "", "X-Word", w, "User-Agent", w, "Cookie", "word="+w)
	}
	if got := strings.Join(words[:6], " "); got != "aaaaaaaa aaaaaaaa aaaaaaaa aaaaaaaa aaaaaaaa GET" {
		t.Error(got)
	}
	if kept[0].UserAgent != "aaaaaaaa" || kept[0].Scope.Slug() != s.a.Slug() {
		t.Error(kept[0].UserAgent, kept[0].Scope.Slug())
	}
}

func TestTwoRoutesAtOnePlaceAreRefused(t *testing.T) {
	t.Parallel()
	route := func(method, path string) wire.Route { return wire.Route{Method: method, Path: path} }
	for name, all := range map[string][]wire.Contract{
		"same route twice":        {{Name: "a", Routes: []wire.Route{route("GET", "/x"), route("GET", "/x/")}}},
		"one path, two contracts": {{Name: "a", Routes: []wire.Route{route("GET", "/x")}}, {Name: "b", Routes: []wire.Route{route("POST", "/x")}}},
		"two names for one path":  {{Name: "a", Routes: []wire.Route{route("GET", "/x/{id}"), route("PUT", "/x/{key}")}}},
		"no path":                 {{Name: "a", Routes: []wire.Route{route("GET", "x")}}},
	} {
		if _, err := wire.New(wire.Config{Contracts: all}); err == nil {
			t.Errorf("%s: mounted", name)
		}
	}
}
