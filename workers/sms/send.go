package sms

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/publicnet"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// Timeout is how long a provider may take for one call, its answer included.
const Timeout = 15 * time.Second

// outgoing is a message on its way.
type outgoing struct {
	ID     uuid.UUID // of the outbox row: the same in each attempt
	Tenant string    // the slug
	To     string    // E.164
	Text   string
	Parts  message.Parts
}

// account is a tenant's account with a provider.
type account struct {
	tenants.SMSProvider
	Secret string
}

// provider says how one of them is asked, and what its answer means. Ask makes the request of one message. Read gets
// the status and the beginning of the body; nil means that the message is taken, and an error says why not, in words for
// the tenant's administrators.
type provider struct {
	ask  func(context.Context, account, outgoing) (*http.Request, error)
	read func(status int, body []byte) *outbox.Failure
}

var providers = map[string]provider{
	"twilio": {askTwilio, readTwilio},
	"vonage": {askVonage, readVonage},
	"hook":   {askHook, readHook},
}

func (s *SMS) send(ctx context.Context, in *tenants.Scope, settings tenants.SMSProvider, c outbox.Claimed, m outgoing) error {
	p, known := providers[settings.Name]
	if !known {
		return outbox.Pointless("the SMS provider is unknown", nil)
	}
	secret, err := s.Registry.SMSSecret(in)
	if err != nil {
		return outbox.Pointless("the provider's secret cannot be opened; set it again", err)
	}
	q, err := p.ask(ctx, account{settings, secret}, m)
	if err != nil {
		return outbox.Pointless("the provider cannot be asked: "+err.Error(), err)
	}
	status, body, err := publicnet.Do(s.Client, q)
	if err != nil {
		return hidden(unreached(err), secret)
	}
	c.Heard(status, "") // what it said may hold what is secret
	if f := p.read(status, body); f != nil {
		return hidden(f, secret)
	}
	return nil
}

// unreached is a call without an answer. What the settings are to blame for does not get better by trying.
func unreached(err error) *outbox.Failure {
	reason := publicnet.Reason(err)
	if errors.Is(err, publicnet.ErrNotHTTPS) || errors.Is(err, publicnet.ErrNotPublic) || errors.Is(err, publicnet.ErrRedirected) {
		return outbox.Pointless(reason, nil)
	}
	return outbox.Passing(reason, nil) // the cause has the address in it, and that may hold what is secret
}

// refused makes a failure of a status that means no success. Try again when the other side is busy or broken, and when it
// does not know the account: then the message waits until the settings are right, or it expires.
func refused(status int, answer string) *outbox.Failure {
	switch {
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status == http.StatusTooEarly,
		status == http.StatusUnauthorized, status == http.StatusForbidden:
		return outbox.Passing(answer, nil)
	default:
		return outbox.Pointless(answer, nil)
	}
}

// hidden takes the secret out of what a provider says, should it repeat it.
func hidden(f *outbox.Failure, secret string) *outbox.Failure {
	if secret != "" {
		f.Answer = strings.ReplaceAll(f.Answer, secret, "…")
	}
	return f
}

func or(own, usual string) string {
	if own == "" {
		return usual
	}
	return strings.TrimRight(own, "/")
}
