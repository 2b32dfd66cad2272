package sms

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/keyhall/keyhall/tenants/outbox"
)

const twilioURL = "https://api.twilio.com"

// askTwilio creates a Message resource (Twilio's Programmable Messaging API, version 2010-04-01).
func askTwilio(ctx context.Context, a account, m outgoing) (*http.Request, error) {
	form := url.Values{"To": {m.To}, "Body": {m.Text}}
	if strings.HasPrefix(a.Sender, "MG") && len(a.Sender) == len("MG")+32 {
		form.Set("MessagingServiceSid", a.Sender)
	} else {
		form.Set("From", a.Sender)
	}
	address := or(a.URL, twilioURL) + "/2010-04-01/Accounts/" + url.PathEscape(a.Account) + "/Messages.json"
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.SetBasicAuth(a.Account, a.Secret)
	return q, nil
}

func readTwilio(status int, body []byte) *outbox.Failure {
	if status == http.StatusCreated || status == http.StatusOK {
		return nil
	}
	var said struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(body, &said); err != nil || said.Message == "" {
		return refused(status, fmt.Sprintf("Twilio: status %d", status))
	}
	return refused(status, fmt.Sprintf("Twilio: %d %s", said.Code, said.Message))
}
