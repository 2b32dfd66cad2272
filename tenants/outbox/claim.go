package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
)

// Claimed is a job in the hands of one worker. It prints without its secrets.
type Claimed struct {
	ID        uuid.UUID
	Kind      string
	UserID    int64 // 0: none
	Recipient string
	Payload   map[string]any
	Attempt   int // 1 for the first
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never

	heard  *heard
	number int64 // the fencing number: an older one changes nothing any more
	sealed []byte
	open   func(sealed []byte) ([]byte, error)
}

// Secret opens what Job.Secret held; nil if it was empty.
func (c Claimed) Secret() (map[string]any, error) {
	if c.sealed == nil {
		return nil, nil
	}
	plain, err := c.open(c.sealed)
	if err != nil {
		return nil, err
	}
	var secret map[string]any
	return secret, json.Unmarshal(plain, &secret)
}

// heard is what the other side answered to an attempt.
type heard struct {
	status int // of HTTP or SMTP; 0: none
	answer string
}

// Heard notes the answer of the other side, by its status and words, for the attempt's row. It may come before the
// failure or success that the answer means.
func (c Claimed) Heard(status int, answer string) { *c.heard = heard{status, answer} }

// said is what the attempt's row keeps: the other side's words, else the given ones.
func (c Claimed) said(otherwise string) heard {
	h := *c.heard
	if h.answer == "" {
		h.answer = otherwise
	}
	return h
}

// ErrNothing says that there is nothing to do: the job is done, not due, or in other hands.
var ErrNothing = errors.New("nothing to do for this job")

type row struct {
	Kind       string     `db:"kind"`
	UserID     int64      `db:"user_id"`
	Recipient  string     `db:"recipient"`
	Payload    []byte     `db:"payload"`
	Sealed     []byte     `db:"sealed"`
	State      string     `db:"state"`
	Counted    bool       `db:"counted"`
	Held       bool       `db:"held"`
	Attempts   int        `db:"attempts"`
	CreatedAt  time.Time  `db:"created_at"`
	NotBefore  time.Time  `db:"not_before"`
	ExpiresAt  *time.Time `db:"expires_at"`
	Lease      int64      `db:"lease"`
	LeaseUntil *time.Time `db:"lease_until"`
}

const (
	lockJob = `select kind, coalesce(user_id, 0) as user_id, recipient, payload, sealed, state, counted, held, attempts, created_at,
		not_before, expires_at, lease, lease_until from outbox where tenant_id = $1 and id = $2 for update`
	leaseJob = `update outbox set lease = lease + 1, lease_until = now() + make_interval(secs => $3), attempts = attempts + 1
		where tenant_id = $1 and id = $2`
)

// Claim leases the job to the caller for b.Lease, or returns ErrNothing. A job past its expiry is marked expired
// instead of leased; one whose attempts are used up, the last without a word from its worker, has failed. A message over a
// limit of the tenant is held until LetGo.
func (b *Box) Claim(ctx context.Context, in *tenants.Scope, id uuid.UUID) (Claimed, error) {
	var r row
	var leased bool
	err := in.Tx(ctx, func(tx *tenants.Tx) (err error) {
		r, leased = row{}, false
		if err = tx.Get(ctx, &r, lockJob, id); err == nil {
			leased, err = b.lease(ctx, tx, id, r)
		}
		return err
	})
	switch {
	case errors.Is(err, tenants.ErrNoRows), err == nil && !leased:
		return Claimed{}, ErrNothing
	case err != nil:
		return Claimed{}, err
	}
	return b.claimed(in, id, r)
}

// lease decides about a locked row and reports whether the caller has the job now.
func (b *Box) lease(ctx context.Context, tx *tenants.Tx, id uuid.UUID, r row) (bool, error) {
	if r.State != Pending || r.Held || r.NotBefore.After(tx.Now()) || r.LeaseUntil != nil && r.LeaseUntil.After(tx.Now()) {
		return false, nil
	}
	if r.LeaseUntil != nil { // whoever had it died or lost the database
		if err := record(ctx, tx, id, retried, heard{answer: "the worker stopped before it was done"}); err != nil {
			return false, err
		}
	}
	switch {
	case r.ExpiresAt != nil && !r.ExpiresAt.After(tx.Now()):
		return false, b.drop(ctx, tx, id, Expired, "it expired before it could be sent")
	case r.Attempts > len(b.pauses(r.Kind)):
		return false, b.drop(ctx, tx, id, Failed, "no worker survived it")
	}
	if counts(r.Kind) && !r.Counted {
		return b.take(ctx, tx, id, r.Kind)
	}
	_, err := tx.Exec(ctx, leaseJob, id, b.Lease.Seconds())
	return err == nil, err
}

func (b *Box) claimed(in *tenants.Scope, id uuid.UUID, r row) (Claimed, error) {
	c := Claimed{
		ID: id, Kind: r.Kind, UserID: r.UserID, Recipient: r.Recipient, Attempt: r.Attempts + 1,
		CreatedAt: r.CreatedAt.UTC(), heard: &heard{}, number: r.Lease + 1, sealed: r.Sealed,
	}
	if r.ExpiresAt != nil {
		c.ExpiresAt = r.ExpiresAt.UTC()
	}
	c.open = func(sealed []byte) ([]byte, error) { return b.sealer.Open(sealed, Place(in.ID(), id.String())) }
	return c, json.Unmarshal(r.Payload, &c.Payload)
}

// prolong also lets a worker take its job back whose lease ran out while nobody else wanted it.
const prolong = `update outbox set lease_until = now() + make_interval(secs => $4)
	where tenant_id = $1 and id = $2 and lease = $3 and state = 'pending' and lease_until is not null`

// Renew begins the lease anew, or returns ErrLost.
func (b *Box) Renew(ctx context.Context, in *tenants.Scope, c Claimed) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		return mine(tx.Exec(ctx, prolong, c.ID, c.number, b.Lease.Seconds()))
	})
}
