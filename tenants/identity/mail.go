package identity

import (
	"context"
	"time"

	"github.com/keyhall/keyhall/tenants/outbox"
)

// letter is a mail the core owes: which message, to whom, and what its template needs.
type letter struct {
	message string
	to      account
	address string         // empty: the account's own
	secret  map[string]any // keys and tokens; sealed in the outbox
	data    map[string]any // anything else
	expires time.Time      // after that it is dropped, not sent
}

// send puts a mail into the outbox of this transaction. An account without an address gets none.
func (u *unit) send(ctx context.Context, l letter) error {
	address := l.address
	if address == "" {
		address = l.to.Email
	}
	if address == "" {
		return nil
	}
	payload := map[string]any{
		"message": l.message, "locale": l.to.Locale, "language": u.client.Language,
		"username": l.to.Username, "name": l.to.FirstName,
	}
	for k, v := range l.data {
		payload[k] = v
	}
	_, err := u.s.Box.Add(ctx, u.Tx, outbox.Job{
		Kind: "mail", UserID: l.to.ID, Recipient: address,
		Payload: payload, Secret: l.secret, ExpiresAt: l.expires,
	})
	return err
}
