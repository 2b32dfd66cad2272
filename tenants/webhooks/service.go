package webhooks

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/internal/webhook"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// Service keeps tenants' endpoints. Make it with its fields set; it is safe for parallel use.
type Service struct {
	Box     *outbox.Box
	Sealer  *seal.Sealer
	Limiter *limit.Limiter
	Private bool // endpoints may be on this machine and its network, and without TLS: for development
}

// Overlap is how long a replaced secret goes on signing beside the new one.
const Overlap = 24 * time.Hour

// maxResent bounds how many events one call sends again.
const maxResent = 10_000

// List gives a tenant's endpoints, oldest first.
func (s *Service) List(ctx context.Context, in *tenants.Scope) ([]Endpoint, error) {
	var rows []row
	err := in.Select(ctx, &rows, selectEndpoints+` order by id`)
	all := make([]Endpoint, len(rows))
	for i, r := range rows {
		all[i] = r.endpoint()
	}
	return all, err
}

// Get gives one endpoint. Fault: PathUnknown.
func (s *Service) Get(ctx context.Context, in *tenants.Scope, id uuid.UUID) (Endpoint, error) {
	r, err := find(ctx, in, id, "")
	return r.endpoint(), err
}

// Create makes an endpoint and gives its secret, for the only time. Faults: Required, TooLong, BadFormat or NotPublic on
// "url", TooLong on "description", Required or NotChoice on "events", WebhooksTooMany.
func (s *Service) Create(ctx context.Context, in *tenants.Scope, who tenants.Who, d Draft) (e Endpoint, secret string, err error) {
	e = Endpoint{ID: uuid.Must(uuid.NewV7()), Active: true}
	d.apply(&e)
	if err := s.check(&e); err != nil {
		return Endpoint{}, "", err
	}
	secret = webhook.NewSecret()
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		if err := room(ctx, tx); err != nil {
			return err
		}
		e.CreatedAt, e.UpdatedAt = tx.Now(), tx.Now()
		_, err := tx.Exec(ctx, insertEndpoint, e.ID, e.URL, e.Description, names(e.Events), e.Active, s.seal(in, e.ID, secret), tx.Now())
		if err != nil {
			return err
		}
		return tx.Note(ctx, who, "webhook.created", map[string]any{"webhook": e.ID, "events": e.Events})
	})
	return e, secret, err
}

// room keeps the number of endpoints in bounds, also when several are made at once.
func room(ctx context.Context, tx *tenants.Tx) error {
	if _, err := tx.Exec(ctx, lockTenant); err != nil {
		return err
	}
	var n int
	if err := tx.Get(ctx, &n, countEndpoints); err != nil {
		return err
	}
	if n >= MaxEndpoints {
		return fault.WebhooksTooMany.With("limit", MaxEndpoints)
	}
	return nil
}

// Change changes an endpoint. Faults: as Create, and PathUnknown.
func (s *Service) Change(ctx context.Context, in *tenants.Scope, who tenants.Who, id uuid.UUID, d Draft) (e Endpoint, err error) {
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		r, err := find(ctx, tx, id, " for update")
		if err != nil {
			return err
		}
		e = r.endpoint()
		d.apply(&e)
		if err := s.check(&e); err != nil {
			return err
		}
		e.UpdatedAt = tx.Now()
		if _, err := tx.Exec(ctx, updateEndpoint, id, e.URL, e.Description, names(e.Events), e.Active, tx.Now()); err != nil {
			return err
		}
		return tx.Note(ctx, who, "webhook.changed", map[string]any{"webhook": id, "events": e.Events, "active": e.Active, "url_changed": e.URL != r.URL})
	})
	return e, err
}

// Rotate gives an endpoint a new secret, told for the only time. For the time of Overlap the one before signs too, so
// that the receiver can change over; an older one stops at once. Fault: PathUnknown.
func (s *Service) Rotate(ctx context.Context, in *tenants.Scope, who tenants.Who, id uuid.UUID) (e Endpoint, secret string, err error) {
	secret = webhook.NewSecret()
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		r, err := find(ctx, tx, id, " for update")
		if err != nil {
			return err
		}
		until := tx.Now().Add(Overlap)
		e = r.endpoint()
		e.OldUntil, e.UpdatedAt = &until, tx.Now()
		if _, err := tx.Exec(ctx, rotateEndpoint, id, s.seal(in, id, secret), until, tx.Now()); err != nil {
			return err
		}
		return tx.Note(ctx, who, "webhook.secret_rotated", map[string]any{"webhook": id})
	})
	return e, secret, err
}

