package outbox_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// ownBox is the platform's outbox, of which there is one only: who uses it here does so one after another.
type ownBox struct {
	*testing.T
	*outbox.Box
	db *tenants.DB
}

type ownRow struct {
	State   string     `db:"state"`
	Sealed  []byte     `db:"sealed"`
	Done    bool       `db:"done"`
	Error   string     `db:"last_error"`
	Payload string     `db:"payload"`
	Wait    float64    `db:"wait"` // seconds until the next attempt
	ID      uuid.UUID  `db:"id"`
	Lease   *time.Time `db:"lease_until"`
}

func (o ownBox) owe(until time.Duration) {
	o.Helper()
	j := mail("olga@example.org")
	j.ExpiresAt = time.Now().Add(until)
	must(o.T, o.db.Tx(o.Context(), func(tx *tenants.PlatformTx) error { return o.AddPlatform(o.Context(), tx, j) }))
}

func (o ownBox) claim() outbox.Claimed {
	o.Helper()
	c, err := o.ClaimPlatform(o.Context(), o.db)
	must(o.T, err)
	return c
}

func (o ownBox) nothing() {
	o.Helper()
	if c, err := o.ClaimPlatform(o.Context(), o.db); !errors.Is(err, outbox.ErrNothing) {
		o.Fatalf("claimed %+v, %v", c, err)
	}
}

func (o ownBox) last() (r ownRow) {
	o.Helper()
	must(o.T, o.db.Get(o.Context(), &r, `select id, state, sealed, done_at is not null as done, last_error, payload::text, lease_until,
		extract(epoch from not_before - now())::float8 as wait from platform_outbox order by id desc limit 1`))
	return r
}

func TestMailsOfThePlatform(t *testing.T) {
	h := pgtest.Get(t)
	o := ownBox{t, outbox.New(h.Sealer), h.Platform}

	o.owe(time.Hour)
	if r := o.last(); strings.Contains(r.Payload+string(r.Sealed), secretKey) {
		t.Fatal("a secret is readable in the database")
	}
	first := o.claim()
	o.nothing() // it is leased
	if secret, err := first.Secret(); err != nil || secret["key"] != secretKey || first.Attempt != 1 {
		t.Fatalf("claimed %+v, %v, %v", first, secret, err)
	}
	must(t, o.ConcludePlatform(t.Context(), o.db, first, &outbox.Failure{Answer: "450 greylisted"}))
	if r := o.last(); r.State != outbox.Pending || r.Wait < 3 || r.Wait > 6 || r.Error != "450 greylisted" || r.Sealed == nil || r.Done || r.Lease != nil {
		t.Fatalf("after a failure that passes: %+v", r)
	}
	o.nothing()

	o.Pauses = make([]time.Duration, 11)
	must(t, h.Owner(t).QueryRowContext(t.Context(), `update platform_outbox set not_before = now() where state = 'pending' returning id`).Scan(new(uuid.UUID)))
	second := o.claim()
	must(t, o.ReleasePlatform(t.Context(), o.db, second))
	third := o.claim()
	if err := o.ConcludePlatform(t.Context(), o.db, second, nil); !errors.Is(err, outbox.ErrLost) {
		t.Fatalf("who gave it back concluded it: %v", err)
	}
	must(t, o.ConcludePlatform(t.Context(), o.db, third, nil))
	if r := o.last(); r.State != outbox.Sent || r.Sealed != nil || !r.Done {
		t.Fatalf("sent: %+v", r)
	}
	o.nothing()
}

func TestMailsOfThePlatformThatAreTooLate(t *testing.T) {
	h := pgtest.Get(t)
	o := ownBox{t, outbox.New(h.Sealer), h.Platform}

	o.owe(-time.Second)
	o.nothing()
	if r := o.last(); r.State != outbox.Expired || r.Sealed != nil || !r.Done {
		t.Fatalf("past its expiry: %+v", r)
	}

	o.owe(3 * time.Second) // sooner than the next attempt would be
	must(t, o.ConcludePlatform(t.Context(), o.db, o.claim(), &outbox.Failure{Answer: "450 later"}))
	if r := o.last(); r.State != outbox.Failed || r.Sealed != nil || !r.Done || r.Error != "450 later" {
		t.Fatalf("with no time for another attempt: %+v", r)
	}

	o.owe(time.Hour)
	must(t, o.ConcludePlatform(t.Context(), o.db, o.claim(), &outbox.Failure{Answer: "550 no such user", Final: true}))
	if r := o.last(); r.State != outbox.Failed || r.Sealed != nil || !r.Done {
		t.Fatalf("refused for good: %+v", r)
	}
}
