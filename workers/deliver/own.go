package deliver

import (
	"context"
	"encoding/json"
	"maps"
	netmail "net/mail"
	"net/url"
	"time"

	"github.com/keyhall/keyhall/internal/link"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/mail"
)

// platformName is what the platform is called in its own mails.
const platformName = "Keyhall"

// Own sends a mail of the platform itself: in Keyhall's words and looks, from the platform's address by the platform's
// server. No tenant has a say in it.
func (m *Mail) Own(ctx context.Context, c outbox.Claimed) error {
	secret, err := c.Secret()
	if err != nil {
		return outbox.Pointless("the sealed part of the message cannot be opened", err)
	}
	public := m.Registry.PublicURL
	data := map[string]any{"site": platformName, "site_url": public, "email": c.Recipient}
	maps.Copy(data, c.Payload)
	maps.Copy(data, secret)
	if !c.ExpiresAt.IsZero() {
		data["lifetime"] = int64(c.ExpiresAt.Sub(c.CreatedAt).Round(time.Second) / time.Second)
	}
	key, _ := secret["key"].(string)
	if data["link"], err = ownLink(public, key); err != nil {
		return outbox.Pointless("the link of the message cannot be made", err)
	}
	kind, _ := data["message"].(string)
	language, _ := data["language"].(string)
	text, err := message.Render(message.Kind(kind), message.Locale(language), message.Brand{}, data)
	if err != nil { // perhaps a newer process knows it
		return outbox.Passing("the message could not be written", err)
	}
	if m.Server == nil && m.Sink {
		raw, err := json.Marshal(data)
		if err != nil {
			return err
		}
		return outbox.KeepPlatformMessage(ctx, m.Registry.Platform, c.ID, outbox.DevMessage{To: c.Recipient, Kind: kind, Subject: text.Subject, Text: text.Text, HTML: text.HTML, Data: raw})
	}
	if m.Server == nil {
		return outbox.Passing(errNoServer.Error(), errNoServer)
	}
	return answered(c, m.Sender.Send(ctx, *m.Server, m.ownEnvelope(public, c, text)))
}

// ownLink leads to where an invitation is accepted, or to the dashboard. What is behind the # no server gets to see.
func ownLink(public, key string) (string, error) {
	if key == "" {
		return public + "/admin/", nil
	}
	return link.Fill("{base}/admin/invitation#token={key}", map[string]string{"base": public, "key": key})
}

func (m *Mail) ownEnvelope(public string, c outbox.Claimed, text message.Rendered) mail.Envelope {
	host := "localhost"
	if u, err := url.Parse(public); err == nil && u.Hostname() != "" {
		host = mailHost(u.Hostname())
	}
	return mail.Envelope{
		From: netmail.Address{Name: platformName, Address: or(m.From, "no-reply@"+host)},
		To:   c.Recipient, Subject: text.Subject, Text: text.Text, HTML: text.HTML,
		MessageID: "<" + c.ID.String() + "@" + host + ">", Date: c.CreatedAt,
	}
}
