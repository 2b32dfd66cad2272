package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
)

// What a tenant may send a day and a month is counted by message, not by attempt: when a worker first takes it, or when it
// is let go after it waited. It counts for that day (UTC), also if it is tried again on a later one, sent again by hand, or
// does not arrive. What expired, or was cancelled before that, does not count.

// The day and month of the row m of message_limits may be over; then nothing was sent in the present ones.
const (
	today     = `(now() at time zone 'utc')::date`
	ofDay     = `case when m.day >= ` + today + ` then m.of_day else 0 end`
	ofMonth   = `case when m.day >= date_trunc('month', now() at time zone 'utc')::date then m.of_month else 0 end`
	fullMonth = `coalesce(` + ofMonth + ` >= m.per_month, false)`
	fullDay   = `coalesce(` + ofDay + ` >= m.per_day, false)`
	nextDay   = `(date_trunc('day', now() at time zone 'utc') + interval '1 day') at time zone 'utc'`
	nextMonth = `(date_trunc('month', now() at time zone 'utc') + interval '1 month') at time zone 'utc'`
)

// leaseCounted is leaseJob for a message that counts. It changes nothing when there is no room, or when others wait for
// room already; the row of the limits is locked in any case.
const leaseCounted = `with room as (
		insert into message_limits as m (tenant_id, kind, day, of_day, of_month) values ($1, $4, ` + today + `, 1, 1)
		on conflict (tenant_id, kind) do update set of_day = ` + ofDay + ` + 1, of_month = ` + ofMonth + ` + 1, day = greatest(m.day, ` + today + `)
		where m.full_until is null and not (` + fullDay + `) and not (` + fullMonth + `) returning true)
	update outbox set lease = lease + 1, lease_until = now() + make_interval(secs => $3), attempts = attempts + 1, counted = true
	from room where tenant_id = $1 and id = $2`

const (
	holdJob = `update outbox set held = true, queued_at = null, lease_until = null where tenant_id = $1 and id = $2`
	full    = `update message_limits m set full_of = case when ` + fullMonth + ` then 'month' else 'day' end,
		full_until = case when ` + fullMonth + ` then ` + nextMonth + ` else ` + nextDay + ` end where tenant_id = $1 and kind = $2`
	firstFull = full + ` and full_until is null`
)

// counts reports whether jobs of the kind go to people, so that they count.
func counts(kind string) bool {
	for _, of := range channels {
		if of == kind {
			return true
		}
	}
	return false
}

// take leases a message if the tenant's limits leave room for it, and holds it otherwise.
func (b *Box) take(ctx context.Context, tx *tenants.Tx, id uuid.UUID, kind string) (bool, error) {
	n, err := tx.Exec(ctx, leaseCounted, id, b.Lease.Seconds(), kind)
	if err != nil || n > 0 {
		return err == nil, err
	}
	if _, err = tx.Exec(ctx, holdJob, id); err == nil {
		_, err = tx.Exec(ctx, firstFull, kind)
	}
	return false, err
}

// Line is where messages of one kind wait for room under a tenant's limits.
type Line struct {
	Tenant uuid.UUID `db:"tenant_id"`
	Kind   string    `db:"kind"`
}

// Nothing of a suspended tenant is sent, so it is not let go either.
const dueLines = `select m.tenant_id, m.kind from message_limits m join tenants t on t.id = m.tenant_id
	where m.full_until <= now() and t.suspended_at is null order by m.full_until`

// DueLines gives the lines of all tenants that may have room now: their day or month is over, or an operator has changed the
// limits.
func DueLines(ctx context.Context, platform *tenants.DB) (all []Line, err error) {
	return all, platform.Select(ctx, &all, dueLines)
}

const letLateGo = `update outbox set held = false where (tenant_id, id) in
	(select tenant_id, id from outbox where state = 'pending' and held and expires_at <= now() limit $1)`

// LetLateGo takes messages out of all lines that are of no use any more, for Claim to drop, which it does without counting
// them.
func LetLateGo(ctx context.Context, platform *tenants.DB) error {
	for {
		if n, err := platform.Exec(ctx, letLateGo, batch); err != nil || n < batch {
			return err
		}
	}
}

