package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/tenants"
)

// Box takes jobs in and hands them out. Make one with New; change its fields only before first use. Safe for
// parallel use, also by many processes on one database.
type Box struct {
	// Lease is how long a claimed job belongs to its worker; Renew prolongs it. After a worker's death the job
	// waits for the rest of it.
	Lease time.Duration

	// Pauses are what follows the first, second, ... failed attempt, give or take a fifth. After the attempt that
	// has none the job has failed.
	Pauses []time.Duration

	// Own are the pauses of kinds of jobs that have their own.
	Own map[string][]time.Duration

	sealer *seal.Sealer
}

// Webhook is the kind of job that tells a tenant's endpoint of an event; its recipient is the endpoint's id.
const Webhook = "webhook"

// New makes a Box: leases of 15 s, and 12 attempts over about two days; for webhooks 11 over one day.
func New(sealer *seal.Sealer) *Box {
	return &Box{
		Lease: 15 * time.Second,
		Pauses: []time.Duration{
			5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 2 * time.Hour,
			4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 12 * time.Hour, 12 * time.Hour,
		},
		Own: map[string][]time.Duration{Webhook: {
			5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
			4 * time.Hour, 6 * time.Hour, 10 * time.Hour,
		}},
		sealer: sealer,
	}
}

// Job is something to do once the transaction has committed.
type Job struct {
	Kind      string         // which worker: "mail", ...
	UserID    int64          // the account it is about; 0: none
	Recipient string         // address or number
	Payload   map[string]any // what the worker needs; readable in the database, so never a secret
	Secret    map[string]any // codes and link tokens; sealed at rest, gone once the job is done
	ExpiresAt time.Time      // from then on it is dropped instead of done; zero: never
}

var errNoKind = errors.New("an outbox job needs a kind")

const insertJob = `insert into outbox (tenant_id, id, kind, user_id, recipient, payload, sealed, expires_at)
	values ($1, $2, $3, nullif($4::bigint, 0), $5, $6, $7, $8)`

// Add writes the job in the transaction of the change that owes it, and returns the id that stays with it: the
// Message-ID of a mail, the idempotency key of a provider.
func (b *Box) Add(ctx context.Context, tx *tenants.Tx, j Job) (uuid.UUID, error) {
	if j.Kind == "" {
		return uuid.Nil, errNoKind
	}
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	payload, err := json.Marshal(nonNil(j.Payload))
	if err != nil {
		return uuid.Nil, err
	}
	sealed, err := b.seal(Place(tx.Scope().ID(), id.String()), j.Secret)
	if err != nil {
		return uuid.Nil, err
	}
	_, err = tx.Exec(ctx, insertJob, id, j.Kind, j.UserID, j.Recipient, string(payload), sealed, orNull(j.ExpiresAt))
	return id, err
}

const insertJobs = `insert into outbox (tenant_id, id, kind, user_id, recipient, payload)
	select $1::uuid, id, kind, nullif(user_id, 0), recipient, payload
	from jsonb_to_recordset($2::jsonb) as r(id uuid, kind text, user_id bigint, recipient text, payload jsonb)`

type jobRow struct {
	ID        uuid.UUID      `json:"id"`
	Kind      string         `json:"kind"`
	UserID    int64          `json:"user_id"`
	Recipient string         `json:"recipient"`
	Payload   map[string]any `json:"payload"`
}

var errHasSecret = errors.New("jobs that are added together have neither secrets nor an end")

// AddAll is Add for many jobs in one trip. They have neither secrets nor an end.
func (b *Box) AddAll(ctx context.Context, tx *tenants.Tx, jobs []Job) error {
	if len(jobs) == 0 {
		return nil
	}
	rows := make([]jobRow, 0, len(jobs))
	for _, j := range jobs {
		switch {
		case j.Kind == "":
			return errNoKind
		case len(j.Secret) > 0 || !j.ExpiresAt.IsZero():
			return errHasSecret
		}
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		rows = append(rows, jobRow{id, j.Kind, j.UserID, j.Recipient, nonNil(j.Payload)})
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertJobs, string(raw))
	return err
}

// seal closes a job's secrets for the one place where they open; nil: there are none.
func (b *Box) seal(place string, secret map[string]any) ([]byte, error) {
	if len(secret) == 0 {
		return nil, nil
	}
	plain, err := json.Marshal(secret)
	if err != nil {
		return nil, err
	}
	return b.sealer.Seal(plain, place), nil
}

// Place is what the secrets of a tenant's job are sealed for, so that they open in no other row.
func Place(tenant uuid.UUID, id string) string { return "outbox/" + tenant.String() + "/" + id }

func nonNil(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
