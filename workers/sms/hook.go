package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/keyhall/keyhall/internal/webhook"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// hookBody is what a tenant's own gateway is sent. The id is the same in each attempt, so that a message that came
// through twice can be sent once.
type hookBody struct {
	Type string   `json:"type"` // "sms.send"
	Time string   `json:"timestamp"`
	Data hookData `json:"data"`
}

type hookData struct {
	ID       string `json:"id"`
	Tenant   string `json:"tenant"`
	To       string `json:"to"`
	From     string `json:"from"`
	Text     string `json:"text"`
	Encoding string `json:"encoding"`
	Parts    int    `json:"parts"`
}

// askHook makes a call signed by Standard Webhooks.
func askHook(ctx context.Context, a account, m outgoing) (*http.Request, error) {
	key, err := webhook.Key(a.Secret)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	body, err := json.Marshal(hookBody{
		Type: "sms.send", Time: now.UTC().Format(time.RFC3339),
		Data: hookData{m.ID.String(), m.Tenant, m.To, a.Sender, m.Text, m.Parts.Encoding, m.Parts.Count},
	})
	if err != nil {
		return nil, err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, a.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Content-Type", "application/json")
	webhook.Sign(q.Header, m.ID.String(), now, body, key)
	return q, nil
}

func readHook(status int, _ []byte) *outbox.Failure {
	if status/100 == 2 {
		return nil
	}
	return refused(status, fmt.Sprintf("the hook answered with status %d", status))
}
