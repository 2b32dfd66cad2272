package apitest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/spec"
	"github.com/keyhall/keyhall/tenants"
)

// Client sends requests with the same headers to one server. The zero prefix names no tenant.
type Client struct {
	t      testing.TB
	server *Server
	prefix string // "/t/acme"
	header http.Header
	bodies string // media type of what it sends
}

// Client gives a client without credentials and without tenant.
func (s *Server) Client(t testing.TB) Client {
	return Client{t: t, server: s, header: http.Header{}, bodies: "application/json"}
}

// In gives a client that names a tenant by the path. Paths of the administration are sent as they are.
func (s *Server) In(t testing.TB, in *tenants.Scope) Client { return s.Client(t).In(in.Slug()) }

// In names a tenant by the path.
func (c Client) In(slug string) Client {
	c.prefix = "/t/" + slug
	return c
}

// With adds headers, given in pairs.
func (c Client) With(pairs ...string) Client {
	c.header = c.header.Clone()
	for i := 0; i+1 < len(pairs); i += 2 {
		c.header.Add(pairs[i], pairs[i+1])
	}
	return c
}

// Bearer presents a token of the native API; "" presents none.
func (c Client) Bearer(token string) Client {
	c.header = c.header.Clone()
	c.header.Del("Authorization")
	if token == "" {
		return c
	}
	return c.With("Authorization", "Bearer "+token)
}

// Key presents a key of the older interfaces.
func (c Client) Key(key string) Client { return c.Bearer("").With("Authorization", "Token "+key) }

// Sending sends bodies under another media type.
func (c Client) Sending(mediaType string) Client {
	c.bodies = mediaType
	return c
}

// Get sends a request, as Post, Put, Patch and Delete do. A body is nil for none, a string as it is, or anything else as JSON.
func (c Client) Get(path string) Answer { return c.Call(http.MethodGet, path, nil) }

// Post is described at Get.
func (c Client) Post(path string, body any) Answer { return c.Call(http.MethodPost, path, body) }

// Put is described at Get.
func (c Client) Put(path string, body any) Answer { return c.Call(http.MethodPut, path, body) }

// Patch is described at Get.
func (c Client) Patch(path string, body any) Answer { return c.Call(http.MethodPatch, path, body) }

// Delete is described at Get.
func (c Client) Delete(path string, body any) Answer { return c.Call(http.MethodDelete, path, body) }

// Call sends a request. The path is sent byte for byte.
func (c Client) Call(method, path string, body any) Answer {
	c.t.Helper()
	path = c.at(path)
	sent := c.encode(body)
	q, err := http.NewRequestWithContext(c.t.Context(), method, c.server.URL, bytes.NewReader(sent))
	if err != nil {
		c.t.Fatal(err)
	}
	q.URL.Opaque = path
	q.Header = c.header.Clone()
	if host := q.Header.Get("Host"); host != "" {
		q.Host = host
		q.Header.Del("Host")
	}
	if body != nil && q.Header.Get("Content-Type") == "" && c.bodies != "" {
		q.Header.Set("Content-Type", c.bodies)
	}
	r, err := transport.RoundTrip(q)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return c.read(r, path, sent)
}

var transport = &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}

func (c Client) at(path string) string {
	if strings.HasPrefix(path, "/admin/") || strings.HasPrefix(path, "/dev/") {
		return path
	}
	return c.prefix + path
}

func (c Client) encode(body any) []byte {
	c.t.Helper()
	switch b := body.(type) {
	case nil:
		return nil
	case string:
		return []byte(b)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return raw
}

func (c Client) read(r *http.Response, path string, sent []byte) Answer {
	c.t.Helper()
	defer func() { _ = r.Body.Close() }()
	got, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := Answer{t: c.t, Status: r.StatusCode, Header: r.Header, Body: got, asked: r.Request.Method + " " + path, Cookies: r.Cookies()}
	examine(c.t, spec.Exchange{
		Method: r.Request.Method, Path: path, RequestHeader: r.Request.Header, RequestBody: sent,
		Status: r.StatusCode, Header: r.Header, Body: got,
	})
	return a
}

// Raw writes bytes to a fresh connection and gives the first answer, or nil when the server hung up without one.
func (s *Server) Raw(t testing.TB, request string) *Answer {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ") // an answer to HEAD has no body, whatever length it tells
	r, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		return nil
	}
	defer func() { _ = r.Body.Close() }()
	got, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(request, "\r\n")
	searchAnswer(t, line, r.StatusCode, r.Header, got)
	return &Answer{t: t, Status: r.StatusCode, Header: r.Header, Body: got, asked: line, Cookies: r.Cookies()}
}

// Answer is what came back.
type Answer struct {
	Status  int
	Header  http.Header
	Body    []byte
	Cookies []*http.Cookie

	t     testing.TB
	asked string
}

// Is ends the test unless the status is one of these.
func (a Answer) Is(status ...int) Answer {
	a.t.Helper()
	if !slices.Contains(status, a.Status) {
		a.t.Fatalf("%s: wanted %v, got %d %s", a.asked, status, a.Status, a.Body)
	}
	return a
}

// Refused complains unless the answer is a problem of this status and code, about these fields if any are named; a
// field may be named with its code, as "email:email_taken".
func (a Answer) Refused(status int, code string, fields ...string) Answer {
	a.t.Helper()
	if a.Status != status || a.Text("code") != code {
		a.t.Errorf("%s: wanted %d %s, got %d %s", a.asked, status, code, a.Status, a.Body)
		return a
	}
	if told := a.fields(); len(fields) > 0 && !slices.EqualFunc(told, fields, func(got, want string) bool {
		return got == want || strings.HasPrefix(got, want+":")
	}) {
		a.t.Errorf("%s: wanted complaints about %q, got %q", a.asked, fields, told)
	}
	return a
}

func (a Answer) fields() []string {
	var p struct {
		Errors []struct{ Field, Code string }
	}
	a.Into(&p)
	var told []string
	for _, e := range p.Errors {
		told = append(told, e.Field+":"+e.Code)
	}
	return told
}

// Into reads the JSON body.
func (a Answer) Into(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.t.Fatalf("%s: %d, not JSON (%v): %s", a.asked, a.Status, err, a.Body)
	}
}

// Value gives a member of the body by its path, "user.group.id" or "data.0.id"; nil when it is not there.
func (a Answer) Value(path string) any {
	a.t.Helper()
	var v any
	a.Into(&v)
	return Dig(v, path)
}

// Text gives a text of the body by its path, or "".
func (a Answer) Text(path string) string {
	a.t.Helper()
	s, _ := a.Value(path).(string)
	return s
}

// Int gives a whole number of the body by its path, or 0.
func (a Answer) Int(path string) int64 {
	a.t.Helper()
	n, _ := a.Value(path).(float64)
	return int64(n)
}

// List gives a member of each element of the list at the path: List("data", "id").
func (a Answer) List(path, member string) []any {
	a.t.Helper()
	list, _ := a.Value(path).([]any)
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = Dig(v, member)
	}
	return all
}

// Cookie gives a cookie that the answer sets, or nil.
func (a Answer) Cookie(name string) *http.Cookie {
	for _, c := range a.Cookies {
		if c.Name == name {
			return c
		}
	}
	return nil
}
