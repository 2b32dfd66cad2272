package transcript

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// reply is what the fake server says to one request.
type reply struct {
	status int
	header http.Header
	body   string
}

func says(status int, body string, header ...string) reply {
	h := http.Header{"Content-Type": {jsonType}}
	for i := 0; i < len(header); i += 2 {
		h[header[i]] = []string{header[i+1]}
	}
	return reply{status, h, body}
}

func token(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + ".signature"
}

const (
	freshKey  = "0123456789abcdef0123456789abcdef01234567"
	storedKey = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr"
)

// plain is the right answer to the record of that name.
const plain = `{"name":"Ann","tags":["a","b"],"score":1.5,"admin":false,"city":null}`

// described is the right answer to the record of that name, but for one field.
func described(name, value string) reply {
	fields := map[string]string{
		"token": `"` + token(`{"exp":1,"user_id":2,"more":3}`) + `"`, "list": `[1]`, "count": `7`, "text": `"other"`, "zone": `null`,
	}
	fields[name] = value
	var all []string
	for k, v := range fields {
		all = append(all, `"`+k+`":`+v)
	}
	return says(200, "{"+strings.Join(all, ",")+"}")
}

// rules are answers to the records of testdata/rules.jsonl. An empty difference means that the answer is right.
var rules = []struct {
	record, about string
	reply         reply
	difference    string
}{
	{"plain", "right", says(200, plain), ""},
	{"plain", "other order and space", says(200, `{ "city":null,"admin":false,"score":1.5,"tags":["a","b"],"name":"Ann"}`), ""},
	{"plain", "status", says(201, plain), "status: expected 200, got 201"},
	{"plain", "charset", says(200, plain, "Content-Type", "application/json; charset=utf-8"), "header Content-Type: expected application/json, got application/json; charset=utf-8"},
	{"plain", "text", says(200, strings.Replace(plain, "Ann", "ann", 1)), `body.name: expected "Ann", got "ann"`},
	{"plain", "number", says(200, strings.Replace(plain, "1.5", "1.50", 1)), `body.score: expected 1.5, got 1.50`},
	{"plain", "number as text", says(200, strings.Replace(plain, "1.5", `"1.5"`, 1)), `body.score: expected 1.5, got "1.5"`},
	{"plain", "boolean", says(200, strings.Replace(plain, "false", "true", 1)), `body.admin: expected false, got true`},
	{"plain", "null", says(200, strings.Replace(plain, "null", `""`, 1)), `body.city: expected null, got ""`},
	{"plain", "missing key", says(200, strings.Replace(plain, `"admin":false,`, "", 1)), `body.admin: expected false, got nothing`},
	{"plain", "extra key", says(200, strings.Replace(plain, `"admin"`, `"id":1,"admin"`, 1)), `body.id: expected nothing, got 1`},
	{"plain", "missing element", says(200, strings.Replace(plain, `,"b"`, "", 1)), `body.tags[1]: expected "b", got nothing`},
	{"plain", "extra element", says(200, strings.Replace(plain, `,"b"`, `,"b","c"`, 1)), `body.tags[2]: expected nothing, got "c"`},
	{"plain", "no list", says(200, strings.Replace(plain, `["a","b"]`, `"a"`, 1)), `body.tags: expected ["a","b"], got "a"`},
	{"plain", "no object", says(200, `[]`), `body: expected`},
	{"plain", "no JSON", says(200, `<html>`), `got "<html>"`},
	{"plain", "two values", says(200, plain+plain), `text after the JSON value`},
	{"plain", "empty", says(200, ``), `body: expected`},

	{"secret", "fresh", says(200, `{"key":"`+freshKey+`"}`), ""},
	{"secret", "shorter", says(200, `{"key":"`+freshKey[1:]+`"}`), "body.key: expected"},
	{"secret", "upper case", says(200, `{"key":"`+strings.ToUpper(freshKey)+`"}`), "body.key: expected"},
	{"secret", "null", says(200, `{"key":null}`), "body.key: expected"},
	{"stored_key", "fresh", says(200, `{"key":"`+storedKey+`"}`), ""},
	{"stored_key", "wider alphabet", says(200, `{"key":"`+strings.Replace(storedKey, "g", "-", 1)+`"}`), "body.key: expected"},
	{"complaint", "right", says(400, `{"key":["This field is required."]}`), ""},
	{"complaint", "other text", says(400, `{"key":["This field is requirex."]}`), `body.key[0]: expected "This field is required."`},
	{"jwt", "other values", says(200, `{"access":"`+token(`{"exp":9,"user_id":3,"name":"Bob","more":1}`)+`"}`), ""},
	{"jwt", "missing claim", says(200, `{"access":"`+token(`{"exp":9,"user_id":3}`)+`"}`), `body.access.name: expected "Ann", got nothing`},
	{"jwt", "id as text", says(200, `{"access":"`+token(`{"exp":9,"user_id":"3","name":""}`)+`"}`), `body.access.user_id: expected 3, got "3"`},
	{"jwt", "opaque", says(200, `{"access":"`+freshKey+`"}`), `body.access: expected a JWT`},

	{"user", "other numbers", says(200, `{"pk":8,"group":{"id":1,"name":"user"}}`), ""},
	{"user", "number as text", says(200, `{"pk":"8","group":{"id":1,"name":"user"}}`), `body.pk: expected 3, got "8"`},
	{"user", "fraction", says(200, `{"pk":8.5,"group":{"id":1,"name":"user"}}`), `body.pk: expected 3, got 8.5`},
	{"users", "distinct", says(200, `{"users":[{"id":1},{"id":2}]}`), ""},
	{"users", "one number for two", says(200, `{"users":[{"id":1},{"id":1}]}`), `body.users[1].id: expected not the number of recorded`},

	{"dates", "other dates", says(200, `{"created_at":"Mon, 01 Feb 2027 01:02:03 GMT","last_login":null,"date_joined":"2027-02-01T01:02:03+01:00"}`), ""},
	{"dates", "other layout", says(200, `{"created_at":"2027-02-01T01:02:03Z","last_login":null,"date_joined":"2027-02-01T01:02:03Z"}`), `body.created_at: expected`},
	{"dates", "not null", says(200, `{"created_at":"Mon, 01 Feb 2027 01:02:03 GMT","last_login":"","date_joined":"2027-02-01T01:02:03Z"}`), `body.last_login: expected null`},
	{"parser", "other parser", says(400, `{"detail":"JSON parse error - unexpected end"}`), ""},
	{"parser", "other prefix", says(400, `{"detail":"JSON parse error: unexpected end"}`), `body.detail: expected "JSON parse error - Expecting`},

	{"wrong_method", "more methods, no HEAD", says(405, `{"detail":"Method \"POST\" not allowed."}`, "Allow", "PATCH, PUT, GET"), ""},
	{"wrong_method", "a method is missing", says(405, `{"detail":"Method \"POST\" not allowed."}`, "Allow", "GET, OPTIONS"), "header Allow: expected GET, PUT"},
	{"wrong_method", "no Allow", says(405, `{"detail":"Method \"POST\" not allowed."}`), "header Allow: expected GET, PUT, HEAD, OPTIONS, got none"},
	{"no_auth", "right, Allow is free", says(401, `{"detail":"no"}`, "Www-Authenticate", "Token"), ""},
	{"no_auth", "other scheme", says(401, `{"detail":"no"}`, "Www-Authenticate", "Bearer"), "header WWW-Authenticate: expected Token, got Bearer"},
	{"no_auth", "no header", says(401, `{"detail":"no"}`), "header WWW-Authenticate: expected Token, got none"},

	{"picture", "right", says(200, "\x89PNG", "Content-Type", "image/png"), ""},
	{"picture", "other bytes", says(200, "\x89PNX", "Content-Type", "image/png"), "body: expected"},
	{"page", "right", says(200, "<p>hello</p>", "Content-Type", "text/html"), ""},
	{"page", "other text", says(200, "<p>bye</p>", "Content-Type", "text/html"), "body: expected"},
	{"gone", "right", says(204, ""), ""},

	{"cooldown", "right", says(403, `{"detail":"OTP sending not allowed until: soon"}`, "Retry-After", "3"), ""},
	{"cooldown", "no Retry-After", says(403, `{"detail":"OTP sending not allowed until: soon"}`), "header Retry-After: expected any, got none"},
	{"described", "right", described("zone", `""`), ""},
	{"described", "missing claim", described("token", `"`+token(`{"exp":1}`)+`"`), `body.token: expected "<JWT with exp, user_id>"`},
	{"described", "no list", described("list", `{}`), `body.list: expected "<list>", got {}`},
	{"described", "no integer", described("count", `7.5`), `body.count: expected "<int>", got 7.5`},
	{"described", "no text", described("text", `""`), `body.text: expected`},
	{"described", "none of them", described("zone", `"UTC"`), `body.zone: expected`},
	{"at_least", "more", says(200, `{"name":"Ann","more":[],"still":1}`), ""},
	{"at_least", "problem type", says(200, `{"name":"Ann","more":[]}`, "Content-Type", "application/problem+json"), ""},
	{"at_least", "less", says(200, `{"name":"Ann"}`), `body.more: expected "<list>", got nothing`},
	{"at_least", "other value", says(200, `{"name":"Bob","more":[]}`), `body.name: expected "Ann", got "Bob"`},
	{"at_least", "no object", says(200, `"Ann"`), `body: expected`},
	{"at_least", "no JSON type", says(200, `{"name":"Ann","more":[]}`, "Content-Type", "text/plain"), "header Content-Type: expected any JSON type"},
	{"without", "right", says(200, `["ann"]`), ""},
	{"without", "with", says(200, `["ann@example.com"]`), "body: expected"},
	{"array", "right", says(200, `[{"id":1,"username":"ann"},{"id":2,"username":"çağrı"},{"id":3,"username":"Anton"}]`), ""},
	{"array", "one is missing", says(200, `[{"id":1,"username":"ann"}]`), "body: expected"},
	{"array", "one too many", says(200, `[{"id":1,"username":"ann"},{"id":2,"username":"çağrı"},{"id":3,"username":"bob"}]`), "body: expected"},
	{"array", "other keys", says(200, `[{"username":"ann"},{"id":2,"username":"çağrı"}]`), "body: expected"},
	{"anything", "a page", says(200, "<p>", "Content-Type", "text/html"), ""},
	{"anything", "the other status", says(404, ""), ""},
	{"anything", "no status of the list", says(500, ""), "status: expected 404, got 500"},
	{"either", "first", says(200, `{"id":9,"ok":true}`), ""},
	{"either", "second", says(405, `{"detail":"no"}`, "Allow", "POST, GET"), ""},
	{"either", "third", says(401, `{"detail":"no"}`, "Www-Authenticate", "Token"), ""},
	{"either", "second without Allow", says(405, `{"detail":"no"}`, "Allow", "GET"), "header Allow: expected POST, got GET"},
	{"swapped", "what the first answer tied is forgotten", says(200, `{"id":8,"next":{"id":9},"ok":false,"pk":7}`), ""},
	{"either", "third without scheme", says(401, `{"detail":"no"}`), "header WWW-Authenticate: expected Token, got none"},
}

