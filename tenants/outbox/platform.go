package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
)

// platformLease is how long a mail of the platform belongs to who claimed it; longer than an attempt may take.
const platformLease = 2 * time.Minute

// platformPlace is what the secrets of a mail of the platform are sealed for.
func platformPlace(id uuid.UUID) string { return "platform outbox/" + id.String() }

// AddPlatform writes a mail of the platform itself, in the transaction of the change that owes it. Kind and UserID are of
// no meaning here.
func (b *Box) AddPlatform(ctx context.Context, tx *tenants.PlatformTx, j Job) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	payload, err := json.Marshal(nonNil(j.Payload))
	if err != nil {
		return err
	}
	sealed, err := b.seal(platformPlace(id), j.Secret)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into platform_outbox (id, recipient, payload, sealed, expires_at) values ($1, $2, $3, $4, $5)`,
		id, j.Recipient, string(payload), sealed, orNull(j.ExpiresAt))
	return err
}

// WithdrawPlatform drops the mails of a kind to an address that were not sent yet.
func (b *Box) WithdrawPlatform(ctx context.Context, tx *tenants.PlatformTx, message, recipient string) error {
	_, err := tx.Exec(ctx, `update platform_outbox set state = 'expired', done_at = now(), lease_until = null, sealed = null, last_error = 'withdrawn'
		where state = 'pending' and payload ->> 'message' = $1 and recipient = $2`, message, recipient)
	return err
}

const claimPlatform = `update platform_outbox o set attempts = attempts + 1, lease_until = now() + make_interval(secs => $1) from (
		select id from platform_outbox where state = 'pending' and not_before <= now() and (lease_until is null or lease_until < now())
		order by not_before limit 1 for update skip locked) due
	where o.id = due.id returning o.id, o.recipient, o.payload, o.sealed, o.attempts, o.created_at, o.expires_at, coalesce(o.expires_at <= now(), false) as expired`

type platformRow struct {
	ID        uuid.UUID  `db:"id"`
	Recipient string     `db:"recipient"`
	Payload   []byte     `db:"payload"`
	Sealed    []byte     `db:"sealed"`
	Attempts  int        `db:"attempts"`
	CreatedAt time.Time  `db:"created_at"`
	ExpiresAt *time.Time `db:"expires_at"`
	Expired   bool       `db:"expired"`
}

// ClaimPlatform gives the mail of the platform that is due, or ErrNothing. One past its expiry, or that several
// workers died of, is dropped.
func (b *Box) ClaimPlatform(ctx context.Context, db *tenants.DB) (Claimed, error) {
	for {
		var r platformRow
		err := db.Get(ctx, &r, claimPlatform, platformLease.Seconds())
		if errors.Is(err, sql.ErrNoRows) {
			return Claimed{}, ErrNothing
		}
		if err != nil {
			return Claimed{}, err
		}
		c := Claimed{ID: r.ID, Recipient: r.Recipient, Attempt: r.Attempts, CreatedAt: r.CreatedAt.UTC(), heard: &heard{}, number: int64(r.Attempts), sealed: r.Sealed}
		c.open = func(sealed []byte) ([]byte, error) { return b.sealer.Open(sealed, platformPlace(r.ID)) }
		if r.ExpiresAt != nil {
			c.ExpiresAt = r.ExpiresAt.UTC()
		}
		switch {
		case r.Expired:
			err = b.endPlatform(ctx, db, c, Expired, "it expired before it could be sent")
		case c.Attempt > len(b.pauses(""))+1:
			err = b.endPlatform(ctx, db, c, Failed, "no worker survived it")
		default:
			return c, json.Unmarshal(r.Payload, &c.Payload)
		}
		if err != nil && !errors.Is(err, ErrLost) {
			return Claimed{}, err
		}
	}
}

const endPlatformMail = `update platform_outbox set state = $3, done_at = now(), tried_at = now(), status = nullif($5::integer, 0), lease_until = null, last_error = $4, sealed = null
	where id = $1 and attempts = $2 and state = 'pending'`

func (b *Box) endPlatform(ctx context.Context, db *tenants.DB, c Claimed, state, answer string) error {
	return mine(db.Exec(ctx, endPlatformMail, c.ID, c.number, state, tidy(answer), c.heard.status))
}

// Nothing waits for a time at which it is past its expiry.
const putOffPlatformMail = `update platform_outbox o set not_before = next.try, tried_at = now(), status = nullif($5::integer, 0), lease_until = null, last_error = $4,
		state = case when o.expires_at <= next.try then 'failed' else o.state end, done_at = case when o.expires_at <= next.try then now() end,
		sealed = case when o.expires_at <= next.try then null else o.sealed end
	from (select now() + make_interval(secs => $3) as try) next where o.id = $1 and o.attempts = $2 and o.state = 'pending'`

const releasePlatformMail = `update platform_outbox set not_before = now(), lease_until = null where id = $1 and attempts = $2 and state = 'pending'`

// ConcludePlatform writes down what became of a claimed mail of the platform: sent, to be tried again after the pause due,
// or failed for good. Its secrets go with the end. It returns ErrLost when the mail is in other hands by now.
func (b *Box) ConcludePlatform(ctx context.Context, db *tenants.DB, c Claimed, f *Failure) error {
	if f == nil {
		return b.endPlatform(ctx, db, c, Sent, "")
	}
	pause, more := b.pause("", c.Attempt)
	if f.Final || !more {
		return b.endPlatform(ctx, db, c, Failed, f.Answer)
	}
	return mine(db.Exec(ctx, putOffPlatformMail, c.ID, c.number, pause.Seconds(), tidy(f.Answer), c.heard.status))
}

// ReleasePlatform hands a mail back that was not tried to the end, for another process to take at once.
func (b *Box) ReleasePlatform(ctx context.Context, db *tenants.DB, c Claimed) error {
	return mine(db.Exec(ctx, releasePlatformMail, c.ID, c.number))
}

// KeepPlatformMessage puts a mail of the platform into the sink of development.
func KeepPlatformMessage(ctx context.Context, db *tenants.DB, id uuid.UUID, m DevMessage) error {
	_, err := db.Exec(ctx, `insert into platform_dev_messages (id, recipient, kind, subject, body_text, body_html, data) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
		id, m.To, m.Kind, m.Subject, m.Text, m.HTML, string(m.Data))
	return err
}