// batch is how many messages are let go in one transaction.
const batch = 500

const (
	lockLine = `select least(m.per_day - ` + ofDay + `, m.per_month - ` + ofMonth + `) as room from message_limits m
		where tenant_id = $1 and kind = $2 and full_until <= now() for update`
	// The place in the line goes on to be the place among what is due.
	letGo = `with first as (select id, row_number() over (order by not_before, id) as place from (select id, not_before from outbox
			where tenant_id = $1 and kind = $2 and state = 'pending' and held and (expires_at is null or expires_at > now())
			order by not_before, id limit $3 for update skip locked) due)
		update outbox o set held = false, counted = true, not_before = now() + place * interval '1 microsecond', queued_at = null
		from first where o.tenant_id = $1 and o.id = first.id`
	countGone = `update message_limits m set of_day = ` + ofDay + ` + $3, of_month = ` + ofMonth + ` + $3, day = greatest(m.day, ` + today + `)
		where tenant_id = $1 and kind = $2`
	noneWaits = `update message_limits set full_of = null, full_until = null where tenant_id = $1 and kind = $2
		and not exists (select from outbox where tenant_id = $1 and kind = $2 and state = 'pending' and held)`
)

// LetGo lets those go who are first in the line, as many as there is room for, and counts them. It reports whether it is
// to be called again at once.
func (b *Box) LetGo(ctx context.Context, in *tenants.Scope, kind string) (more bool, err error) {
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		more = false
		var room *int64 // nil: without end
		if err := tx.Get(ctx, &room, lockLine, kind); err != nil {
			return err
		}
		n := int64(0)
		if most := min(batch, or(room, batch)); most > 0 {
			var err error
			if n, err = tx.Exec(ctx, letGo, kind, most); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, countGone, kind, n); err != nil {
				return err
			}
		}
		none, err := tx.Exec(ctx, noneWaits, kind)
		if err != nil || none > 0 {
			return err
		}
		if n >= or(room, batch+1) {
			_, err = tx.Exec(ctx, full, kind)
			return err
		}
		more = n == batch
		return nil
	})
	if errors.Is(err, tenants.ErrNoRows) { // another process was here
		return false, nil
	}
	return more, err
}

func or(n *int64, otherwise int64) int64 {
	if n == nil {
		return otherwise
	}
	return *n
}

// Meter is what a tenant has sent by one channel, and may.
type Meter struct {
	Kind     string     `db:"kind"`
	Today    int64      `db:"today"`
	Month    int64      `db:"month"`
	PerDay   *int64     `db:"per_day"` // nil: no limit
	PerMonth *int64     `db:"per_month"`
	Waiting  int64      `db:"waiting"` // messages that wait for room
	Full     string     `db:"full_of"` // day or month: the limit that is reached; "": none
	GoesOn   *time.Time `db:"goes_on"` // when there will be room; nil: there is
}

const selectMeters = `select kind, today, month, per_day, per_month, coalesce(full_of, '') as full_of,
		coalesce(full_until, case full_of when 'month' then ` + nextMonth + ` when 'day' then ` + nextDay + ` end) as goes_on,
		(select count(*) from outbox o where o.tenant_id = $1 and o.kind = counted.kind and o.state = 'pending' and o.held) as waiting
	from (select kind, ` + ofDay + ` as today, ` + ofMonth + ` as month, per_day, per_month, full_until,
		coalesce(full_of, case when ` + fullMonth + ` then 'month' when ` + fullDay + ` then 'day' end) as full_of
		from message_limits m where tenant_id = $1) counted`

// Meters tells what the tenant has sent of each channel, by the kind of job.
func Meters(ctx context.Context, in *tenants.Scope) (mails, texts Meter, err error) {
	var all []Meter
	err = in.Select(ctx, &all, selectMeters)
	for _, m := range all {
		m.GoesOn = utc(m.GoesOn)
		switch m.Kind {
		case "mail":
			mails = m
		case "sms":
			texts = m
		}
	}
	return mails, texts, err
}
