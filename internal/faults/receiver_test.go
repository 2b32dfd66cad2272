//go:build linux

package faults

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/keyhall/keyhall/sdk/webhook"
)

// receiver is a tenant's server that hears of sign-ups, by the SDK as a customer's would.
type receiver struct {
	*httptest.Server
	inHand chan int64 // the user of a call that was asked for by trap

	mu    sync.Mutex
	check *webhook.Receiver
	next  trap
	calls map[int64][]string // the event's id in each call, by the user it is about
	held  []int64            // whose call had no answer because its worker died
	wrong []string
}

// trap says at which moment of the next call the test wants to know of it.
type trap int

const (
	none     trap = iota
	unsaid        // the receiver has the call and does not answer
	answered      // it has answered; the worker has not noted that yet, if it is slow enough
)

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{inHand: make(chan int64), calls: map[int64][]string{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// register makes it an endpoint of the tenant and gives the endpoint's id.
func (r *receiver) register(t *testing.T, admin *api) string {
	t.Helper()
	var made struct{ ID, Secret string }
	admin.must(t, http.StatusCreated, http.MethodPost, "/admin/v1/tenants/"+tenant+"/webhooks", map[string]any{"url": r.URL, "events": []string{"user.created"}}, &made)
	check, err := webhook.New(made.Secret)
	ok(t, err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.check = check
	return made.ID
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	user, caught := r.note(q)
	if caught == unsaid {
		select {
		case r.inHand <- user:
			<-q.Context().Done() // the worker is gone
			return
		case <-q.Context().Done(): // nobody waits for it any more
		}
	}
	w.WriteHeader(http.StatusNoContent)
	if caught == answered {
		_ = http.NewResponseController(w).Flush() // a worker that is gone already has got nothing, which is as good
		select {
		case r.inHand <- user:
		case <-q.Context().Done():
		}
	}
}

func (r *receiver) note(q *http.Request) (user int64, caught trap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var about struct{ User struct{ ID int64 } }
	event, err := r.check.Read(q)
	if err == nil {
		err = event.Decode(&about)
	}
	if err != nil || event.Type != "user.created" || event.Tenant != tenant || about.User.ID == 0 {
		r.wrong = append(r.wrong, fmt.Sprintf("%+v: %v", event, err))
		return 0, none
	}
	user, caught, r.next = about.User.ID, r.next, none
	r.calls[user] = append(r.calls[user], event.ID)
	if caught == unsaid {
		r.held = append(r.held, user)
	}
	return user, caught
}

func (r *receiver) set(next trap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = next
}

// told gives the event's id in each call about the user.
func (r *receiver) told(user int64) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.calls[user])
}
