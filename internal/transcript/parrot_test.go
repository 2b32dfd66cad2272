package transcript

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// parrot is a fake Keyhall that has read the transcript: it answers each request with what the next record expects,
// its secrets and numbers renewed, and complains about requests that still carry recorded secrets.
type parrot struct {
	t        *testing.T
	contract string
	groups   map[string]*group
	spoil    map[string]func(*answer) // by record: what to do to the right answer
	silent   bool                     // has no message sink

	mu    sync.Mutex
	cages map[string]*cage // by slug
	heard map[string]bool  // records that were asked for
	calls []string         // what the operator did
}

// cage is one tenant of a parrot.
type cage struct {
	group    *group
	next     int
	messages []mailed
	secrets  map[string]bool // live ones that stood in a message
	known    map[string]bool // addresses
}

type mailed struct {
	at   time.Time // shown from then on
	data map[string]string
}

const operatorToken = "operator-token"

func newParrot(t *testing.T, contract string, records []Record) (*parrot, Server) {
	t.Helper()
	p := &parrot{
		t: t, contract: contract, groups: map[string]*group{}, spoil: map[string]func(*answer){},
		cages: map[string]*cage{}, heard: map[string]bool{},
	}
	for _, g := range groups(contract, records) {
		p.groups[g.name] = g
	}
	server := httptest.NewServer(p.routes())
	t.Cleanup(server.Close)
	s := Connect(server.URL+"/", "operator@example.com", "secret")
	s.Social, s.Silent = json.RawMessage(`{"social":"stand-in"}`), json.RawMessage(`{"social":"silent"}`)
	return p, s
}

func (p *parrot) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /admin/v1/auth/login", p.signIn)
	mux.HandleFunc("POST /admin/v1/tenants", p.operator(p.createTenant))
	mux.HandleFunc("PATCH /admin/v1/tenants/{slug}/settings", p.operator(p.note))
	mux.HandleFunc("GET /admin/v1/tenants/{slug}/users", p.operator(p.findUser))
	mux.HandleFunc("PATCH /admin/v1/tenants/{slug}/users/{id}", p.operator(p.note))
	mux.HandleFunc("POST /admin/v1/tenants/{slug}/approvals", p.operator(p.note))
	mux.HandleFunc("GET /dev/messages", p.operator(p.listMessages))
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasPrefix(q.URL.Path, "/t/") { // past the mux, which would redirect double slashes
			p.tenant(w, q)
			return
		}
		mux.ServeHTTP(w, q)
	})
}

// tenant answers a request to a contract.
func (p *parrot) tenant(w http.ResponseWriter, q *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	slug, path, _ := strings.Cut(strings.TrimPrefix(q.URL.RequestURI(), "/t/"), "/")
	c := p.cages[slug]
	body, _ := io.ReadAll(q.Body)
	got := p.answer(c, q, "/"+path, body)
	c.post(Request{Path: "/" + path, Body: asText(body), Headers: map[string]string{"Content-Type": q.Header.Get("Content-Type")}}, got.status)
	maps.Copy(w.Header(), got.header)
	w.WriteHeader(got.status)
	if _, err := w.Write(got.body); err != nil {
		return // the player has hung up, and says so itself
	}
}

func (p *parrot) answer(c *cage, q *http.Request, path string, body []byte) answer {
	r, ok := c.expected(q.Method, path)
	if !ok { // a preparation's request
		return p.prepared(path)
	}
	p.heard[r.Name] = true
	p.inspect(c, r, fmt.Sprint(path, q.Header, string(body)))
	got := parroted(r, p.groups[c.group.name].prepare[r.Name])
	if spoil := p.spoil[r.Name]; spoil != nil {
		spoil(&got)
	}
	return got
}

func (p *parrot) prepared(path string) answer {
	h := http.Header{"Content-Type": {jsonType}}
	if strings.HasSuffix(path, "/login/") {
		h["Set-Cookie"] = []string{"sessionid=" + live(32) + "; HttpOnly; Path=/", "csrftoken=" + live(64)}
	}
	return answer{http.StatusOK, h, []byte(`{"key": "` + live(40) + `"}`)}
}

// expected gives the next record that sends something, if the request is its.
func (c *cage) expected(method, path string) (Record, bool) {
	for i := c.next; i < len(c.group.records); i++ {
		r := c.group.records[i]
		if !sends(c.group, r) {
			continue
		}
		if r.Request.Method != method || r.Request.Path != path && !strings.Contains(r.Request.Path, ":") {
			return Record{}, false
		}
		c.next = i + 1
		return r, true
	}
	return Record{}, false
}

