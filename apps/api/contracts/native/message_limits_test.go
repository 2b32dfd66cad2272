package native_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/hold"
)

// mailed is a tenant whose messages the test sends itself, as a worker would.
type mailed struct {
	t  *testing.T
	s  *apitest.Server
	in *tenants.Scope
	apitest.Admin
}

func newMailed(t *testing.T, limits obj) mailed {
	t.Helper()
	t.Parallel()
	s := apitest.Shared(t)
	m := mailed{t, s, s.Tenant(t, ""), s.Operator(t)}
	m.limit(limits)
	return m
}

func (m mailed) limit(limits obj) {
	m.t.Helper()
	m.Put(apitest.Tenant(m.in, "/limits"), limits).Is(200)
}

func (m mailed) usage() *apitest.Answer {
	m.t.Helper()
	a := m.Get(apitest.Tenant(m.in, "/usage")).Is(200)
	return &a
}

// owe has n messages waiting and gives their ids in order.
func (m mailed) owe(n int, kind string, expires time.Time) (ids []uuid.UUID) {
	m.t.Helper()
	for i := range n {
		err := m.in.Tx(m.t.Context(), func(tx *tenants.Tx) error {
			id, err := m.s.Box.Add(m.t.Context(), tx, outbox.Job{
				Kind: kind, Recipient: fmt.Sprintf("p%d@example.com", i), Payload: map[string]any{"message": "approved"}, ExpiresAt: expires,
			})
			ids = append(ids, id)
			return err
		})
		if err != nil {
			m.t.Fatal(err)
		}
	}
	return ids
}

// send does what a worker does for each ring, and gives what became of them: s for sent, - for not.
func (m mailed) send(ids []uuid.UUID) (did string) {
	m.t.Helper()
	for _, id := range ids {
		c, err := m.s.Box.Claim(m.t.Context(), m.in, id)
		switch {
		case errors.Is(err, outbox.ErrNothing):
			did += "-"
			continue
		case err == nil:
			err = m.s.Box.Done(m.t.Context(), m.in, c, "")
		}
		if err != nil {
			m.t.Fatal(err)
		}
		did += "s"
	}
	return did
}

// letGo does what the workers do every second.
func (m mailed) letGo() {
	m.t.Helper()
	if err := hold.Round(m.t.Context(), m.s.House.Registry, m.s.Box); err != nil {
		m.t.Fatal(err)
	}
}

func (m mailed) sent(ids []uuid.UUID, want string) {
	m.t.Helper()
	if did := m.send(ids); did != want {
		m.t.Fatalf("sent %s, wanted %s", did, want)
	}
}

// over makes the day, or month, be one that is over.
func (m mailed) over(per string) {
	m.t.Helper()
	m.s.Exec(m.t, `update message_limits set day = day - $2::interval, full_until = now() where tenant_id = $1`, m.in.ID(), "1 "+per)
}

func TestAMessageOverTheLimitWaitsForTheNextDay(t *testing.T) {
	m := newMailed(t, obj{"mails_per_day": 2})
	ids := m.owe(5, "mail", time.Time{})
	m.sent(ids, "ss---")
	m.letGo() // not before the day is over
	m.sent(ids, "-----")
	if u := m.usage(); u.Int("messages.mails.today") != 2 || u.Int("messages.mails.waiting") != 3 || u.Text("messages.mails.reached") != "mails_per_day" {
		t.Errorf("%s", u.Body)
	}
	list := m.Get(apitest.Tenant(m.in, "/deliveries?sort=created_at")).Is(200)
	next := time.Now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour).Format(time.RFC3339)
	if list.Text("data.2.waits_for") != "mails_per_day" || list.Text("data.2.next_try_at") != next || list.Value("data.0.waits_for") != nil || list.Text("data.4.state") != "pending" {
		t.Errorf("%s", list.Body)
	}
	// The next day those go who came first, before whoever comes then.
	m.over("day")
	late := m.owe(1, "mail", time.Time{})
	m.sent(late, "-")
	m.letGo()
	m.sent(append(late, ids...), "---ss-")
	m.over("day")
	m.letGo()
	m.sent(append(late, ids[4]), "ss")
	if u := m.usage(); u.Int("messages.mails.today") != 2 || u.Int("messages.mails.month") < 2 || u.Int("messages.mails.waiting") != 0 {
		t.Errorf("%s", u.Body)
	}
}

