package workers

import (
	"context"
	"errors"
	"time"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// lease is a claimed job with what is needed to keep it.
type lease struct {
	box   *outbox.Box
	in    *tenants.Scope
	job   outbox.Claimed
	since time.Time
}

// hold renews the lease while the job is being done. The context it gives ends with the lease, with outbox.ErrLost as
// the cause: also in a process that was stopped for so long that the job is in other hands when it wakes up.
func (l lease) hold(ctx context.Context) (held context.Context, release func()) {
	ctx, lose := context.WithCancelCause(ctx)
	ctx, cancel := context.WithTimeout(ctx, jobLimit)
	go l.keep(ctx, lose)
	return ctx, func() {
		cancel()
		lose(nil)
	}
}

func (l lease) keep(ctx context.Context, lose context.CancelCauseFunc) {
	end := l.since.Add(l.box.Lease)
	tick := time.NewTicker(l.box.Lease / 3)
	defer tick.Stop()
	for {
		over := time.NewTimer(time.Until(end))
		select {
		case <-ctx.Done():
			over.Stop()
			return
		case <-over.C:
			lose(outbox.ErrLost)
			return
		case begun := <-tick.C:
			over.Stop()
			err := l.renew(ctx, end)
			if errors.Is(err, outbox.ErrLost) {
				lose(outbox.ErrLost)
				return
			}
			if err == nil { // otherwise the database is away; the lease may outlast that
				end = begun.Add(l.box.Lease)
			}
		}
	}
}

func (l lease) renew(ctx context.Context, end time.Time) error {
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	return l.box.Renew(ctx, l.in, l.job)
}
