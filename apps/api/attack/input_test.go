package attack_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/spec"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/apps/api/wire"
)

// rotten are bodies that are none.
var rotten = map[string]string{
	"cut": `{"username": "x",`, "comma": `{"a":1,}`, "single quotes": `{'a':1}`, "comment": `{/* x */}`, "NaN": `{"email":NaN}`, "BOM": "\ufeff{}",
	"two values": `{} {}`, "list": `["x"]`, "text": `"x"`, "number": `7`, "null": `null`, "true": `true`, "not UTF-8": "{\"email\":\"\xff\"}",
	"lone surrogate": `{"email":"\ud800"}`, "deep": strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33),
	"abyss": strings.Repeat("[", 10_001), "1e400": `{"email":1e400}`, "big": `{"email":"` + strings.Repeat("x", 1<<20) + `"}`,
}

// odd are values that fit no field.
var odd = []any{
	nil, true, 7, 1.5, -1, json.Number("9223372036854775808"), json.Number("1e308"), "", " ", "\x00", "a\x00b", "\uFFFE", "\u0001", "' or 1=1--", `\`, "%", "${7*7}",
	strings.Repeat("ü", 10_000),
	[]any{},
	[]any{"a", "b"},
	[]any{1e300},
	map[string]any{},
	map[string]any{"$ne": nil},
}

func TestNoInputIsAFaultOfOurs(t *testing.T) {
	s := apitest.Shared(t)
	in := pgtest.Get(t).Tenant(t, "")
	person, owner := s.SignUp(t, in, "ann"), s.Staff(t, in, "owner")
	key := person.Bearer("").Post("/rest-auth/login/", map[string]string{"username": "ann", "password": apitest.Password}).Is(http.StatusOK).Text("key")
	tried := 0
	for _, contract := range s.Contracts {
		for _, route := range contract.Routes {
			c := owner.In(in.Slug())
			if route.Reach == wire.Tenant {
				c = person.Client
				if contract.Name == "restauth" || contract.Name == "coach" {
					c = person.Key(key)
				}
			}
			path := strings.NewReplacer("{slug}", in.Slug(), "{id}", "999", "{session_id}", "nobody", "{host}", "x.example", "{username}", "ann", "{user}", "ann").Replace(route.Path)
			tried += bombard(t, c, route, path)
		}
	}
	if tried < 1000 {
		t.Fatalf("only %d requests were made", tried)
	}
}

// Left to itself Fiber answers a method that it does not know with a 400 in its own words.
func TestAnUnknownMethodIsRefusedInTheContractsWords(t *testing.T) {
	s := apitest.Shared(t)
	c := s.In(t, s.Tenant(t, ""))
	for _, method := range []string{"FOO", "CONNECT", "PROPFIND", "get"} {
		if a := c.Call(method, "/rest-auth/login/", nil).Is(http.StatusMethodNotAllowed); string(a.Body) != `{"detail":"Method \"`+method+`\" not allowed."}` {
			t.Errorf("%s: %s", method, a.Body)
		}
		c.Call(method, "/v1/sign-in", nil).Refused(http.StatusMethodNotAllowed, "method_not_allowed")
		c.Call(method, "/nowhere", nil).Refused(http.StatusNotFound, "not_found")
	}
}

// bombard sends one route everything, and gives how much that was.
func bombard(t *testing.T, c apitest.Client, route wire.Route, path string) (tried int) {
	t.Helper()
	judge := func(what string, a apitest.Answer) {
		t.Helper()
		tried++
		if a.Status >= http.StatusInternalServerError {
			t.Errorf("%s %s with %s: %d %s", route.Method, path, what, a.Status, a.Body)
		}
	}
	for _, strange := range []string{path + "%00", strings.TrimSuffix(path, "/") + "/%2e%2e/x", path + ";x=1", "/" + path, strings.ToUpper(path)} {
		judge(strange, c.Call(route.Method, strange, nil))
	}
	judge("TRACE", c.Call(http.MethodTrace, path, nil))
	op, _, _ := spec.Load().Find(route.Method, route.Path)
	example, hasBody := op.Example().(map[string]any)
	if !hasBody || route.Path == "/v1/sign-out" {
		return tried
	}
	for name, body := range rotten {
		judge(name, c.Call(route.Method, path, body).Is(http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusRequestEntityTooLarge))
	}
	for _, media := range []string{"application/xml", "text/plain", "application/json;charset=utf-16", "image/png"} {
		judge(media, c.Sending(media).Call(route.Method, path, "{}"))
	}
	judge("gzip", c.With("Content-Encoding", "gzip, gzip").Call(route.Method, path, "\x1f\x8b").Is(http.StatusUnsupportedMediaType))
	for field := range example {
		for _, value := range odd {
			body := maps.Clone(example)
			body[field] = value
			judge(field, c.Call(route.Method, path, body))
		}
	}
	return tried
}
