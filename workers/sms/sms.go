// Package sms does the jobs of kind "sms": text messages with one-time codes, by the provider that the tenant has chosen;
// in development, tenants without one get them in the message sink. It owns the words of these messages and what providers
// are asked and answer, and nothing of retries or leases. A provider is a file, and a line in send.go.
package sms

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
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
	text := write(in, c, data)
	parts := message.PartsOf(text)
	if limit := in.Settings().SMS.MaxParts; parts.Count > limit {
		return outbox.Pointless(fmt.Sprintf("the text has %d parts; the setting sms.max_parts allows %d", parts.Count, limit), nil)
	}
	switch p := in.Settings().SMS.Provider; {
	case p != nil:
		return s.send(ctx, in, *p, outgoing{c.ID, in.Slug(), c.Recipient, text, parts})
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

// texts are what a code comes with. The site goes first: that is all that a locked telephone shows.
var texts = map[string]string{
	"en":      "{site}: your code is {otp}. It works once, for {minutes} min. Do not tell it to anybody.",
	"de":      "{site}: Ihr Code ist {otp}. Er gilt einmal, {minutes} Min. lang. Verraten Sie ihn niemandem.",
	"es":      "{site}: tu código es {otp}. Sirve una vez, durante {minutes} min. No se lo digas a nadie.",
	"fr":      "{site} : votre code est {otp}. Il sert une fois, pendant {minutes} min. Ne le communiquez à personne.",
	"zh-Hant": "{site}：您的驗證碼是 {otp}，{minutes} 分鐘內有效，只能使用一次。請不要告訴任何人。",
}

func write(in *tenants.Scope, c outbox.Claimed, data map[string]any) string {
	account, _ := data["locale"].(string)
	request, _ := data["language"].(string)
	otp, _ := data["otp"].(string)
	minutes := max(1, int(c.ExpiresAt.Sub(c.CreatedAt).Round(time.Minute)/time.Minute))
	template := texts[message.Locale(account, request, in.Settings().Locale)]
	return strings.NewReplacer("{site}", in.DisplayName(), "{otp}", otp, "{minutes}", strconv.Itoa(minutes)).Replace(template)
}
