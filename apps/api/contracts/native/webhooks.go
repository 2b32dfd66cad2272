package native

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/webhooks"
)

type webhookOut struct {
	ID          uuid.UUID       `json:"id"`
	URL         string          `json:"url"`
	Description string          `json:"description"`
	Events      []webhooks.Type `json:"events"`
	Active      bool            `json:"active"`
	OldUntil    *time.Time      `json:"old_secret_until"`
	CreatedAt   time.Time       `json:"created_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
}

// newWebhookOut is the one answer that has the secret.
type newWebhookOut struct {
	webhookOut
	Secret string `json:"secret"`
}

func showWebhook(e webhooks.Endpoint) webhookOut {
	return webhookOut{e.ID, e.URL, e.Description, e.Events, e.Active, e.OldUntil, e.CreatedAt, e.UpdatedAt}
}

func (n contract) listWebhooks(c *wire.Call) (wire.Response, error) {
	all, err := n.Webhooks.List(c.Ctx, c.Scope)
	return wire.OK(listing[webhookOut]{each(all, showWebhook)}), err
}

type createWebhookIn struct {
	URL         string          `json:"url" validate:"required"`
	Events      []webhooks.Type `json:"events" validate:"required"`
	Description string          `json:"description" wire:"blank"`
	Active      *bool           `json:"active"`
}

func (n contract) createWebhook(c *wire.Call, in createWebhookIn) (wire.Response, error) {
	e, secret, err := n.Webhooks.Create(c.Ctx, c.Scope, who(c), webhooks.Draft{
		URL: &in.URL, Description: &in.Description, Events: in.Events, Active: in.Active,
	})
	return wire.Created(newWebhookOut{showWebhook(e), secret}), err
}

func (n contract) getWebhook(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	e, err := n.Webhooks.Get(c.Ctx, c.Scope, id)
	return wire.OK(showWebhook(e)), err
}

type changeWebhookIn struct {
	URL         *string         `json:"url"`
	Events      []webhooks.Type `json:"events"`
	Description *string         `json:"description" wire:"blank"`
	Active      *bool           `json:"active"`
}

func (n contract) changeWebhook(c *wire.Call, in changeWebhookIn) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	e, err := n.Webhooks.Change(c.Ctx, c.Scope, who(c), id, webhooks.Draft{
		URL: in.URL, Description: in.Description, Events: in.Events, Active: in.Active,
	})
	return wire.OK(showWebhook(e)), err
}

func (n contract) deleteWebhook(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Webhooks.Delete(c.Ctx, c.Scope, who(c), id)
}

func (n contract) rotateWebhook(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	e, secret, err := n.Webhooks.Rotate(c.Ctx, c.Scope, who(c), id)
	return wire.OK(newWebhookOut{showWebhook(e), secret}), err
}

func (n contract) tryWebhook(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	delivery, err := n.Webhooks.Try(c.Ctx, c.Scope, who(c), id)
	return trying(delivery), err
}

type webhookDeliveryOut struct {
	ID        uuid.UUID           `json:"id"`
	Event     string              `json:"event"`
	UserID    *int64              `json:"user_id"`
	State     string              `json:"state"`
	CreatedAt time.Time           `json:"created_at"`
	NextTryAt *time.Time          `json:"next_try_at"`
	DoneAt    *time.Time          `json:"done_at"`
	Error     *string             `json:"error"`
	Attempts  []webhookAttemptOut `json:"attempts"`
}

type webhookAttemptOut struct {
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome"`
	Status  *int      `json:"status"`
	Answer  string    `json:"answer"`
}

func showWebhookDelivery(d outbox.Delivery) webhookDeliveryOut {
	out := webhookDeliveryOut{
		ID: d.ID, Event: d.Message, State: d.State, CreatedAt: d.CreatedAt, NextTryAt: d.NextTry, DoneAt: d.DoneAt, Error: orNull(d.LastError),
	}
	if d.UserID != 0 {
		out.UserID = &d.UserID
	}
	out.Attempts = each(d.Attempts, func(a outbox.Attempt) webhookAttemptOut {
		return webhookAttemptOut{a.At, a.Outcome, a.Status, a.Answer}
	})
	return out
}

func (n contract) listWebhookDeliveries(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	limit, err := limitParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	all, next, err := n.Webhooks.Deliveries(c.Ctx, c.Scope, id, outbox.Filter{State: query(c, "state"), Cursor: query(c, "cursor"), Limit: limit})
	return wire.OK(pageOf(all, next, showWebhookDelivery)), err
}

func (n contract) resendWebhookDelivery(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	delivery, err := idParam(c, "delivery_id")
	if err != nil {
		return wire.Response{}, err
	}
	return accepted(), n.Webhooks.Resend(c.Ctx, c.Scope, who(c), id, delivery)
}

type resendIn struct {
	Since time.Time `json:"since" validate:"required"`
	Until time.Time `json:"until" validate:"required"`
	State string    `json:"state"`
}

type resendOut struct {
	Count int64 `json:"count"`
}

func (n contract) resendWebhookDeliveries(c *wire.Call, in resendIn) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	if in.State == "" {
		in.State = outbox.Failed
	}
	count, err := n.Webhooks.ResendRange(c.Ctx, c.Scope, who(c), id, webhooks.Range{Since: in.Since, Until: in.Until, State: in.State})
	return wire.Response{Status: http.StatusAccepted, Body: resendOut{count}}, err
}
