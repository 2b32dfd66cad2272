package outbox

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
)

// The states of a job.
const (
	Pending   = "pending"   // waiting, leased, or waiting for the next attempt
	Sent      = "sent"      // done
	Failed    = "failed"    // given up; Resend tries again
	Expired   = "expired"   // dropped, because what it carries does not work any more
	Cancelled = "cancelled" // withdrawn before it was done
)

// retried is the outcome of an attempt that another one follows; the other outcomes are states.
const retried = "retry"

// ErrLost says that the job is in other hands, or done, by now; what the caller wanted to write was not written.
var ErrLost = errors.New("the lease on this job is lost")

// mine turns "no row changed" into ErrLost.
func mine(n int64, err error) error {
	if err == nil && n == 0 {
		return ErrLost
	}
	return err
}

// Done records that the job is done; its secrets are deleted. It returns ErrLost when the lease has gone to another.
func (b *Box) Done(ctx context.Context, in *tenants.Scope, c Claimed, answer string) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error { return b.end(ctx, tx, c, Sent, answer) })
}

// Fail records that trying again is pointless. The secrets stay until they expire, for Resend.
func (b *Box) Fail(ctx context.Context, in *tenants.Scope, c Claimed, answer string) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error { return b.end(ctx, tx, c, Failed, answer) })
}

const putOff = `update outbox set not_before = now() + make_interval(secs => $4), queued_at = null, lease_until = null, last_error = $5
	where tenant_id = $1 and id = $2 and lease = $3 and state = 'pending' and lease_until is not null`

// Retry records a failed attempt and puts the job off by the pause due. Without a further attempt, or when the job
// would have expired by then, it has failed.
func (b *Box) Retry(ctx context.Context, in *tenants.Scope, c Claimed, answer string) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		pause, more := b.pause(c.Kind, c.Attempt)
		if !more || !c.ExpiresAt.IsZero() && !tx.Now().Add(pause).Before(c.ExpiresAt) {
			return b.end(ctx, tx, c, Failed, answer)
		}
		if err := mine(tx.Exec(ctx, putOff, c.ID, c.number, pause.Seconds(), tidy(answer))); err != nil {
			return err
		}
		return record(ctx, tx, c.ID, retried, c.said(answer))
	})
}

const handBack = `update outbox set not_before = now(), queued_at = null, lease_until = null, attempts = attempts - 1
	where tenant_id = $1 and id = $2 and lease = $3 and state = 'pending' and lease_until is not null`

// Release hands a job back untried, for another worker to take at once.
func (b *Box) Release(ctx context.Context, in *tenants.Scope, c Claimed) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error { return mine(tx.Exec(ctx, handBack, c.ID, c.number)) })
}

const postpone = `update outbox set not_before = now() + make_interval(secs => $3), queued_at = null
	where tenant_id = $1 and id = $2 and state = 'pending' and not_before <= now() and (lease_until is null or lease_until < now())`

// Postpone puts off a job that nobody has claimed. It is no attempt.
func (b *Box) Postpone(ctx context.Context, in *tenants.Scope, id uuid.UUID, by time.Duration) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		_, err := tx.Exec(ctx, postpone, id, by.Seconds())
		return err
	})
}

const endJob = `update outbox set state = $4, done_at = now(), lease_until = null, last_error = $5,
		sealed = case when $4 = 'failed' then sealed end
	where tenant_id = $1 and id = $2 and lease = $3 and state = 'pending' and lease_until is not null`

// end closes a leased job.
func (b *Box) end(ctx context.Context, tx *tenants.Tx, c Claimed, state, answer string) error {
	lastError := tidy(answer)
	if state == Sent {
		lastError = ""
	}
	if err := mine(tx.Exec(ctx, endJob, c.ID, c.number, state, lastError)); err != nil {
		return err
	}
	return record(ctx, tx, c.ID, state, c.said(answer))
}

const dropJob = `update outbox set state = $3, done_at = now(), lease_until = null, last_error = $4,
	sealed = case when $3 = 'failed' then sealed end where tenant_id = $1 and id = $2`

// drop closes a job that is locked by the transaction and not leased.
func (b *Box) drop(ctx context.Context, tx *tenants.Tx, id uuid.UUID, state, answer string) error {
	if _, err := tx.Exec(ctx, dropJob, id, state, answer); err != nil {
		return err
	}
	return record(ctx, tx, id, state, heard{answer: answer})
}

// Attempts are numbered through, also across Resend, which lets the job's own count begin anew.
const insertAttempt = `insert into delivery_attempts (tenant_id, outbox_id, attempt, outcome, answer, status, kind)
	select $1, $2, coalesce(max(attempt), 0) + 1, $3, $4, nullif($5::integer, 0), (select kind from outbox where tenant_id = $1 and id = $2)
	from delivery_attempts where tenant_id = $1 and outbox_id = $2`

// record notes an attempt of a job whose row the transaction has locked.
func record(ctx context.Context, tx *tenants.Tx, id uuid.UUID, outcome string, h heard) error {
	_, err := tx.Exec(ctx, insertAttempt, id, outcome, tidy(h.answer), h.status)
	return err
}

// maxAnswer bounds what is kept of the other side's words, in characters.
const maxAnswer = 500

// tidy makes an answer something PostgreSQL can keep and people can read.
func tidy(answer string) string {
	answer = strings.ReplaceAll(strings.ToValidUTF8(answer, "�"), "\x00", "")
	if r := []rune(answer); len(r) > maxAnswer {
		return string(r[:maxAnswer-1]) + "…"
	}
	return answer
}
