package outbox

import (
	"context"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

const reopen = `update outbox set state = 'pending', attempts = 0, not_before = now(), queued_at = null, done_at = null, last_error = ''
	where tenant_id = $1 and id = $2 and state = 'failed' and (expires_at is null or expires_at > now())`

// Resend gives a failed job a new set of attempts, under the same id and with the same code or link. Faults:
// PathUnknown for a job that does not exist, DeliveryFinal for one that has not failed or has expired since.
func (b *Box) Resend(ctx context.Context, in *tenants.Scope, id uuid.UUID) error {
	return change(ctx, in, id, reopen, fault.DeliveryFinal)
}

const cancel = `update outbox set state = 'cancelled', done_at = now(), sealed = null
	where tenant_id = $1 and id = $2 and state = 'pending' and (lease_until is null or lease_until < now())`

// Cancel withdraws a job that still waits. Faults: PathUnknown for a job that does not exist, DeliveryUnderWay for
// one that is being done right now or is over.
func (b *Box) Cancel(ctx context.Context, in *tenants.Scope, id uuid.UUID) error {
	return change(ctx, in, id, cancel, fault.DeliveryUnderWay)
}

const jobExists = `select exists (select from outbox where tenant_id = $1 and id = $2)`

// change runs a conditional update of one job; refused is the fault when the job is there but not in the right state.
func change(ctx context.Context, in *tenants.Scope, id uuid.UUID, update string, refused error) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		n, err := tx.Exec(ctx, update, id)
		if err != nil || n > 0 {
			return err
		}
		var exists bool
		if err := tx.Get(ctx, &exists, jobExists, id); err != nil {
			return err
		}
		if !exists {
			return fault.PathUnknown
		}
		return refused
	})
}