// sends reports whether playing the record sends its request.
func sends(g *group, r Record) bool {
	_, prepared := g.prepare[r.Name]
	return r.Request.Method != "" && r.Kind != Fetch && (r.Keyhall.Class != Skip || prepared)
}

// inspect complains about recorded secrets, and about letters that were repaired, made up, or damaged otherwise than the
// recorded ones.
func (p *parrot) inspect(c *cage, r Record, request string) {
	for _, secret := range recordedSecrets(c.group.records) {
		if strings.Contains(request, secret) {
			p.t.Errorf("%s: the request carries the recorded secret %s: %s", r.Name, secret, request)
		}
	}
	l, ok := r.Request.letter()
	if !ok {
		return
	}
	valid := validLetters(c.group.records)
	_, works := valid[l.secret()]
	_, prepared := c.group.prepare[r.Name]
	if whole := c.mailed(request, 0); whole != (works || prepared) {
		p.t.Errorf("%s: a live secret was sent: %v (%s)", r.Name, whole, request)
	}
	if _, tail, ok := damaged(l.secret(), valid); ok && !c.mailed(request, len(tail)) {
		p.t.Errorf("%s: no damaged live secret was sent (%s)", r.Name, request)
	}
}

// mailed reports whether the request carries a mailed secret, but for so many characters of its end.
func (c *cage) mailed(request string, tail int) bool {
	request = strings.ReplaceAll(request, "%3A", ":")
	for secret := range c.secrets {
		if strings.Contains(request, secret[:len(secret)-tail]) {
			return true
		}
	}
	return false
}

// recordedSecrets are the keys, letters and cookies of a group's records.
func recordedSecrets(records []Record) []string {
	all := slices.Collect(maps.Keys(validLetters(records)))
	all = append(all, slices.Collect(maps.Keys(validCookies(records)))...)
	for _, r := range records {
		if key := jsonFields(r.Response.Body)["key"]; len(key) >= shortest && isSuccess(r.Response.Status) {
			all = append(all, key)
		}
	}
	return all
}

// post sends the message that a successful request sets off, a little later.
func (c *cage) post(q Request, status int) {
	address := strings.ToLower(q.fields()["email"])
	at := time.Now().Add(20 * time.Millisecond)
	switch {
	case !isSuccess(status) || address == "":
	case strings.HasSuffix(q.route(), "/registration"):
		c.known[address] = true
		key := "Nzc:" + live(6) + ":" + live(43)
		c.secrets[key] = true
		c.messages = append(c.messages, mailed{at, map[string]string{"key": key, "link": "https://app/" + key}})
	case strings.HasSuffix(q.route(), "/password/reset") && c.known[address]:
		token := "e1b2c3-" + live(32)
		c.secrets[token] = true
		c.messages = append(c.messages, mailed{at, map[string]string{"uid": "Nzc", "token": token}})
	}
}

// parroted is the recommended answer to a record with everything renewed that is free.
func parroted(r Record, prepared preparation) answer {
	if prepared.accept != nil {
		r.Keyhall.Class, r.Keyhall.Accepted = Override, prepared.accept
	}
	e := r.expectations()[0]
	body, err := decode(e.Body)
	if err != nil {
		panic(r.Name + ": " + err.Error())
	}
	got := answer{cmp.Or(e.Status, http.StatusOK), http.Header{}, []byte(show(renewed("", "", body)))}
	got.header.Set("Content-Type", cmp.Or(e.contentType, jsonType))
	if len(e.Allow) > 0 {
		got.header.Set("Allow", strings.Join(append(e.Allow, "OPTIONS"), ", "))
	}
	if e.WWWAuthenticate != "" {
		got.header.Set("WWW-Authenticate", e.WWWAuthenticate)
	}
	return got
}

func renewed(above, name string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		fresh := map[string]any{}
		for key, inner := range value {
			fresh[key] = renewed(name, key, inner)
		}
		return fresh
	case string:
		switch {
		case secretNames[name]:
			return live(len(value))
		case value == "<list>":
			return []any{"coach:teach"}
		}
	case json.Number:
		if numberNames[name] && above == "" {
			return json.Number("4" + value.String())
		}
	}
	return value
}

// live is a fresh secret of hexadecimal digits.
func live(length int) string {
	b := make([]byte, (length+1)/2)
	rand.Read(b)
	return hex.EncodeToString(b)[:length]
}

func asText(body []byte) json.RawMessage {
	if json.Valid(body) {
		return body
	}
	text, err := json.Marshal(string(body))
	if err != nil {
		panic(err)
	}
	return text
}
