package workers_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/publicnet"
	sign "github.com/keyhall/keyhall/internal/webhook"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/webhooks"
	"github.com/keyhall/keyhall/workers"
	"github.com/keyhall/keyhall/workers/sms"
	"github.com/keyhall/keyhall/workers/webhook"
)

var system = tenants.Who{Kind: "system"}

// hooks is a rig whose tenants have endpoints.
type hooks struct {
	*rig
	service *webhooks.Service
}

func newHooks(r *rig) hooks {
	r.box.Own = map[string][]time.Duration{outbox.Webhook: {10 * time.Millisecond, 10 * time.Millisecond}}
	return hooks{r, &webhooks.Service{Box: r.box, Sealer: r.house.Sealer, Limiter: limit.New(nil, limit.Options{Off: true}), Private: true}}
}

// start runs a worker that gives up on a receiver after the timeout.
func (h hooks) start(private bool, timeout time.Duration) {
	h.t.Helper()
	c := h.config()
	c.Handlers = workers.All(workers.Deps{Mail: h.mail(), SMS: &sms.SMS{}, Webhooks: &webhook.Webhook{Endpoints: h.service, Client: publicnet.Client(private, timeout)}})
	h.run(c)
}

func (h hooks) endpoint(in *tenants.Scope, url string) (uuid.UUID, string) {
	h.t.Helper()
	e, secret, err := h.service.Create(h.t.Context(), in, system, webhooks.Draft{URL: &url, Events: webhooks.Types})
	if err != nil {
		h.t.Fatal(err)
	}
	return e.ID, secret
}

func (h hooks) owe(in *tenants.Scope, endpoint uuid.UUID) {
	h.t.Helper()
	err := in.Tx(h.t.Context(), func(tx *tenants.Tx) error {
		return webhooks.Owe(h.t.Context(), tx, h.box, []uuid.UUID{endpoint}, 0, webhooks.UserDeleted, webhooks.Data{User: webhooks.Gone{ID: 7}})
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// until1 waits for the one delivery of an endpoint to come into a state.
func (h hooks) until1(in *tenants.Scope, endpoint uuid.UUID, state string) (d outbox.Delivery) {
	h.t.Helper()
	h.until(state, func() bool {
		all, _, err := h.service.Deliveries(h.t.Context(), in, endpoint, outbox.Filter{})
		if err != nil || len(all) != 1 {
			h.t.Fatalf("%d deliveries, %v", len(all), err)
		}
		d = all[0]
		return d.State == state
	})
	return d
}

// receiver is a server that keeps what it gets and answers as it is told to.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	calls []call
}

type call struct {
	header http.Header
	body   []byte
}

func receive(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) *receiver {
	t.Helper()
	to := &receiver{}
	to.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		to.mu.Lock()
		to.calls = append(to.calls, call{r.Header, body})
		n := len(to.calls)
		to.mu.Unlock()
		answer(n, w, r)
	}))
	t.Cleanup(to.Close)
	return to
}

func (r *receiver) all() []call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.calls)
}

func ok(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// signedBy reports whether one of a call's signatures is this secret's.
func (c call) signedBy(t *testing.T, secret string) bool {
	t.Helper()
	key, err := sign.Key(secret)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, c.stamp(t))
	if err != nil {
		t.Fatal(err)
	}
	want := http.Header{}
	sign.Sign(want, c.header.Get(sign.ID), at, c.body, key)
	return slices.Contains(strings.Fields(c.header.Get(sign.Signature)), want.Get(sign.Signature))
}

func (c call) stamp(t *testing.T) string {
	t.Helper()
	var seconds int64
	if err := json.Unmarshal([]byte(c.header.Get(sign.Timestamp)), &seconds); err != nil {
		t.Fatal(err)
	}
	return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
}

func TestAnEndpointIsToldOnceAndSigned(t *testing.T) {
	h := newHooks(newRig(t))
	to := receive(t, ok)
	id, secret := h.endpoint(h.in, to.URL)
	h.start(true, time.Second)
	h.owe(h.in, id)
	d := h.until1(h.in, id, outbox.Sent)
	if len(d.Attempts) != 1 || *d.Attempts[0].Status != 204 || d.Message != "user.deleted" {
		t.Errorf("attempts %+v", d.Attempts)
	}
	calls := to.all()
	var e webhooks.Event
	if err := json.Unmarshal(calls[0].body, &e); err != nil {
		t.Fatal(err)
	}
	if len(calls) != 1 || !calls[0].signedBy(t, secret) || e.ID.String() != calls[0].header.Get(sign.ID) || e.Type != webhooks.UserDeleted || e.Tenant != h.in.Slug() {
		t.Errorf("calls %v", calls)
	}
}

func TestAFailingReceiverIsAskedAgainAndThenParked(t *testing.T) {
	h := newHooks(newRig(t))
	to := receive(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n < 4 || n > 4 {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "database is locked")
		}
	})
	id, _ := h.endpoint(h.in, to.URL)
	h.start(true, time.Second)
	h.owe(h.in, id)
	d := h.until1(h.in, id, outbox.Failed)
	if len(d.Attempts) != 3 || *d.Attempts[2].Status != 500 || d.Attempts[2].Answer != "database is locked" || d.LastError != "the receiver answered with status 500" {
		t.Errorf("parked as %+v", d)
	}
	if err := h.service.Resend(t.Context(), h.in, system, id, d.ID); err != nil {
		t.Fatal(err)
	}
	d = h.until1(h.in, id, outbox.Sent)
	calls := to.all()
	if len(d.Attempts) != 4 || calls[0].header.Get(sign.ID) != calls[3].header.Get(sign.ID) || string(calls[0].body) != string(calls[3].body) {
		t.Errorf("sent again as %+v", d)
	}
}