func TestRaisingALimitLetsMessagesGoAtOnce(t *testing.T) {
	m := newMailed(t, obj{"mails_per_day": 0, "texts_per_month": 1})
	mails, texts := m.owe(4, "mail", time.Time{}), m.owe(2, "sms", time.Time{})
	m.sent(mails, "----")
	m.sent(texts, "s-")
	if u := m.usage(); u.Text("messages.texts.reached") != "texts_per_month" || u.Int("messages.mails.waiting") != 4 {
		t.Errorf("%s", u.Body)
	}
	m.limit(obj{"mails_per_day": 1, "texts_per_month": 1})
	m.letGo()
	m.sent(mails, "s---")
	m.sent(texts, "--")
	m.limit(obj{})
	m.letGo()
	m.sent(mails, "-sss")
	m.sent(texts, "-s")
	if u := m.usage(); u.Value("messages.mails.reached") != nil || u.Value("messages.mails.goes_on_at") != nil {
		t.Errorf("%s", u.Body)
	}
	m.sent(m.owe(1, "mail", time.Time{}), "s")
}

func TestAMonthIsCountedThroughItsDays(t *testing.T) {
	m := newMailed(t, obj{"texts_per_month": 3, "texts_per_day": 2})
	m.s.Exec(t, `update message_limits set day = date_trunc('month', now() at time zone 'utc')::date where tenant_id = $1`, m.in.ID())
	m.s.Exec(t, `update message_limits set of_day = 2, of_month = 2 where tenant_id = $1 and kind = 'sms'`, m.in.ID())
	if time.Now().UTC().Day() == 1 { // yesterday was another month
		m.s.Exec(t, `update message_limits set of_day = 0 where tenant_id = $1`, m.in.ID())
	}
	ids := m.owe(3, "sms", time.Time{})
	m.sent(ids, "s--")
	if u := m.usage(); u.Int("messages.texts.month") != 3 || u.Text("messages.texts.reached") != "texts_per_month" {
		t.Errorf("%s", u.Body)
	}
	m.over("month")
	m.letGo()
	m.sent(ids, "-ss")
	if u := m.usage(); u.Int("messages.texts.month") != 2 || u.Text("messages.texts.reached") != "texts_per_day" {
		t.Errorf("%s", u.Body)
	}
}

// A code that works no more is of no use to anybody tomorrow, and takes nobody's room.
func TestAMessageThatWaitedTooLongIsDroppedAndDoesNotCount(t *testing.T) {
	m := newMailed(t, obj{"mails_per_day": 1})
	short := m.owe(3, "mail", time.Now().Add(time.Hour))
	long := m.owe(1, "mail", time.Time{})
	m.sent(append(short, long...), "s---")
	m.s.Exec(t, `update outbox set expires_at = now() where tenant_id = $1 and held and expires_at is not null`, m.in.ID())
	m.letGo()
	m.sent(short, "---")
	list := m.Get(apitest.Tenant(m.in, "/deliveries?state=expired")).Is(200)
	if len(list.List("data", "id")) != 2 || list.Value("data.0.waits_for") != nil {
		t.Errorf("%s", list.Body)
	}
	m.over("day")
	m.letGo()
	m.sent(long, "s")
	if u := m.usage(); u.Int("messages.mails.today") != 1 {
		t.Errorf("%s", u.Body)
	}
}