// Delete removes an endpoint; what it was still to be told is withdrawn. Fault: PathUnknown.
func (s *Service) Delete(ctx context.Context, in *tenants.Scope, who tenants.Who, id uuid.UUID) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		n, err := tx.Exec(ctx, deleteEndpoint, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.PathUnknown
		}
		if err := s.Box.CancelWebhooks(ctx, tx, id); err != nil {
			return err
		}
		return tx.Note(ctx, who, "webhook.deleted", map[string]any{"webhook": id})
	})
}

// Try owes an endpoint an event that nothing caused, also while it is not active, and gives the delivery's id. Faults:
// PathUnknown, RateLimited.
func (s *Service) Try(ctx context.Context, in *tenants.Scope, who tenants.Who, id uuid.UUID) (delivery uuid.UUID, err error) {
	if _, err := find(ctx, in, id, ""); err != nil {
		return uuid.Nil, err
	}
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.TrialTenant}); err != nil {
		return uuid.Nil, err
	}
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		e := Event{uuid.Must(uuid.NewV7()), Test, Version, in.Slug(), tx.Now(), map[string]any{}}
		if delivery, err = owe(ctx, tx, s.Box, id, 0, e); err != nil {
			return err
		}
		return tx.Note(ctx, who, "webhook.tried", map[string]any{"webhook": id})
	})
	return delivery, err
}

// Deliveries lists what an endpoint was told, newest first, and the cursor of the next page. state narrows it, or is "".
// Faults: PathUnknown, and those of outbox.Deliveries.
func (s *Service) Deliveries(ctx context.Context, in *tenants.Scope, id uuid.UUID, f outbox.Filter) ([]outbox.Delivery, string, error) {
	if _, err := find(ctx, in, id, ""); err != nil {
		return nil, "", err
	}
	f.Webhook = id
	return outbox.Deliveries(ctx, in, f)
}

// Resend tells an endpoint of one event again. Faults: PathUnknown, DeliveryWaits.
func (s *Service) Resend(ctx context.Context, in *tenants.Scope, who tenants.Who, id, delivery uuid.UUID) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		if _, err := find(ctx, tx, id, ""); err != nil {
			return err
		}
		if err := s.Box.ResendWebhook(ctx, tx, id, delivery); err != nil {
			return err
		}
		return tx.Note(ctx, who, "webhook.resent", map[string]any{"webhook": id, "delivery": delivery})
	})
}

// Range says which events are sent again: those that happened from Since on and before Until and are in a state, Sent or
// Failed.
type Range struct {
	Since, Until time.Time
	State        string
}

// ResendRange tells an endpoint of many events again, and how many these are: the oldest 10,000 at a time. Faults:
// PathUnknown, NotChoice on "state".
func (s *Service) ResendRange(ctx context.Context, in *tenants.Scope, who tenants.Who, id uuid.UUID, r Range) (n int64, err error) {
	if r.State != outbox.Sent && r.State != outbox.Failed {
		return 0, fault.NotChoice.On("state", "value", r.State)
	}
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		if _, err := find(ctx, tx, id, ""); err != nil {
			return err
		}
		if n, err = s.Box.ResendWebhooks(ctx, tx, id, r.State, r.Since, r.Until, maxResent); err != nil {
			return err
		}
		return tx.Note(ctx, who, "webhook.resent", map[string]any{"webhook": id, "count": n, "since": r.Since.UTC(), "until": r.Until.UTC(), "state": r.State})
	})
	return n, err
}

// Call is where a delivery goes, and the keys that sign it: the secret's, and the one before while it works.
type Call struct {
	URL    string
	Active bool
	Keys   [][]byte
}

// Call opens what the worker needs. Fault: PathUnknown for an endpoint that is gone.
func (s *Service) Call(ctx context.Context, in *tenants.Scope, id uuid.UUID) (Call, error) {
	r, err := find(ctx, in, id, "")
	if err != nil {
		return Call{}, err
	}
	c := Call{URL: r.URL, Active: r.Active}
	for _, sealed := range [][]byte{r.Sealed, r.OldSealed} {
		if sealed == nil {
			continue
		}
		secret, err := s.Sealer.Open(sealed, place(in, id))
		if err != nil {
			return Call{}, err
		}
		key, err := webhook.Key(string(secret))
		if err != nil {
			return Call{}, err
		}
		c.Keys = append(c.Keys, key)
	}
	return c, nil
}

func (s *Service) seal(in *tenants.Scope, id uuid.UUID, secret string) []byte {
	return s.Sealer.Seal([]byte(secret), place(in, id))
}

// place is what a secret is sealed for, so that it opens in no other row.
func place(in *tenants.Scope, id uuid.UUID) string {
	return "webhook/" + in.ID().String() + "/" + id.String()
}
