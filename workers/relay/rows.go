package relay

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// row is what the platform's role may read of the outbox.
type row struct {
	Tenant     uuid.UUID  `db:"tenant_id"`
	ID         uuid.UUID  `db:"id"`
	Kind       string     `db:"kind"`
	NotBefore  time.Time  `db:"not_before"`
	QueuedAt   *time.Time `db:"queued_at"`
	LeaseUntil *time.Time `db:"lease_until"`
}

// taskID is the same for every relay that sees the row as it is now, and another one after each attempt: an attempt
// that ends moves not_before, one whose worker dies leaves its lease_until behind.
func (r row) taskID() string {
	return fmt.Sprintf("%s/%d/%d", r.ID, r.NotBefore.UnixMicro(), micros(r.LeaseUntil))
}

// secondID is for a row whose taskID names a task that nobody will ever do.
func (r row) secondID() string { return fmt.Sprintf("%s/%d", r.taskID(), micros(r.QueuedAt)) }

func micros(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return t.UnixMicro()
}

// batch is how many rows are rung for at a time.
const batch = 100

const selectWaiting = `select tenant_id, id, kind, not_before, queued_at, lease_until from outbox
	where state = 'pending' and not held and not_before <= now() and (lease_until is null or lease_until < now())
	and (queued_at is null or queued_at < now() - make_interval(secs => $1)) order by queued_at nulls first, not_before limit $2`

// waiting gives due rows that nobody works on and that were not rung for, or so long ago that the ring must be lost.
// Those rung for longest ago come first, so that a long line does not hide a lost ring behind it.
func (r *Relay) waiting(ctx context.Context) (rows []row, err error) {
	return rows, r.Platform.Select(ctx, &rows, selectWaiting, r.Again.Seconds(), batch)
}

// A row that has been tried since it was read (its not_before is another one) is not marked: it is to be rung for. Nor is one
// that is held by now: it is rung for when there is room.
const markQueued = `update outbox o set queued_at = now()
	from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as rung (tenant_id, id, not_before)
	where o.tenant_id = rung.tenant_id and o.id = rung.id and o.not_before = rung.not_before and o.state = 'pending' and not o.held`

func (r *Relay) mark(ctx context.Context, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	var of, ids, times []string
	for _, one := range rows {
		of, ids = append(of, one.Tenant.String()), append(ids, one.ID.String())
		times = append(times, one.NotBefore.Format(time.RFC3339Nano))
	}
	_, err := r.Platform.Exec(ctx, markQueued, array(of), array(ids), array(times))
	return err
}

// array writes a PostgreSQL array of values that need no quotes.
func array(values []string) string { return "{" + strings.Join(values, ",") + "}" }