// What counts is the message: not its attempts, and not that it was sent again by hand.
func TestAMessageCountsOnceHoweverOftenItIsTried(t *testing.T) {
	m := newMailed(t, obj{"mails_per_day": 1})
	id := m.owe(1, "mail", time.Time{})[0]
	claim := func() outbox.Claimed {
		c, err := m.s.Box.Claim(t.Context(), m.in, id)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if err := m.s.Box.Retry(t.Context(), m.in, claim(), "450 later"); err != nil {
		t.Fatal(err)
	}
	m.s.Exec(t, `update outbox set not_before = now() where tenant_id = $1`, m.in.ID())
	if err := m.s.Box.Release(t.Context(), m.in, claim()); err != nil {
		t.Fatal(err)
	}
	if err := m.s.Box.Fail(t.Context(), m.in, claim(), "550 no"); err != nil {
		t.Fatal(err)
	}
	m.Post(apitest.Tenant(m.in, "/deliveries/", id.String(), "/resend"), nil).Is(202)
	m.sent([]uuid.UUID{id}, "s")
	if u := m.usage(); u.Int("messages.mails.today") != 1 || u.Int("messages.mails.waiting") != 0 {
		t.Errorf("%s", u.Body)
	}
	// One that is withdrawn while it waits is not let go any more.
	second := m.owe(1, "mail", time.Time{})
	m.sent(second, "-")
	m.Post(apitest.Tenant(m.in, "/deliveries/", second[0].String(), "/cancel"), nil).Is(204)
	m.limit(obj{"mails_per_day": 2})
	m.letGo()
	m.sent(second, "-")
	m.sent(m.owe(2, "mail", time.Time{}), "s-")
}

func TestHoweverManyWorkersALimitHoldsAndNoOtherTenantWaits(t *testing.T) {
	m := newMailed(t, obj{"mails_per_day": 20})
	other := mailed{t, m.s, m.s.Tenant(t, ""), m.Admin}
	ids, free := m.owe(60, "mail", time.Time{}), other.owe(60, "mail", time.Time{})
	crowd := func() (sent, others int64) {
		var a, b atomic.Int64
		var workers sync.WaitGroup
		take := func(in *tenants.Scope, id uuid.UUID, taken *atomic.Int64) {
			c, err := m.s.Box.Claim(t.Context(), in, id)
			if err == nil {
				taken.Add(1)
				err = m.s.Box.Done(t.Context(), in, c, "")
			}
			if err != nil && !errors.Is(err, outbox.ErrNothing) {
				t.Error(err)
			}
		}
		for range 4 {
			workers.Go(func() {
				for i := range ids {
					take(m.in, ids[i], &a)
					take(other.in, free[i], &b)
				}
			})
			workers.Go(func() {
				if err := hold.Round(t.Context(), m.s.House.Registry, m.s.Box); err != nil {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		return a.Load(), b.Load()
	}
	if sent, others := crowd(); sent != 20 || others != 60 {
		t.Fatalf("%d of 20 sent, of the other tenant %d of 60", sent, others)
	}
	m.over("day")
	m.letGo()
	if sent, _ := crowd(); sent != 20 {
		t.Fatalf("%d of 20 sent the next day", sent)
	}
	if u := m.usage(); u.Int("messages.mails.today") != 20 || u.Int("messages.mails.waiting") != 20 {
		t.Errorf("%s", u.Body)
	}
	if u := other.usage(); u.Int("messages.mails.today") != 60 || u.Value("limits.mails_per_day") != nil {
		t.Errorf("%s", u.Body)
	}
}

func TestOnlyOperatorsLimitMessagesAndOnlySensibly(t *testing.T) {
	m := newMailed(t, obj{"mails_per_day": 5, "max_users": 7})
	limits := apitest.Tenant(m.in, "/limits")
	for _, field := range []string{"mails_per_day", "mails_per_month", "texts_per_day", "texts_per_month"} {
		for _, bad := range []any{-1, int64(1_000_000_001)} {
			m.Put(limits, obj{field: bad}).Refused(400, "validation_failed", field+":out_of_range")
		}
		m.Put(limits, obj{field: 1.5}).Refused(400, "validation_failed", field+":not_an_integer")
	}
	m.Put(limits, obj{"mails_per_day": -1, "texts_per_day": -1}).Refused(400, "validation_failed", "mails_per_day:out_of_range", "texts_per_day:out_of_range")
	owner := m.s.Staff(t, m.in, "owner")
	owner.Put(limits, obj{"mails_per_day": 100}).Is(403)
	if use := owner.Get(apitest.Tenant(m.in, "/usage")).Is(200); use.Int("limits.mails_per_day") != 5 || use.Int("limits.max_users") != 7 {
		t.Errorf("%s", use.Body)
	}
	a := m.Put(limits, obj{"texts_per_day": 0, "texts_per_month": 9}).Is(200) // what is not said is no limit
	if a.Value("mails_per_day") != nil || a.Value("max_users") != nil || a.Int("texts_per_month") != 9 || a.Value("texts_per_day") != 0.0 {
		t.Errorf("%s", a.Body)
	}
	trail := m.Get(apitest.Tenant(m.in, "/audit?action=tenant.limited")).Is(200)
	if trail.Value("data.0.details.from.mails_per_day") != 5.0 || trail.Value("data.0.details.to.mails_per_day") != nil || trail.Value("data.0.details.to.texts_per_month") != 9.0 {
		t.Errorf("%s", trail.Body)
	}
}
