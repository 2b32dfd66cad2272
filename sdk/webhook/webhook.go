// Package webhook receives what Keyhall tells a tenant's own servers: it takes only calls that were signed with the endpoint's secret, and
// not long ago. They are signed by the rules of Standard Webhooks (https://www.standardwebhooks.com).
//
//	hooks, err := webhook.New(os.Getenv("WEBHOOK_SECRET"))
//	...
//	mux.Handle("POST /hooks/keyhall", hooks.Handler(func(ctx context.Context, e webhook.Event) error {
//		if e.Type == "user.deleted" {
//			return forget(ctx, e.ID, e.Data)
//		}
//		return nil
//	}))
//
// An event may come twice, with the same ID: whoever must not act twice remembers IDs. It is told again until the answer is 2xx, for a day. Types
// and members are added over time; those that are not known are to be ignored.
//
// While a secret is replaced, New takes both: each call is signed with the one or the other, or with both.
package webhook

import (
	"context"
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

// What is wrong with a call.
var (
	ErrHeaders   = errors.New("webhook: the headers of a signed call are missing")
	ErrTime      = errors.New("webhook: signed too long ago, or in the future")
	ErrSignature = errors.New("webhook: not signed with a secret of ours")
	ErrBody      = errors.New("webhook: no event")
)

// Tolerance is how far the time of a call may be from now. It bounds how long a call that somebody has overheard can be played again.
const Tolerance = 5 * time.Minute

// maxBody is the longest call that is read, in bytes.
const maxBody = 1 << 20

// The headers of a signed call.
const (
	idHeader        = "Webhook-Id"
	timeHeader      = "Webhook-Timestamp"
	signatureHeader = "Webhook-Signature"
)

// Event is what happened. keyhall.WebhookEvent has its data in full; Decode reads them.
type Event struct {
	ID      string          `json:"id"`      // the same each time it is told
	Type    string          `json:"type"`    // "user.created"
	Version int             `json:"version"` // of the shape of Data
	Tenant  string          `json:"tenant"`  // slug
	Time    time.Time       `json:"timestamp"`
	Data    json.RawMessage `json:"data"`
}

// Decode reads the data of the event, as json.Unmarshal does.
func (e Event) Decode(into any) error {
	if err := json.Unmarshal(e.Data, into); err != nil {
		return fmt.Errorf("webhook: reading the data of %s: %w", e.Type, err)
	}
	return nil
}

// Receiver checks calls. It is safe for concurrent use.
type Receiver struct {
	keys [][]byte
	now  func() time.Time
}

// New makes a Receiver with the secret of an endpoint, "whsec_...", and while that is replaced with the one before, too.
func New(secret string, more ...string) (*Receiver, error) {
	r := &Receiver{now: time.Now}
	for _, s := range append([]string{secret}, more...) {
		key, err := readSecret(s)
		if err != nil {
			return nil, err
		}
		r.keys = append(r.keys, key)
	}
	return r, nil
}

// WithClock gives a Receiver that tells the time by another clock, for tests.
func (r *Receiver) WithClock(now func() time.Time) *Receiver {
	return &Receiver{keys: r.keys, now: now}
}

// minKey is the shortest key, in bytes, that is worth its name.
const minKey = 16

func readSecret(secret string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) < minKey {
		return nil, errors.New("webhook: a secret is whsec_ and at least 16 bytes in base64")
	}
	return key, nil
}

// Verify checks the headers of a call against its body, which has to be as it came: not decoded and written again. The
// errors are ErrHeaders, ErrTime and ErrSignature.
func (r *Receiver) Verify(header http.Header, body []byte) error {
	id, stamp, signatures := header.Get(idHeader), header.Get(timeHeader), header.Get(signatureHeader)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if id == "" || err != nil || signatures == "" {
		return ErrHeaders
	}
	if off := r.now().Sub(time.Unix(seconds, 0)); off > Tolerance || off < -Tolerance {
		return ErrTime
	}
	for _, key := range r.keys {
		want := []byte(sign(key, id, stamp, body))
		for signature := range strings.FieldsSeq(signatures) {
			if hmac.Equal([]byte(signature), want) {
				return nil
			}
		}
	}
	return ErrSignature
}

// Read verifies a request and gives its event. The errors are those of Verify, and ErrBody.
func (r *Receiver) Read(req *http.Request) (Event, error) {
	body, err := io.ReadAll(io.LimitReader(req.Body, maxBody+1))
	if err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrBody, err)
	}
	if len(body) > maxBody {
		return Event{}, fmt.Errorf("%w: it is too long", ErrBody)
	}
	if err := r.Verify(req.Header, body); err != nil {
		return Event{}, err
	}
	var e Event
	if err := json.Unmarshal(body, &e); err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrBody, err)
	}
	if e.ID != req.Header.Get(idHeader) || e.Type == "" {
		return Event{}, fmt.Errorf("%w: the id or the type is missing", ErrBody)
	}
	return e, nil
}

// Handler has f see each event. nil is answered with 204; an error with 500, so that the event comes again. Calls that are not signed
// right get 401.
func (r *Receiver) Handler(f func(context.Context, Event) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		e, err := r.Read(req)
		switch {
		case errors.Is(err, ErrBody):
			w.WriteHeader(http.StatusBadRequest)
		case err != nil:
			w.WriteHeader(http.StatusUnauthorized)
		case f(req.Context(), e) != nil:
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	})
}

// Sign sets the headers of a call, signed with each of the secrets. It is for tests of receivers.
func Sign(header http.Header, id string, at time.Time, body []byte, secrets ...string) error {
	stamp := strconv.FormatInt(at.Unix(), 10)
	signatures := make([]string, 0, len(secrets))
	for _, s := range secrets {
		key, err := readSecret(s)
		if err != nil {
			return err
		}
		signatures = append(signatures, sign(key, id, stamp, body))
	}
	header.Set(idHeader, id)
	header.Set(timeHeader, stamp)
	header.Set(signatureHeader, strings.Join(signatures, " "))
	return nil
}

// sign is the signature of a call by one key, in the form of the header.
func sign(key []byte, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
