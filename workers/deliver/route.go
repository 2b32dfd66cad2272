package deliver

import (
	"errors"
	"net"
	netmail "net/mail"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/mail"
)

var errNoServer = errors.New("no mail server is configured")

// server picks the tenant's own mail server, else the platform's, else errNoServer.
func (m *Mail) server(in *tenants.Scope) (mail.Server, error) {
	own := in.Settings().SMTP
	switch {
	case own == nil && m.Server == nil:
		return mail.Server{}, errNoServer
	case own == nil:
		return *m.Server, nil
	}
	password, err := m.Registry.SMTPPassword(in)
	if err != nil {
		return mail.Server{}, errors.New("the password of the mail server cannot be opened")
	}
	return mail.Server{
		Host: own.Host, Port: own.Port, Username: own.Username, Password: password,
		TLS: mail.TLS(own.TLS), PublicOnly: !m.Private,
	}, nil
}

// envelope addresses the message. The tenant's own address is the sender only through the tenant's own server: the
// platform's must not vouch for whatever address a tenant writes down, so there it only says where answers go.
func (m *Mail) envelope(in *tenants.Scope, c outbox.Claimed, text message.Rendered) mail.Envelope {
	host := mailHost(in.Host())
	sender := in.Settings().Sender
	e := mail.Envelope{
		From: netmail.Address{Name: or(sender.Name, in.DisplayName()), Address: or(m.From, "no-reply@"+host)},
		To:   c.Recipient, Subject: text.Subject, Text: text.Text, HTML: text.HTML,
		MessageID: "<" + c.ID.String() + "@" + host + ">", Date: c.CreatedAt,
	}
	switch {
	case sender.Address == "":
	case in.Settings().SMTP != nil:
		e.From.Address = sender.Address
	default:
		e.ReplyTo = sender.Address
	}
	return e
}

// mailHost keeps literal addresses, which only development has, out of mail addresses.
func mailHost(host string) string {
	if net.ParseIP(host) != nil {
		return "localhost"
	}
	return host
}

func or(own, standard string) string {
	if own != "" {
		return own
	}
	return standard
}
