package transcript

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

func (p *parrot) signIn(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	if string(body) != `{"email":"operator@example.com","password":"secret"}` {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	fmt.Fprintf(w, `{"access_token": %q, "refresh_token": "r", "expires_in": 900}`, operatorToken)
}

func (p *parrot) operator(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		if q.Header.Get("Authorization") != "Bearer "+operatorToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		next(w, q)
	}
}

func (p *parrot) createTenant(w http.ResponseWriter, q *http.Request) {
	var in struct {
		Slug, Name string
		Settings   json.RawMessage
	}
	if err := json.NewDecoder(q.Body).Decode(&in); err != nil {
		p.t.Error(err)
	}
	g := p.groups[strings.TrimPrefix(in.Name, p.contract+": ")]
	if g == nil || !regexp.MustCompile(`^[a-z0-9-]+$`).MatchString(in.Slug) || len(in.Settings) == 0 {
		p.t.Errorf("tenant %q %q with settings %s", in.Slug, in.Name, in.Settings)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.cages[in.Slug] = &cage{group: g, secrets: map[string]bool{}, known: map[string]bool{}}
	w.WriteHeader(http.StatusCreated)
}

func (p *parrot) note(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	name := p.cages[q.PathValue("slug")].group.name
	path := strings.Replace(q.URL.Path, q.PathValue("slug"), name, 1)
	p.calls = append(p.calls, q.Method+" "+path+" "+string(body))
	fmt.Fprint(w, `{}`)
}

func (p *parrot) findUser(w http.ResponseWriter, q *http.Request) {
	name := q.URL.Query().Get("q")
	fmt.Fprintf(w, `{"data": [{"id": 1, "username": "not %s"}, {"id": 77, "username": %q}], "next_cursor": null}`, name, name)
}

func (p *parrot) listMessages(w http.ResponseWriter, q *http.Request) {
	if p.silent {
		http.NotFound(w, q)
		return
	}
	list := []map[string]any{}
	for _, m := range slices.Backward(p.cages[q.URL.Query().Get("tenant")].messages) {
		if m.at.Before(time.Now()) {
			list = append(list, map[string]any{"channel": "email", "kind": "any", "data": m.data})
		}
	}
	if err := json.NewEncoder(w).Encode(list); err != nil {
		p.t.Error(err)
	}
}
