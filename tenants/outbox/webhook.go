package outbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

const (
	hookExists = `select exists (select from outbox where tenant_id = $1 and id = $2 and kind = 'webhook' and recipient = $3)`
	hookAnew   = `update outbox set state = 'pending', attempts = 0, not_before = now(), queued_at = null, done_at = null, last_error = ''
		where tenant_id = $1 and id = $2 and kind = 'webhook' and recipient = $3 and state <> 'pending'`
	hooksAnew = `update outbox set state = 'pending', attempts = 0, not_before = now(), queued_at = null, done_at = null, last_error = ''
		where tenant_id = $1 and id in (select id from outbox where tenant_id = $1 and kind = 'webhook' and recipient = $2 and state = $3
			and created_at >= $4 and created_at < $5 order by created_at limit $6 for update)`
	hooksOff = `update outbox set state = 'cancelled', done_at = now() where tenant_id = $1 and kind = 'webhook' and recipient = $2 and state = 'pending'`
)

// ResendWebhook tells an endpoint once more what it was told, or could not be told, under the same event id. Faults:
// PathUnknown for a delivery that the endpoint does not have, DeliveryWaits for one that is still to be made.
func (b *Box) ResendWebhook(ctx context.Context, tx *tenants.Tx, endpoint, id uuid.UUID) error {
	n, err := tx.Exec(ctx, hookAnew, id, endpoint.String())
	if err != nil || n > 0 {
		return err
	}
	var exists bool
	if err := tx.Get(ctx, &exists, hookExists, id, endpoint.String()); err != nil {
		return err
	}
	if !exists {
		return fault.PathUnknown
	}
	return fault.DeliveryWaits
}

// ResendWebhooks does the same for an endpoint's events in a state (Sent or Failed) from since on and before until, the
// oldest first and at most limit of them. It tells how many.
func (b *Box) ResendWebhooks(ctx context.Context, tx *tenants.Tx, endpoint uuid.UUID, state string, since, until time.Time, limit int) (int64, error) {
	return tx.Exec(ctx, hooksAnew, endpoint.String(), state, since, until, limit)
}

// CancelWebhooks withdraws what an endpoint was still to be told.
func (b *Box) CancelWebhooks(ctx context.Context, tx *tenants.Tx, endpoint uuid.UUID) error {
	_, err := tx.Exec(ctx, hooksOff, endpoint.String())
	return err
}
