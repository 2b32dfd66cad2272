// Package webhook does the jobs of kind "webhook": signed calls of tenants' endpoints. It owns the call and what its
// answer means, and nothing of retries, leases, or what an event says.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/publicnet"
	"github.com/keyhall/keyhall/internal/webhook"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/webhooks"
)

// Timeout is how long a receiver may take for one call, its answer included.
const Timeout = 10 * time.Second

// Webhook calls endpoints. Make it with its fields set; it is safe for parallel use.
type Webhook struct {
	Endpoints *webhooks.Service
	Client    *http.Client // made by publicnet.Client
}

// Handle makes one call. An answer with a status of 200 to 299 is a success, whatever its body.
func (w *Webhook) Handle(ctx context.Context, in *tenants.Scope, c outbox.Claimed) error {
	endpoint, err := uuid.Parse(c.Recipient)
	if err != nil {
		return outbox.Pointless("the endpoint is unknown", err)
	}
	event, kind, body := webhooks.Body(c)
	call, err := w.Endpoints.Call(ctx, in, endpoint)
	switch {
	case errors.Is(err, fault.PathUnknown):
		return outbox.Pointless("the endpoint was deleted", nil)
	case err != nil:
		return err
	case !call.Active && kind != webhooks.Test:
		return outbox.Pointless("the endpoint is switched off", nil)
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, call.URL, bytes.NewReader(body))
	if err != nil {
		return outbox.Pointless("the endpoint has no usable address", nil) // the cause would name it
	}
	q.Header.Set("Content-Type", "application/json")
	webhook.Sign(q.Header, event, time.Now(), body, call.Keys...)
	status, answer, err := publicnet.Do(w.Client, q)
	if status != 0 {
		c.Heard(status, string(answer))
	}
	if status/100 == 2 {
		return nil
	}
	if err != nil {
		return unreached(err)
	}
	return outbox.Passing(fmt.Sprintf("the receiver answered with status %d", status), nil)
}

// unreached is a call without an answer to go by. What the address is to blame for does not get better by trying.
func unreached(err error) *outbox.Failure {
	reason := publicnet.Reason(err)
	for _, address := range []error{publicnet.ErrNotHTTPS, publicnet.ErrNotPublic, publicnet.ErrRedirected} {
		if errors.Is(err, address) {
			return outbox.Pointless(reason, nil)
		}
	}
	return outbox.Passing(reason, nil) // the cause has the address in it, and that may hold what is secret
}
