package keyhall

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// EventWebhookTest is the event of the test button. No endpoint chooses it, and each may get it.
const EventWebhookTest WebhookEventType = "webhook.test"

// Why a call is none of Keyhall's. A receiver answers 400 to all of them and does nothing.
var (
	ErrWebhookHeaders   = errors.New("keyhall: the call lacks a header of Standard Webhooks, or it makes no sense")
	ErrWebhookStale     = errors.New("keyhall: the call is too old, or from the future")
	ErrWebhookSignature = errors.New("keyhall: none of the call's signatures is by one of the secrets")
	ErrWebhookBody      = errors.New("keyhall: the call's body is no event")
	ErrWebhookSecret    = errors.New("keyhall: a webhook's secret is whsec_ and at least 16 bytes in base64")
)

// The headers of Standard Webhooks.
const (
	webhookID        = "Webhook-Id"
	webhookTimestamp = "Webhook-Timestamp"
	webhookSignature = "Webhook-Signature"
)

const (
	webhookTolerance = 5 * time.Minute
	maxWebhook       = 1 << 20 // bytes
)

// WebhookVerifier tells calls of a tenant's webhook from those of anybody else. It is safe for parallel use.
type WebhookVerifier struct {
	keys [][]byte

	// Tolerance is how far a call's time may be from now, either way: what was overheard works no longer than that.
	Tolerance time.Duration
	// Now is the clock.
	Now func() time.Time
}

// NewWebhookVerifier makes one for the secrets of an endpoint: one, or two while it is replaced. It tolerates five
// minutes, and fails with ErrWebhookSecret.
func NewWebhookVerifier(secrets ...string) (*WebhookVerifier, error) {
	v := &WebhookVerifier{Tolerance: webhookTolerance, Now: time.Now}
	for _, secret := range secrets {
		key, err := webhookKey(secret)
		if err != nil {
			return nil, err
		}
		v.keys = append(v.keys, key)
	}
	if len(v.keys) == 0 {
		return nil, ErrWebhookSecret
	}
	return v, nil
}

// Read verifies a request and reads its event, of at most 1 MiB. It fails as Verify does, and with the error of reading.
func (v *WebhookVerifier) Read(r *http.Request) (WebhookEvent, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxWebhook+1))
	if err != nil {
		return WebhookEvent{}, err
	}
	if len(body) > maxWebhook {
		return WebhookEvent{}, ErrWebhookBody
	}
	return v.Verify(r.Header, body)
}

// Verify checks the headers of a call against the bytes of its body, and reads the event. An event may come twice: its
// ID is the same then. It fails with one of the errors above.
func (v *WebhookVerifier) Verify(header http.Header, body []byte) (e WebhookEvent, err error) {
	id, stamp := header.Get(webhookID), header.Get(webhookTimestamp)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || id == "" || header.Get(webhookSignature) == "" {
		return e, ErrWebhookHeaders
	}
	if v.Now().Sub(time.Unix(seconds, 0)).Abs() > v.Tolerance {
		return e, ErrWebhookStale
	}
	if !v.signed(header.Get(webhookSignature), id, stamp, body) {
		return e, ErrWebhookSignature
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return WebhookEvent{}, fmt.Errorf("%w: %w", ErrWebhookBody, err)
	}
	return e, nil
}

func (v *WebhookVerifier) signed(signatures, id, stamp string, body []byte) bool {
	good := false
	for _, text := range strings.Fields(signatures) {
		given, isV1 := strings.CutPrefix(text, "v1,")
		if !isV1 {
			continue
		}
		for _, key := range v.keys {
			good = hmac.Equal([]byte(given), []byte(webhookMAC(key, id, stamp, body))) || good
		}
	}
	return good
}

// SignWebhook sets the headers of a call, for tests of a receiver: one signature for each secret. It fails with
// ErrWebhookSecret.
func SignWebhook(header http.Header, id string, at time.Time, body []byte, secrets ...string) error {
	stamp := strconv.FormatInt(at.Unix(), 10)
	signatures := make([]string, len(secrets))
	for i, secret := range secrets {
		key, err := webhookKey(secret)
		if err != nil {
			return err
		}
		signatures[i] = "v1," + webhookMAC(key, id, stamp, body)
	}
	header.Set(webhookID, id)
	header.Set(webhookTimestamp, stamp)
	header.Set(webhookSignature, strings.Join(signatures, " "))
	return nil
}

func webhookMAC(key []byte, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func webhookKey(secret string) ([]byte, error) {
	text, found := strings.CutPrefix(secret, "whsec_")
	key, err := base64.StdEncoding.DecodeString(text)
	if !found || err != nil || len(key) < 16 {
		return nil, ErrWebhookSecret
	}
	return key, nil
}
