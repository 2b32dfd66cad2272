//go:build linux

package faults

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"
)

// A worker is killed with a call of a receiver in its hands, again and again: each sign-up that was acknowledged is told at
// least once and always as the same event, and each call stands among the attempts.
func TestFaultWorkerIsKilledWhileItCallsAReceiver(t *testing.T) {
	t.Parallel()
	p, random := newPlant(t), dice(t)
	p.workers[1].kill() // so that the other one has all calls
	to := newReceiver(t)
	admin := p.apis[0].administer(t)
	endpoint := to.register(t, admin)

	people := newLoad(t, "hooked", p.apis[:]...)
	people.begin(2)
	for life := range kills() {
		people.more(1 + random.IntN(3))
		to.set(trap(1 + life%2))
		select {
		case <-to.inHand:
		case <-time.After(patience):
			t.Fatalf("no call in life %d of the worker", life)
		}
		p.workers[0].kill()
		p.work(0)
	}
	people.end()
	p.work(1)
	present := people.judge(admin)
	took := eventually(t, patience, func() error { return to.missing(admin, present) })
	admin.settle(t)
	// The receiver knows of a call before the worker has written down the answer.
	eventually(t, patience, func() error {
		if waiting := admin.heard(t, endpoint, "pending"); len(waiting) > 0 {
			return fmt.Errorf("%d calls wait", len(waiting))
		}
		return nil
	})
	calls := to.listed(t, admin.heard(t, endpoint, ""))
	t.Logf("%d kills: %d sign-ups acknowledged, %d there, all told in %d calls, the last %s after the last kill",
		kills(), people.acks.Load(), len(present), calls, took.Round(time.Millisecond))
}

// missing complains about the first account that the receiver was not told of.
func (r *receiver) missing(admin *api, present []signUp) error {
	for _, s := range present {
		var page struct{ Data []struct{ ID int64 } }
		err := admin.wants(http.StatusOK, http.MethodGet, "/admin/v1/tenants/"+tenant+"/users?q="+url.QueryEscape(s.email()), nil, &page)
		if err == nil && len(page.Data) != 1 {
			err = errors.New("it is not there once")
		}
		if err == nil && len(r.told(page.Data[0].ID)) == 0 {
			err = errors.New("the receiver was not told of it")
		}
		if err != nil {
			return fmt.Errorf("account %s: %w", s.name, err)
		}
	}
	return nil
}

// listed compares what the receiver has got with what the platform says it has sent, and counts the calls.
func (r *receiver) listed(t *testing.T, deliveries map[int64]told) (calls int) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.wrong) > 0 {
		t.Errorf("%d calls that are not what was asked for, the first: %s", len(r.wrong), r.wrong[0])
	}
	if len(r.calls) != len(deliveries) {
		t.Errorf("%d users in calls, %d in the list", len(r.calls), len(deliveries))
	}
	events := map[string]bool{}
	for user, ids := range r.calls {
		calls += len(ids)
		if same := slices.Compact(slices.Clone(ids)); len(same) != 1 || events[same[0]] {
			t.Errorf("user %d is told of under the ids %v", user, ids)
		}
		events[ids[0]] = true
		d := deliveries[user]
		if last := len(d.Attempts) - 1; d.State != "sent" || len(d.Attempts) < len(ids) || d.Attempts[last].Status != http.StatusNoContent || d.Attempts[last].Outcome != "sent" {
			t.Errorf("user %d: %d calls, listed as %+v", user, len(ids), d)
		}
	}
	for _, user := range r.held {
		if d := deliveries[user]; len(d.Attempts) < 2 || d.Attempts[0].Outcome != "retry" || d.Attempts[0].Status != 0 || d.Attempts[0].Answer == "" {
			t.Errorf("user %d: the worker died with the call in its hands, listed as %+v", user, d)
		}
	}
	return calls
}

// told is an entry of the list of what an endpoint was told.
type told struct {
	User     int64 `json:"user_id"`
	State    string
	Attempts []struct {
		Outcome, Answer string
		Status          int
	}
}

// heard reads what of that list is in a state, "" for any, by user.
func (a *api) heard(t *testing.T, endpoint, state string) map[int64]told {
	t.Helper()
	all := map[int64]told{}
	for cursor := ""; ; {
		var page struct {
			Data       []told
			NextCursor *string `json:"next_cursor"`
		}
		a.must(t, http.StatusOK, http.MethodGet, "/admin/v1/tenants/"+tenant+"/webhooks/"+endpoint+"/deliveries?limit=200&state="+state+"&cursor="+cursor, nil, &page)
		for _, d := range page.Data {
			if _, twice := all[d.User]; twice {
				t.Errorf("user %d is in the list twice", d.User)
			}
			all[d.User] = d
		}
		if page.NextCursor == nil {
			return all
		}
		cursor = *page.NextCursor
	}
}
