package native

import (
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/wording"
)

type deliveryOut struct {
	ID        uuid.UUID    `json:"id"`
	Channel   string       `json:"channel"`
	Kind      string       `json:"kind"`
	To        string       `json:"to"`
	UserID    *int64       `json:"user_id"`
	State     string       `json:"state"`
	CreatedAt time.Time    `json:"created_at"`
	ExpiresAt *time.Time   `json:"expires_at"`
	NextTryAt *time.Time   `json:"next_try_at"`
	WaitsFor  *string      `json:"waits_for"`
	DoneAt    *time.Time   `json:"done_at"`
	Attempts  []attemptOut `json:"attempts"`
}

type attemptOut struct {
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome"`
	Answer  string    `json:"answer"`
}

func showDelivery(d outbox.Delivery) deliveryOut {
	out := deliveryOut{
		ID: d.ID, Channel: d.Channel, Kind: d.Message, To: d.Recipient, State: d.State, CreatedAt: d.CreatedAt,
		ExpiresAt: d.ExpiresAt, NextTryAt: d.NextTry, WaitsFor: limitName(d.Channel, d.Waits), DoneAt: d.DoneAt,
	}
	if d.UserID != 0 {
		out.UserID = &d.UserID
	}
	out.Attempts = each(d.Attempts, func(a outbox.Attempt) attemptOut { return attemptOut{a.At, a.Outcome, a.Answer} })
	return out
}

func (n contract) listDeliveries(c *wire.Call) (wire.Response, error) {
	limit, err := limitParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	user, err := userParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	all, next, err := outbox.Deliveries(c.Ctx, c.Scope, outbox.Filter{
		Channel: query(c, "channel"), State: query(c, "state"), UserID: user,
		Sort: query(c, "sort"), Cursor: query(c, "cursor"), Limit: limit,
	})
	return wire.OK(pageOf(all, next, showDelivery)), err
}

func (n contract) resendDelivery(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return accepted(), n.Box.Resend(c.Ctx, c.Scope, who(c), id)
}

func (n contract) cancelDelivery(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Box.Cancel(c.Ctx, c.Scope, who(c), id)
}

func (n contract) previewDelivery(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	content, err := outbox.ContentOf(c.Ctx, c.Scope, id)
	if err != nil {
		return wire.Response{}, err
	}
	r, err := wording.LookOf(c.Ctx, c.Scope, content)
	return wire.OK(previewOut{r.Subject, r.Text, r.HTML, (*partsOut)(r.Parts)}), err
}
