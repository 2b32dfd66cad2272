package deliver

import (
	"context"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/wording"
)

// write waits with a message that only a newer process knows; that one can still be sent.
func write(ctx context.Context, in *tenants.Scope, kind message.Kind, data map[string]any) (message.Rendered, error) {
	if _, known := message.Known(kind); !known {
		return message.Rendered{}, outbox.Passing("the message is not known", nil)
	}
	choice, err := wording.Choose(ctx, in, wording.Email, kind, data)
	if err != nil {
		return message.Rendered{}, err
	}
	text, err := render(wording.Brand(in), kind, choice, data)
	if err != nil {
		return text, outbox.Pointless("the message could not be written", err)
	}
	return text, nil
}

// render takes the tenant's wording. One that an older Keyhall accepted, and this one does not, keeps nobody from his
// mail: then the shipped wording goes out.
func render(b message.Brand, kind message.Kind, c wording.Choice, data map[string]any) (message.Rendered, error) {
	if c.Own != nil {
		if t, err := message.Parse(kind, c.Locale, *c.Own); err == nil {
			return t.Render(b, data)
		}
	}
	return message.Render(kind, c.Locale, b, data)
}
