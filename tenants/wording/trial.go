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

// Trials sends messages for trial, to whatever address or number an administrator names. What became of one is told by its delivery,
// whose id is returned.
type Trials struct {
	Box     *outbox.Box
	Limiter *limit.Limiter
}

// trialLife is how long a mail for trial is of interest.
const trialLife = time.Hour

// Wording owes a message in this wording with the sample's values. Faults: BadEmail, or for a
// text message BadMobile or SMSRegion, on "to"; TemplateInvalid, RateLimited.
func (t Trials) Wording(ctx context.Context, in *tenants.Scope, who tenants.Who, k Key, s message.Source, to string) (uuid.UUID, error) {
	if _, err := Write(in, k, s); err != nil {
		return uuid.Nil, err
	}
	payload := sample(in)
	if k.Channel == SMS {
		payload = sampleText(in)
	}
	delete(payload, "site") // the worker finds these two for itself, as for any message
	delete(payload, "link")
	payload["message"], payload["locale"], payload["wording"] = k.Kind, k.Locale, map[string]any{"subject": s.Subject, "text": s.Text}
	tried := func(tx *tenants.Tx) error { return note(ctx, tx, who, "template.tried", k, 0) }
	if k.Channel == SMS {
		return t.text(ctx, in, to, payload, tried)
	}
	return t.mail(ctx, in, to, payload, tried)
}

// Server owes a mail that only shows that mails can be sent. Faults: BadEmail on "to", RateLimited.
func (t Trials) Server(ctx context.Context, in *tenants.Scope, who tenants.Who, to string) (uuid.UUID, error) {
	return t.mail(ctx, in, to, map[string]any{"message": message.MailTest}, func(tx *tenants.Tx) error {
		return tx.Note(ctx, who, "mail.tried", map[string]any{"own_server": in.Settings().SMTP != nil})
	})
}

func (t Trials) mail(ctx context.Context, in *tenants.Scope, to string, payload map[string]any, note func(*tenants.Tx) error) (uuid.UUID, error) {
	if _, ok := identifier.Email(to); !ok {
		return uuid.Nil, fault.BadEmail.On("to")
	}
	charge := limit.Charge{Rule: limit.TrialTenant}
	return t.send(ctx, in, outbox.Job{Kind: "mail", Recipient: to, Payload: payload}, note, charge)
}

// text spends of what the tenant allows itself in a day, too.
func (t Trials) text(ctx context.Context, in *tenants.Scope, to string, payload map[string]any, note func(*tenants.Tx) error) (uuid.UUID, error) {
	key, ok := identifier.Mobile(to, in.Settings().SMS.Region)
	if !ok {
		return uuid.Nil, fault.BadMobile.On("to")
	}
	number, err := in.Settings().SMS.Reach(key)
	if err != nil {
		return uuid.Nil, fault.SMSRegion.On("to")
	}
	charges := []limit.Charge{{Rule: limit.TrialTenant}, {Rule: limit.SMSTenant(in.Settings().SMS.PerDay)}}
	return t.send(ctx, in, outbox.Job{Kind: "sms", Recipient: number, Payload: payload}, note, charges...)
}

func (t Trials) send(ctx context.Context, in *tenants.Scope, job outbox.Job, note func(*tenants.Tx) error, charges ...limit.Charge) (id uuid.UUID, err error) {
	if err := t.Limiter.Take(ctx, in.ID().String(), charges...); err != nil {
		return uuid.Nil, err
	}
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		job.ExpiresAt = tx.Now().Add(trialLife)
		id, err = t.Box.Add(ctx, tx, job)
		if err != nil {
			return err
		}
		return note(tx)
	})
	return id, err
}
