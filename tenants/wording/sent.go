package wording

import (
	"context"
	"maps"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// masks stand where a delivery has what only its reader may know.
var masks = map[string]any{"key": "hidden", "uid": "hidden", "token": "hidden", "otp": "XXXXXX"}

// LookOf shows a delivery as its reader sees it in the wording of today, without its code and with a link that opens nothing.
// Fault: DeliveryUnreadable when it is of a kind that is not known here, or says what the wording cannot take.
func LookOf(ctx context.Context, in *tenants.Scope, c outbox.Content) (Look, error) {
	data := map[string]any{"site": in.DisplayName(), "email": c.Recipient}
	if c.Lifetime > 0 {
		data["lifetime"] = int64(c.Lifetime.Round(time.Second) / time.Second)
	}
	maps.Copy(data, c.Payload)
	maps.Copy(data, masks)
	kind := message.Kind(c.Message)
	if data["link"] == nil {
		address, err := Link(in, kind, data)
		if err != nil {
			return Look{}, err
		}
		data["link"] = address
	}
	choice, err := Choose(ctx, in, c.Channel, kind, data)
	if err != nil {
		return Look{}, err
	}
	look, err := choice.look(in, c.Channel, kind, data)
	if err != nil {
		return Look{}, fault.DeliveryUnreadable
	}
	return look, nil
}

func (c Choice) look(in *tenants.Scope, channel string, kind message.Kind, data map[string]any) (Look, error) {
	if channel != SMS {
		r, err := c.Mail(Brand(in), kind, data)
		return Look{Rendered: r}, err
	}
	text, err := c.Text(kind, data)
	if err != nil {
		return Look{}, err
	}
	parts := message.PartsOf(text)
	return Look{message.Rendered{Text: text, Locale: c.Locale}, &parts}, nil
}
