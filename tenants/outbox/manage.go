package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

const reopen = `update outbox set state = 'pending', attempts = 0, not_before = now(), queued_at = null, done_at = null, last_error = ''
	where tenant_id = $1 and id = $2 and state = 'failed' and (expires_at is null or expires_at > now())`

// Resend gives a failed job a new set of attempts, under the same id and with the same code or link. Faults:
// PathUnknown for a job that does not exist, DeliveryFinal for one that has not failed or has expired since.
func (b *Box) Resend(ctx context.Context, in *tenants.Scope, who tenants.Who, id uuid.UUID) error {
	return change{reopen, "delivery.resent", fault.DeliveryFinal}.do(ctx, in, who, id)
}

const cancel = `update outbox set state = 'cancelled', done_at = now(), sealed = null
	where tenant_id = $1 and id = $2 and state = 'pending' and (lease_until is null or lease_until < now())`

// Cancel withdraws a job that still waits. Faults: PathUnknown for a job that does not exist, DeliveryUnderWay for
// one that is being done right now or is over.
func (b *Box) Cancel(ctx context.Context, in *tenants.Scope, who tenants.Who, id uuid.UUID) error {
	return change{cancel, "delivery.cancelled", fault.DeliveryUnderWay}.do(ctx, in, who, id)
}

// change is a conditional update of one job by an administrator; refused is the fault when the job is there but not in the
// right state.
type change struct {
	update, action string
	refused        error
}

const (
	onlyDelivery = ` and kind in ('mail', 'sms')`
	jobExists    = `select exists (select from outbox where tenant_id = $1 and id = $2` + onlyDelivery + `)`
)

func (c change) do(ctx context.Context, in *tenants.Scope, who tenants.Who, id uuid.UUID) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		n, err := tx.Exec(ctx, c.update+onlyDelivery, id)
		if err != nil {
			return err
		}
		if n > 0 {
			return tx.Note(ctx, who, c.action, map[string]any{"delivery": id})
		}
		var exists bool
		if err := tx.Get(ctx, &exists, jobExists, id); err != nil {
			return err
		}
		if !exists {
			return fault.PathUnknown
		}
		return c.refused
	})
}

// Content is what a delivery is written from, without what is sealed.
type Content struct {
	Channel   string // email, sms
	Message   string // verify_email, ...
	Recipient string
	Payload   map[string]any
	Lifetime  time.Duration // of what it carries; 0: unlimited
}

const selectContent = `select kind, recipient, payload, created_at, expires_at from outbox where tenant_id = $1 and id = $2` + onlyDelivery

// ContentOf gives what a delivery says. Fault: PathUnknown.
func ContentOf(ctx context.Context, in *tenants.Scope, id uuid.UUID) (Content, error) {
	var r row
	err := in.Get(ctx, &r, selectContent, id)
	if errors.Is(err, tenants.ErrNoRows) {
		return Content{}, fault.PathUnknown
	}
	if err != nil {
		return Content{}, err
	}
	c := Content{Channel: publicName(r.Kind), Recipient: r.Recipient}
	if r.ExpiresAt != nil {
		c.Lifetime = r.ExpiresAt.Sub(r.CreatedAt)
	}
	if err := json.Unmarshal(r.Payload, &c.Payload); err != nil {
		return Content{}, err
	}
	c.Message, _ = c.Payload["message"].(string)
	return c, nil
}

// publicName is the channel that jobs of a kind go by.
func publicName(kind string) string {
	for channel, of := range channels {
		if of == kind {
			return channel
		}
	}
	return kind
}
