// Package sms does the jobs of kind "sms": text messages with one-time codes, by the provider that the tenant has chosen;
// in development, tenants without one get them in the message sink. It owns what providers are asked and answer, and
// nothing of wording, retries or leases. A provider is a file, and a line in send.go.
package sms

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/wording"
)

// Kind is the kind of outbox job that is a text message. Its payload has "message" ("otp") and the reader's languages:
// "locale", of the account, and "language", of the request. Its secret is "otp".
const Kind = "sms"

// SMS sends text messages. Make it with its fields set; it is safe for parallel use.
type SMS struct {
	Registry *tenants.Registry // opens the secrets of tenants' providers
	Client   *http.Client      // made by publicnet.Client
	Sink     bool              // keep what has no provider for GET /dev/messages; never in production
}

// Handle sends one text message.
func (s *SMS) Handle(ctx context.Context, in *tenants.Scope, c outbox.Claimed) error {
	secret, err := c.Secret()
	if err != nil {
		return outbox.Pointless("the sealed part of the message cannot be opened", err)
	}
	data := map[string]any{"site": in.DisplayName()}
	maps.Copy(data, c.Payload)
	maps.Copy(data, secret)
	if _, given := data["lifetime"]; !given {
		data["lifetime"] = int64(max(time.Second, c.ExpiresAt.Sub(c.CreatedAt).Round(time.Second)) / time.Second)
	}
	text, err := write(ctx, in, data)
	if err != nil {
		return err
	}
	parts := message.PartsOf(text)
	if limit := in.Settings().SMS.MaxParts; parts.Count > limit {
		return outbox.Pointless(fmt.Sprintf("the text has %d parts; the setting sms.max_parts allows %d", parts.Count, limit), nil)
	}
	switch p := in.Settings().SMS.Provider; {
	case p != nil:
		return s.send(ctx, in, *p, c, outgoing{c.ID, in.Slug(), c.Recipient, text, parts})
	case s.Sink:
		return keep(ctx, in, c, text, data)
	}
	return outbox.Pointless("no SMS provider is configured", nil)
}

// keep puts the message into the sink of development.
func keep(ctx context.Context, in *tenants.Scope, c outbox.Claimed, text string, data map[string]any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	kind, _ := data["message"].(string)
	return outbox.KeepDevMessage(ctx, in, c.ID, outbox.DevMessage{Channel: "sms", To: c.Recipient, Kind: kind, Text: text, Data: raw})
}

// write waits with a message that only a newer process knows, and takes the tenant's wording where that is in order.
func write(ctx context.Context, in *tenants.Scope, data map[string]any) (string, error) {
	name, _ := data["message"].(string)
	kind := message.Kind(name)
	if _, known := message.KnownText(kind); !known {
		return "", outbox.Passing("the message is not known", nil)
	}
	choice, err := wording.Choose(ctx, in, wording.SMS, kind, data)
	if err != nil {
		return "", err
	}
	text, err := choice.Text(kind, data)
	if err != nil {
		return "", outbox.Pointless("the message could not be written", err)
	}
	return text, nil
}
