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
	text, err := choice.Mail(wording.Brand(in), kind, data)
	if err != nil {
		return text, outbox.Pointless("the message could not be written", err)
	}
	return text, nil
}