func TestEveryRule(t *testing.T) {
	t.Parallel()
	for _, c := range rules {
		t.Run(c.record+"/"+c.about, func(t *testing.T) {
			t.Parallel()
			_, err := playRule(t, c.record, c.reply)
			switch {
			case c.difference == "" && err != nil:
				t.Errorf("a right answer was refused:\n%v", err)
			case c.difference != "" && (err == nil || !strings.Contains(err.Error(), c.difference)):
				t.Errorf("expected the difference %q, got:\n%v", c.difference, err)
			}
		})
	}
}

// playRule plays one record of testdata/rules.jsonl against a server that always gives the same reply.
func playRule(t *testing.T, name string, reply reply) (remarks []string, err error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range reply.header {
			w.Header()[name] = values
		}
		w.WriteHeader(reply.status)
		if _, err := w.Write([]byte(reply.body)); err != nil && !errors.Is(err, http.ErrBodyNotAllowed) {
			t.Error(err)
		}
	}))
	defer server.Close()
	return newPlayer(Connect(server.URL, "", ""), "slug", group{}).play(context.Background(), rule(t, name))
}

func rule(t *testing.T, name string) Record {
	t.Helper()
	records, err := Load("testdata/rules.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("no record %q", name)
	return Record{}
}

func TestRemarks(t *testing.T) {
	t.Parallel()
	for about, c := range map[string]struct{ body, remark string }{
		"as recorded": {`{"name":"Ann","tags":["a","b"],"score":1.5,"admin":false,"city":null}`, ""},
		"order":       {`{"tags":["a","b"],"name":"Ann","score":1.5,"admin":false,"city":null}`, "body has its keys in the order tags, name"},
		"repetition":  {`{"name":"Ann","name":"Ann","tags":["a","b"],"score":1.5,"admin":false,"city":null}`, "body has its keys in the order name, name"},
		"space":       {`{"name":"Ann","tags":["a","b"],"score":1.5,"admin":false,"city":null}` + "\n", "white space"},
		"escape":      {`{"name":"\u0041nn","tags":["a","b"],"score":1.5,"admin":false,"city":null}`, "escapes a character"},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			remarks, err := playRule(t, "plain", says(200, c.body))
			if err != nil {
				t.Fatal(err)
			}
			if all := strings.Join(remarks, "; "); (c.remark == "") != (all == "") || !strings.Contains(all, c.remark) {
				t.Errorf("remarks %q, expected %q", all, c.remark)
			}
		})
	}
}
