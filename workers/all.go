package workers

import (
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/approvals"
	"github.com/keyhall/keyhall/workers/deliver"
	"github.com/keyhall/keyhall/workers/image"
	"github.com/keyhall/keyhall/workers/relay"
	"github.com/keyhall/keyhall/workers/sms"
	"github.com/keyhall/keyhall/workers/webhook"
)

// Deps are what the handlers need.
type Deps struct {
	Mail     *deliver.Mail
	SMS      *sms.SMS
	Pictures *image.Pictures
	Webhooks *webhook.Webhook
	Runs     *approvals.Runs
}

// All lists the handlers, one line a kind of job. It is the only place that knows them all.
func All(d Deps) []Handler {
	return []Handler{
		{Kind: deliver.Kind, Handle: d.Mail.Handle},
		{Kind: sms.Kind, Handle: d.SMS.Handle},
		{Kind: identity.PictureKind, Handle: d.Pictures.Handle, Queue: relay.SlowQueue},
		{Kind: identity.RunKind, Handle: d.Runs.Handle},
		{Kind: outbox.Webhook, Handle: d.Webhooks.Handle, Queue: relay.HookQueue},
	}
}
