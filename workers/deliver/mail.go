package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/wording"
	"github.com/keyhall/keyhall/workers/mail"
)

// Kind is the kind of outbox job that is a mail. Its payload has "message" (a message.Kind), what the message says
// beside that ("name", "username", "reason", ...), and the reader's languages: "locale", of the account, and "language",
// of the request. Its secrets are "key", or "uid" and "token"; or a whole "link".
const Kind = "mail"

// Mail sends mails. Make it with its fields set; it is safe for parallel use.
type Mail struct {
	Registry *tenants.Registry // knows the public address and opens tenants' SMTP passwords
	Sender   *mail.Sender
	Server   *mail.Server // for tenants without their own; nil: none
	From     string       // the platform's address; empty: no-reply@ the public host
	Sink     bool         // keep what has no server for GET /dev/messages; never in production
	Private  bool         // tenants' servers may be on private addresses; for development
}

// Handle sends one mail.
func (m *Mail) Handle(ctx context.Context, in *tenants.Scope, c outbox.Claimed) error {
	data, err := m.data(in, c)
	if err != nil {
		return err
	}
	kind, _ := data["message"].(string)
	text, err := write(ctx, in, message.Kind(kind), data)
	if err != nil {
		return err
	}
	server, err := m.server(in)
	if errors.Is(err, errNoServer) && m.Sink {
		return keep(ctx, in, c, kind, text, data)
	}
	if err != nil {
		return outbox.Passing(err.Error(), err)
	}
	return answered(c, m.Sender.Send(ctx, server, m.envelope(in, c, text)))
}

// data is what the message may be written from: the payload, the secrets, and what follows from them and the tenant.
func (m *Mail) data(in *tenants.Scope, c outbox.Claimed) (map[string]any, error) {
	secret, err := c.Secret()
	if err != nil {
		return nil, outbox.Pointless("the sealed part of the message cannot be opened", err)
	}
	data := map[string]any{"site": in.DisplayName(), "email": c.Recipient}
	maps.Copy(data, c.Payload)
	maps.Copy(data, secret)
	if _, given := data["lifetime"]; !given && !c.ExpiresAt.IsZero() {
		data["lifetime"] = int64(c.ExpiresAt.Sub(c.CreatedAt).Round(time.Second) / time.Second)
	}
	if _, given := data["link"]; given {
		return data, nil
	}
	kind, _ := data["message"].(string)
	address, err := wording.Link(in, message.Kind(kind), data)
	if err != nil {
		return nil, outbox.Pointless("the link of the message cannot be made", err)
	}
	if address != "" {
		data["link"] = address
	}
	return data, nil
}

// keep puts the mail into the sink of development.
func keep(ctx context.Context, in *tenants.Scope, c outbox.Claimed, kind string, text message.Rendered, data map[string]any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return outbox.KeepDevMessage(ctx, in, c.ID, outbox.DevMessage{
		Channel: "email", To: c.Recipient, Kind: kind,
		Subject: text.Subject, Text: text.Text, HTML: text.HTML, Data: raw,
	})
}

// answered notes the code of the server's answer, and gives the failure that it means.
func answered(c outbox.Claimed, err error) error {
	var f *mail.Failure
	if errors.As(err, &f) && f.Code != 0 {
		c.Heard(f.Code, "")
	}
	return failure(err)
}

// failure puts what happened at the mail server into the words that admins read.
func failure(err error) error {
	var f *mail.Failure
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &f):
		return err
	}
	answer := strings.TrimPrefix(f.Error(), "mail: ")
	if f.Permanent {
		return outbox.Pointless(answer, err)
	}
	return outbox.Passing(answer, err)
}
