//go:build linux

package faults

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
)

// judge looks for each sign-up of the load through the servers: an acknowledged one is there once, one of unknown
// outcome is there as a whole or not at all. It gives those that are there.
func (l *load) judge(admin *api) (present []signUp) {
	l.t.Helper()
	var mu sync.Mutex
	var judges sync.WaitGroup
	next := make(chan signUp)
	for i := range 4 {
		judges.Go(func() {
			for s := range next {
				there, err := l.look(l.servers[i%len(l.servers)], admin, s)
				mu.Lock()
				if err != nil {
					l.t.Errorf("%s, %s: %v", s.name, s.outcome, err)
				}
				if there {
					present = append(present, s)
				}
				mu.Unlock()
			}
		})
	}
	for _, s := range l.all {
		next <- s
	}
	close(next)
	judges.Wait()
	return present
}

func (l *load) look(server, admin *api, s signUp) (there bool, err error) {
	status, err := server.signIn(s)
	switch {
	case err != nil:
		return false, err
	case status == http.StatusOK:
		return true, once(admin, s)
	case s.outcome == acknowledged:
		return false, fmt.Errorf("signing in gives %d", status)
	}
	// Not there: then nothing of it may be in the way of a second try.
	if status, err = server.signUp(s); err == nil && status != http.StatusCreated {
		err = fmt.Errorf("there is no such account, and signing up once more gives %d", status)
	}
	return true, err
}

// once complains unless the admin sees exactly one account of the address.
func once(admin *api, s signUp) error {
	var page struct{ Data []struct{ Email string } }
	err := admin.wants(http.StatusOK, http.MethodGet, "/admin/v1/tenants/"+tenant+"/users?q="+url.QueryEscape(s.email()), nil, &page)
	if err == nil && len(page.Data) != 1 {
		err = fmt.Errorf("%d accounts have the address", len(page.Data))
	}
	return err
}

func (o outcome) String() string {
	return [...]string{"of unknown outcome", "acknowledged"}[o]
}

func (l *load) unknowns() (n int) {
	for _, s := range l.all {
		if s.outcome == unknown {
			n++
		}
	}
	return n
}
