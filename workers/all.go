package workers

import (
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/workers/deliver"
	"github.com/keyhall/keyhall/workers/image"
	"github.com/keyhall/keyhall/workers/sms"
)

// Deps are what the handlers need.
type Deps struct {
	Mail     *deliver.Mail
	SMS      *sms.SMS
	Pictures *image.Pictures
}

// All lists the handlers, one line a kind of job. It is the only place that knows them all.
func All(d Deps) []Handler {
	return []Handler{
		{Kind: deliver.Kind, Handle: d.Mail.Handle},
		{Kind: sms.Kind, Handle: d.SMS.Handle},
		{Kind: identity.PictureKind, Handle: d.Pictures.Handle, Slow: true},
	}
}