func TestBothSecretsSignWhileOneIsReplaced(t *testing.T) {
	h := newHooks(newRig(t))
	to := receive(t, ok)
	id, first := h.endpoint(h.in, to.URL)
	_, second, err := h.service.Rotate(t.Context(), h.in, system, id)
	if err != nil {
		t.Fatal(err)
	}
	h.start(true, time.Second)
	h.owe(h.in, id)
	h.until1(h.in, id, outbox.Sent)
	c := to.all()[0]
	if !c.signedBy(t, first) || !c.signedBy(t, second) {
		t.Error("a secret does not sign")
	}
	_, third, err := h.service.Rotate(t.Context(), h.in, system, id)
	if err != nil {
		t.Fatal(err)
	}
	h.owe(h.in, id)
	h.until("the second call", func() bool { return len(to.all()) == 2 })
	if c = to.all()[1]; c.signedBy(t, first) || !c.signedBy(t, second) || !c.signedBy(t, third) {
		t.Error("not the two last secrets sign")
	}
	if _, err := h.house.Owner(t).ExecContext(t.Context(), `update webhook_endpoints set old_until = now() - interval '1 second' where id = $1`, id); err != nil {
		t.Fatal(err)
	}
	h.owe(h.in, id)
	h.until("the third call", func() bool { return len(to.all()) == 3 })
	if c = to.all()[2]; c.signedBy(t, second) || !c.signedBy(t, third) {
		t.Error("a secret signs after its time")
	}
}

// MSG-05, MSG-06: whatever the name was when it was saved, what it leads to is looked at when it is dialled.
func TestMSG06APrivateAddressIsNotDialled(t *testing.T) {
	h := newHooks(newRig(t))
	to := receive(t, ok)
	tls := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("called") }))
	t.Cleanup(tls.Close)
	h.start(false, time.Second)
	for address, reason := range map[string]string{to.URL: publicnet.ErrNotHTTPS.Error(), tls.URL: publicnet.ErrNotPublic.Error()} {
		id, _ := h.endpoint(h.in, address)
		h.owe(h.in, id)
		d := h.until1(h.in, id, outbox.Failed)
		if d.LastError != reason || d.Attempts[0].Status != nil || len(to.all()) != 0 {
			t.Errorf("%s: %+v", address, d)
		}
	}
}

// MSG-07: no redirect is followed, wherever it leads.
func TestMSG07ARedirectIsNotFollowed(t *testing.T) {
	h := newHooks(newRig(t))
	inside := receive(t, ok)
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
		to := receive(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", inside.URL)
			w.WriteHeader(status)
		})
		id, _ := h.endpoint(h.in, to.URL)
		h.owe(h.in, id)
	}
	h.start(true, time.Second)
	all, err := h.service.List(t.Context(), h.in)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		d := h.until1(h.in, e.ID, outbox.Failed)
		if d.LastError != publicnet.ErrRedirected.Error() || *d.Attempts[0].Status/100 != 3 {
			t.Errorf("%+v", d)
		}
	}
	if n := len(inside.all()); n != 0 {
		t.Errorf("%d calls inside", n)
	}
}

// MSG-08: receivers that hang, trickle, flood or break off are a matter between them and their tenant.
func TestMSG08AHangingReceiverDelaysNobodyElse(t *testing.T) {
	h := newHooks(lonelyRig(t))
	h.box.Own = nil // real pauses: the failed stay away
	bad := receive(t, func(n int, w http.ResponseWriter, r *http.Request) {
		switch n % 4 {
		case 0:
			<-r.Context().Done()
		case 1:
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, "x")
				_ = http.NewResponseController(w).Flush() // it hangs up some time
				time.Sleep(100 * time.Millisecond)
			}
		case 2:
			w.WriteHeader(http.StatusInternalServerError)
			for chunk := strings.Repeat("x", 1<<20); r.Context().Err() == nil; {
				if _, err := io.WriteString(w, chunk); err != nil {
					return
				}
			}
		default:
			panic(http.ErrAbortHandler)
		}
	})
	id, _ := h.endpoint(h.in, bad.URL)
	for range 400 {
		h.owe(h.in, id)
	}
	h.start(true, 5*time.Second)
	h.until("calls of the bad receiver", func() bool { return len(bad.all()) >= 4 })

	to := receive(t, ok)
	other := h.house.Tenant(t, "")
	quick, _ := h.endpoint(other, to.URL)
	since := time.Now()
	for range 10 {
		h.owe(other, quick)
	}
	mail := h.addTo(other, job("mia@example.org"))
	own := h.add(job("anna@example.org"))
	h.until("the other tenant's events", func() bool { return len(to.all()) == 10 })
	h.until("the mails", func() bool {
		return slices.Contains(sentIDs(h.smtp.Messages()), mail.String()) && slices.Contains(sentIDs(h.smtp.Messages()), own.String())
	})
	if took := time.Since(since); took > 2*time.Second {
		t.Errorf("others waited for %s", took)
	}
}

func TestWhoIsNotToBeToldIsNotCalled(t *testing.T) {
	h := newHooks(newRig(t))
	to := receive(t, ok)
	id, _ := h.endpoint(h.in, to.URL)
	no := false
	if _, err := h.service.Change(t.Context(), h.in, system, id, webhooks.Draft{Active: &no}); err != nil {
		t.Fatal(err)
	}
	h.owe(h.in, id)
	h.start(true, time.Second)
	if d := h.until1(h.in, id, outbox.Failed); d.LastError != "the endpoint is switched off" || len(to.all()) != 0 {
		t.Errorf("%+v", d)
	}
	if _, err := h.service.Try(t.Context(), h.in, system, id); err != nil {
		t.Fatal(err)
	}
	h.until("the test", func() bool { return len(to.all()) == 1 })
}
