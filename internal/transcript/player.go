package transcript

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
)

// player plays the records of one group, in order, against one tenant.
type player struct {
	server  Server
	slug    string
	prepare map[string]preparation // by the record's name

	secrets *secrets
	ids     identities
	cookies map[string]string // live, by name
	valid   map[string]bool   // recorded cookie values the original server let pass
	mailbox *mailbox
	codes   *codes
}

func newPlayer(s Server, slug string, g group) *player {
	return &player{
		server: s, slug: slug, prepare: g.prepare,
		secrets: newSecrets(), ids: newIdentities(), cookies: map[string]string{},
		valid: validCookies(g.records), mailbox: newMailbox(g.records), codes: newCodes(g.records),
	}
}

// play does what one record says. An answer that is not the right one is a *failure; any other error means that there
// was none. Remarks are differences no JSON parser sees.
func (p *player) play(ctx context.Context, r Record) (remarks []string, err error) {
	switch r.Kind {
	case Setup:
		return nil, p.setUp(ctx, r)
	case Settings:
		return nil, p.server.Admin.PatchSettings(ctx, p.slug, r.Settings)
	case Wait:
		return nil, pass(ctx, r.Seconds)
	case Fetch:
		return nil, fetch(ctx, p, r)
	case Exchange:
	}
	for _, s := range p.prepare[r.Name].steps {
		if err := s(ctx, p, r); err != nil {
			return nil, fmt.Errorf("prepare %s: %w", r.Name, err)
		}
	}
	return p.exchange(ctx, r)
}

// setUp sends a request that must succeed, whatever status was recorded.
func (p *player) setUp(ctx context.Context, r Record) error {
	out, got, err := p.send(ctx, r)
	if err != nil {
		return err
	}
	if isSuccess(got.status) {
		return nil
	}
	return &failure{record: r, sent: out, got: got, judged: []judged{{"any 2xx", &difference{"status", "2xx", fmt.Sprint(got.status)}}}}
}

// exchange sends and compares. An answer is learned from even when it is wrong, so that one fault fails one record.
func (p *player) exchange(ctx context.Context, r Record) ([]string, error) {
	out, got, err := p.send(ctx, r)
	if err != nil {
		return nil, err
	}
	var found []judged
	for _, want := range p.expectations(r) {
		ids := p.ids.clone()
		first := want.difference(got, ids)
		if first == nil {
			p.ids = ids
			return remarks(want.Body, got.body), nil
		}
		found = append(found, judged{want.String(), first})
	}
	return nil, &failure{record: r, sent: out, got: got, judged: found}
}

func (p *player) expectations(r Record) []expectation {
	if accept := p.prepare[r.Name].accept; accept != nil {
		r.Keyhall.Class, r.Keyhall.Accepted = Override, accept
	}
	return r.expectations()
}

// send sends a record's request with live secrets and learns from the answer.
func (p *player) send(ctx context.Context, r Record) (sent, answer, error) {
	request, err := p.enliven(ctx, r)
	if err != nil {
		return sent{}, answer{}, err
	}
	out, err := p.address(request)
	if err != nil {
		return sent{}, answer{}, err
	}
	got, err := p.server.roundTrip(ctx, out)
	if err != nil {
		return out, got, err
	}
	p.learn(r, got)
	return out, got, nil
}

// enliven changes the request as the verdict says and puts live secrets in place of recorded ones.
func (p *player) enliven(ctx context.Context, r Record) (Request, error) {
	request, err := r.Request.with(r.Keyhall.Send)
	if err != nil {
		return request, err
	}
	if err := p.collect(ctx, request); err != nil {
		return request, err
	}
	if request, err = p.codes.enliven(ctx, p.server.Admin, p.slug, request); err != nil {
		return request, err
	}
	for name, recorded := range request.cookies() {
		if live, ok := p.cookies[name]; ok && p.valid[recorded] {
			p.secrets.bind(recorded, live)
		}
	}
	return p.secrets.replace(request), nil
}

// collect takes the messages whose secrets the request needs and nobody has taken yet.
func (p *player) collect(ctx context.Context, q Request) error {
	for _, secret := range slices.Sorted(maps.Keys(p.mailbox.valid)) {
		if !p.secrets.known(secret) && q.carries(secret) {
			if err := p.take(ctx, p.mailbox.valid[secret]); err != nil {
				return err
			}
		}
	}
	return p.damage(ctx, q)
}

// damage ties a tampered secret to the live one with the same damage.
func (p *player) damage(ctx context.Context, q Request) error {
	l, ok := q.letter()
	if !ok || p.secrets.known(l.secret()) {
		return nil
	}
	original, tail, ok := damaged(l.secret(), p.mailbox.valid)
	if !ok {
		return nil
	}
	if !p.secrets.known(original.secret()) {
		if err := p.take(ctx, original); err != nil {
			return err
		}
	}
	p.secrets.bind(l.secret(), damage(p.secrets.live[original.secret()], tail))
	return nil
}

// take ties a recorded letter to the newest live one.
func (p *player) take(ctx context.Context, recorded letter) error {
	live, err := p.mailbox.newest(ctx, p.server.Admin, p.slug, recorded)
	if err != nil {
		return err
	}
	p.secrets.bind(recorded.secret(), live.secret())
	if recorded.uid != "" {
		p.secrets.bindField("uid", recorded.uid, live.uid)
		p.secrets.bind(recorded.joined(), live.joined())
	}
	return nil
}

// learn remembers the live secrets of an answer, and that a message is on its way.
func (p *player) learn(r Record, got answer) {
	for _, c := range (&http.Response{Header: got.header}).Cookies() {
		if c.Value != "" { // a deleted cookie is remembered, as a client would that keeps sending it
			p.cookies[c.Name] = c.Value
		}
	}
	if isSuccess(got.status) {
		p.mailbox.expect(r.Request)
		p.codes.expect(r.Request)
	}
	live, err := decode(got.body)
	if err != nil {
		return // no JSON, nothing to learn; comparing says whether that is wrong
	}
	for _, body := range r.bodies() {
		if recorded, err := decode(body); err == nil {
			p.secrets.learn("", recorded, live)
		}
	}
}

// bodies are the recorded bodies that may show a secret.
func (r Record) bodies() []json.RawMessage {
	all := []json.RawMessage{r.Response.Body}
	for _, a := range r.Keyhall.Accepted {
		all = append(all, a.Body)
	}
	return all
}

// roundTrip sends once; redirects are answers.
func (s Server) roundTrip(ctx context.Context, out sent) (answer, error) {
	q, err := http.NewRequestWithContext(ctx, out.method, out.url, bytes.NewReader(out.body))
	if err != nil {
		return answer{}, err
	}
	for name, value := range out.header {
		q.Header.Set(name, value)
	}
	response, err := s.Client.Do(q)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, body}, err
}
