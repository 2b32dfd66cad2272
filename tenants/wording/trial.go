package wording

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// Trials sends mails for trial, to whatever address an administrator names. What became of one is told by its delivery,
// whose id is returned.
type Trials struct {
	Box     *outbox.Box
	Limiter *limit.Limiter
}

// trialLife is how long a mail for trial is of interest.
const trialLife = time.Hour

// Wording owes a mail in this wording with the sample's values. Faults: BadEmail on "to", TemplateInvalid, RateLimited.
func (t Trials) Wording(ctx context.Context, in *tenants.Scope, who tenants.Who, k Key, s message.Source, to string) (uuid.UUID, error) {
	if _, err := Write(in, k, s); err != nil {
		return uuid.Nil, err
	}
	payload := sample(in)
	delete(payload, "site") // the worker finds these two for itself, as for any mail
	delete(payload, "link")
	payload["message"], payload["locale"], payload["wording"] = k.Kind, k.Locale, map[string]any{"subject": s.Subject, "text": s.Text}
	return t.send(ctx, in, to, payload, func(tx *tenants.Tx) error { return note(ctx, tx, who, "template.tried", k, 0) })
}

// Server owes a mail that only shows that mails can be sent. Faults: BadEmail on "to", RateLimited.
func (t Trials) Server(ctx context.Context, in *tenants.Scope, who tenants.Who, to string) (uuid.UUID, error) {
	return t.send(ctx, in, to, map[string]any{"message": message.MailTest}, func(tx *tenants.Tx) error {
		return tx.Note(ctx, who, "mail.tried", map[string]any{"own_server": in.Settings().SMTP != nil})
	})
}

func (t Trials) send(ctx context.Context, in *tenants.Scope, to string, payload map[string]any, note func(*tenants.Tx) error) (id uuid.UUID, err error) {
	if _, ok := identifier.Email(to); !ok {
		return uuid.Nil, fault.BadEmail.On("to")
	}
	if err := t.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.TrialTenant}); err != nil {
		return uuid.Nil, err
	}
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		id, err = t.Box.Add(ctx, tx, outbox.Job{Kind: "mail", Recipient: to, Payload: payload, ExpiresAt: tx.Now().Add(trialLife)})
		if err != nil {
			return err
		}
		return note(tx)
	})
	return id, err
}
