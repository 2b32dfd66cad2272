//go:build linux

package faults

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/smtpsink"
)

// Two servers and two workers on one database: what one does the other honours, and none is needed.
func TestFaultServersAndWorkers(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	t.Run("what was ended at one server is over at the other", p.revocation)
	t.Run("what an operator changes at one server counts at the other", p.news)
	t.Run("killed under sign-ups", p.killed)
	t.Run("refuses what is not for production", p.refusals)
	t.Run("stops in good order", p.stops)
}

func (p *plant) revocation(t *testing.T) {
	a, b := p.apis[0], p.apis[1]
	anna := p.bring(a, "anna")
	there := anna.at(b)
	there.byKey.must(t, http.StatusOK, http.MethodGet, "/t/"+tenant+"/rest-auth/user/", nil, nil)
	there.byToken.must(t, http.StatusOK, http.MethodGet, "/t/"+tenant+"/v1/me", nil, nil)

	anna.byKey.must(t, http.StatusOK, http.MethodPost, "/t/"+tenant+"/rest-auth/logout/", nil, nil)
	there.byKey.must(t, http.StatusUnauthorized, http.MethodGet, "/t/"+tenant+"/rest-auth/user/", nil, nil)
	anna.byToken.must(t, http.StatusNoContent, http.MethodPost, "/t/"+tenant+"/v1/sign-out", nil, nil)
	there.byToken.must(t, http.StatusUnauthorized, http.MethodGet, "/t/"+tenant+"/v1/me", nil, nil)
}

// news is the longest another server may go on with what it knew.
const news = time.Second

func (p *plant) news(t *testing.T) {
	a, b := p.apis[0].administer(t), p.apis[1].from("somebody")
	closed := map[string]any{"registration": map[string]any{"open": false}}
	opened := map[string]any{"registration": map[string]any{"open": true}}
	stranger := func(want int) func() error {
		return func() error {
			return b.wants(want, http.MethodPost, "/t/"+tenant+"/v1/sign-up", map[string]string{"email": "x@y.example", "password": "short"}, nil)
		}
	}
	ok(t, stranger(http.StatusBadRequest)())
	a.must(t, http.StatusOK, http.MethodPatch, "/admin/v1/tenants/"+tenant+"/settings", closed, nil)
	t.Logf("settings: %s", eventually(t, promise(news), stranger(http.StatusForbidden)))
	a.must(t, http.StatusOK, http.MethodPatch, "/admin/v1/tenants/"+tenant+"/settings", opened, nil)
	eventually(t, promise(news), stranger(http.StatusBadRequest))

	bert := p.bring(p.apis[1], "bert")
	me := func(want int) func() error {
		return func() error { return bert.byToken.wants(want, http.MethodGet, "/t/"+tenant+"/v1/me", nil, nil) }
	}
	ok(t, me(http.StatusOK)())
	a.must(t, http.StatusOK, http.MethodPost, "/admin/v1/tenants/"+tenant+"/suspend", nil, nil)
	t.Logf("suspension: %s", eventually(t, promise(news), me(http.StatusNotFound)))
	a.must(t, http.StatusOK, http.MethodPost, "/admin/v1/tenants/"+tenant+"/resume", nil, nil)
	t.Logf("the end of it: %s", eventually(t, promise(news), func() error {
		return p.apis[1].wants(http.StatusNoContent, http.MethodOptions, "/t/"+tenant+"/v1/me", nil, nil)
	}))
}

// killed: processes die one after the other, Redis loses everything half-way, and people go on signing up.
func (p *plant) killed(t *testing.T) {
	random := dice(t)
	people := newLoad(t, "person", p.apis[:]...)
	people.begin(6)
	deaths := [4]int{}
	for life := range kills() {
		people.more(1 + random.IntN(15))
		if life == kills()/2 {
			p.redis.away()
			people.more(5) // nobody waits for Redis
			p.redis.back(t)
		}
		which := random.IntN(4)
		deaths[which]++
		p.killAndRestart(which)
	}
	people.end()

	admin := p.apis[0].administer(t)
	present := people.judge(admin)
	drained := admin.settle(t)
	p.checkMails(t, present, deaths[2]+deaths[3])
	t.Logf("%v kills of server 0, 1 and worker 0, 1: %d sign-ups acknowledged and all there, %d of unknown outcome; the outbox was empty %s after the last look",
		deaths, people.acks.Load(), people.unknowns(), drained.Round(time.Millisecond))
}

var mailedKey = regexp.MustCompile(`[?]key=([a-z0-9]+)`)

// checkMails: everybody has a mail. A worker that dies between sending and noting it makes a copy, with the same key
// under the same Message-ID.
func (p *plant) checkMails(t *testing.T, present []signUp, deaths int) {
	t.Helper()
	got := map[string][]smtpsink.Message{}
	for _, m := range p.mails.Messages() {
		got[m.To[0]] = append(got[m.To[0]], m)
	}
	copies := 0
	for _, s := range present {
		mails := got[s.email()]
		if len(mails) == 0 {
			t.Errorf("%s got no mail", s.name)
			continue
		}
		copies += len(mails) - 1
		for _, m := range mails {
			if key, first := mailedKey.FindString(m.Text), mailedKey.FindString(mails[0].Text); key == "" || key != first ||
				m.Header.Get("Message-Id") != mails[0].Header.Get("Message-Id") {
				t.Errorf("%s got different mails: %s %s, %s %s", s.name, m.Header.Get("Message-Id"), key, mails[0].Header.Get("Message-Id"), first)
			}
		}
	}
	// Each death can catch as many mails between the server's word and the note as a worker has in hand.
	t.Logf("%d mails, %d of them copies from %d deaths of workers", len(p.mails.Messages()), copies, deaths)
	if deaths == 0 && copies > 0 {
		t.Errorf("%d copies though no worker died", copies)
	}
}

// stops ends everything while a client holds its connection and another keeps asking.
func (p *plant) stops(t *testing.T) {
	idle := newAPI(p.addr[0])
	idle.must(t, http.StatusOK, http.MethodGet, "/livez", nil, nil)
	people := newLoad(t, "late", p.apis[:]...)
	people.begin(2)
	people.more(3)
	for i := range p.servers {
		p.servers[i].terminate(t, promise(10*time.Second))
		p.workers[i].terminate(t, promise(10*time.Second))
		eventually(t, promise(time.Second), func() error {
			if !free(p.addr[i]) {
				return fmt.Errorf("%s is still taken", p.addr[i])
			}
			return nil
		})
	}
	people.end()
}
