package sms

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
)

const vonageURL = "https://rest.nexmo.com"

// askVonage asks Vonage's SMS API.
func askVonage(ctx context.Context, a account, m outgoing) (*http.Request, error) {
	form := url.Values{
		"api_key": {a.Account}, "api_secret": {a.Secret}, "from": {a.Sender}, "to": {strings.TrimPrefix(m.To, "+")}, "text": {m.Text},
		"client-ref": {m.ID.String()},
	}
	if m.Parts.Encoding == message.UCS2 {
		form.Set("type", "unicode")
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, or(a.URL, vonageURL)+"/sms/json", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return q, nil
}

// Of the statuses that Vonage gives each part of a message, these pass: throttled, wrong credentials (until they are set
// right), internal error, no money left, too many connections.
var vonagePasses = []string{"1", "4", "5", "9", "10"}

// readVonage reads an answer, which has the status 200 whatever happened.
func readVonage(status int, body []byte) *outbox.Failure {
	if status != http.StatusOK {
		return refused(status, fmt.Sprintf("Vonage: status %d", status))
	}
	var said struct {
		Messages []struct {
			Status string `json:"status"`
			Text   string `json:"error-text"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(body, &said); err != nil || len(said.Messages) == 0 {
		return outbox.Passing("Vonage: an answer that cannot be read", nil)
	}
	for _, part := range said.Messages {
		answer := fmt.Sprintf("Vonage: %s %s", part.Status, part.Text)
		switch {
		case part.Status == "0":
		case slices.Contains(vonagePasses, part.Status):
			return outbox.Passing(answer, nil)
		default:
			return outbox.Pointless(answer, nil)
		}
	}
	return nil
}
