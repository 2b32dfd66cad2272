//go:build linux

package faults

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// signUp is one sign-up as its client saw it.
type signUp struct {
	name    string // the username; the e-mail address is made from it
	native  bool   // by /v1, otherwise by /rest-auth
	outcome outcome
}

type outcome int

const (
	unknown      outcome = iota // sent, and no answer or none that tells
	acknowledged                // 201
)

func (s signUp) email() string { return s.name + "@people.example" }

// load is many clients that sign people up until they are stopped, and what they saw.
type load struct {
	t       *testing.T
	people  string // what their names begin with
	servers []*api
	stop    chan struct{}
	ending  sync.Once
	clients sync.WaitGroup
	counter atomic.Int64
	acks    atomic.Int64

	mu  sync.Mutex
	all []signUp
}

func newLoad(t *testing.T, people string, servers ...*api) *load {
	t.Helper()
	l := &load{t: t, people: people, servers: servers, stop: make(chan struct{})}
	t.Cleanup(l.end)
	return l
}

// begin sends clients in; end calls them back.
func (l *load) begin(clients int) {
	for i := range clients {
		l.clients.Go(func() { l.client(i) })
	}
}

func (l *load) end() {
	l.ending.Do(func() { close(l.stop) })
	l.clients.Wait()
}

// pause is what a client makes when nobody listens.
const pause = 20 * time.Millisecond

func (l *load) client(i int) {
	again := time.NewTicker(pause)
	defer again.Stop()
	for {
		n := l.counter.Add(1)
		s := signUp{name: fmt.Sprintf("%s%d", l.people, n), native: n%2 == 0}
		if l.send(l.servers[i%len(l.servers)], &s) {
			l.note(s)
		} else {
			i++ // to the other server, if there is one
			<-again.C
		}
		select {
		case <-l.stop:
			return
		default:
		}
	}
}

// send makes the call. It reports false when nothing can have reached the server.
func (l *load) send(to *api, s *signUp) bool {
	status, err := to.signUp(*s)
	var dial *net.OpError
	switch {
	case errors.As(err, &dial) && dial.Op == "dial", errors.Is(err, syscall.ECONNREFUSED):
		return false
	case err != nil, status == http.StatusServiceUnavailable:
		return true // unknown
	case status != http.StatusCreated:
		l.t.Errorf("signing %s up: %d", s.name, status)
		return false
	}
	s.outcome = acknowledged
	l.acks.Add(1)
	return true
}

func (l *load) note(s signUp) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, s)
}

// more waits until n more sign-ups were acknowledged.
func (l *load) more(n int) {
	l.t.Helper()
	want := l.acks.Load() + int64(n)
	eventually(l.t, patience, func() error {
		if have := l.acks.Load(); have < want {
			return fmt.Errorf("%d of %d sign-ups were acknowledged", have, want)
		}
		return nil
	})
}

func (a *api) signUp(s signUp) (int, error) {
	visitor := a.from(s.name)
	if s.native {
		return visitor.call(http.MethodPost, "/t/"+tenant+"/v1/sign-up", map[string]string{"username": s.name, "email": s.email(), "password": password}, nil)
	}
	return visitor.call(http.MethodPost, "/t/"+tenant+"/rest-auth/registration/",
		map[string]string{"username": s.name, "email": s.email(), "password1": password, "password2": password}, nil)
}

func (a *api) signIn(s signUp) (int, error) {
	visitor := a.from(s.name)
	if s.native {
		return visitor.call(http.MethodPost, "/t/"+tenant+"/rest-auth/login/", map[string]string{"username": s.name, "password": password}, nil)
	}
	return visitor.call(http.MethodPost, "/t/"+tenant+"/v1/sign-in", map[string]string{"identifier": s.email(), "password": password}, nil)
}

// from gives everybody a network address, since limits count by it; servers behind a proxy they trust believe that.
func (a *api) from(name string) *api {
	sum := 0
	for _, c := range name {
		sum = sum*31 + int(c)
	}
	return a.as("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", sum>>16&0xff, sum>>8&0xff, sum&0xff))
}
