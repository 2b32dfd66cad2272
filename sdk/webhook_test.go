package keyhall_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// What the makers of Standard Webhooks publish for tests of its libraries.
const (
	publishedSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	publishedID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	publishedTime      = 1614265330
	publishedBody      = `{"test": 2432232314}`
	publishedSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

const (
	secret      = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	otherSecret = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
	event       = `{"id":"0195a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5c","type":"user.created","version":1,"tenant":"acme","timestamp":"2026-03-02T08:15:00Z",` +
		`"data":{"action":"user.registered","actor":{"type":"user","id":"7"},"user":{"id":7,"email":"mia@example.com"}}}`
)

func verifier(t *testing.T, at time.Time, secrets ...string) *keyhall.WebhookVerifier {
	t.Helper()
	v, err := keyhall.NewWebhookVerifier(secrets...)
	if err != nil {
		t.Fatal(err)
	}
	v.Now = func() time.Time { return at }
	return v
}

func signed(t *testing.T, at time.Time, body string, secrets ...string) http.Header {
	t.Helper()
	h := http.Header{}
	if err := keyhall.SignWebhook(h, "e1", at, []byte(body), secrets...); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestTheSignatureIsThatOfStandardWebhooks(t *testing.T) {
	t.Parallel()
	at := time.Unix(publishedTime, 0)
	h := http.Header{}
	if err := keyhall.SignWebhook(h, publishedID, at, []byte(publishedBody), publishedSecret); err != nil {
		t.Fatal(err)
	}
	if h.Get("Webhook-Signature") != publishedSignature || h.Get("webhook-id") != publishedID || h.Get("webhook-timestamp") != "1614265330" {
		t.Errorf("signed as %v", h)
	}
	if _, err := verifier(t, at, publishedSecret).Verify(h, []byte(publishedBody)); err != nil {
		t.Error(err)
	}
}

func TestAnEventIsRead(t *testing.T) {
	t.Parallel()
	at := time.Now()
	r := httptest.NewRequest(http.MethodPost, "/hooks", strings.NewReader(event))
	r.Header = signed(t, at, event, secret)
	e, err := verifier(t, at, secret).Read(r)
	if err != nil || e.Type != keyhall.EventUserCreated || e.Data.User.ID != 7 || *e.Data.User.Email != "mia@example.com" || *e.Data.Action != "user.registered" || e.Tenant != "acme" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestEitherSideMayHaveTwoSecrets(t *testing.T) {
	t.Parallel()
	at := time.Now()
	for name, test := range map[string]struct{ signs, knows []string }{
		"Keyhall":      {[]string{otherSecret, secret}, []string{secret}},
		"the receiver": {[]string{secret}, []string{otherSecret, secret}},
		"both":         {[]string{secret, otherSecret}, []string{otherSecret, secret}},
	} {
		if _, err := verifier(t, at, test.knows...).Verify(signed(t, at, event, test.signs...), []byte(event)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// MSG-09: what was overheard does not work later, and what was changed does not work at all.
func TestMSG09AForgedOrLateCallIsRefused(t *testing.T) {
	t.Parallel()
	at := time.Now()
	v := verifier(t, at, secret)
	for name, test := range map[string]struct {
		header http.Header
		body   string
		want   error
	}{
		"ten minutes later":     {signed(t, at.Add(-10*time.Minute), event, secret), event, keyhall.ErrWebhookStale},
		"from the future":       {signed(t, at.Add(10*time.Minute), event, secret), event, keyhall.ErrWebhookStale},
		"another body":          {signed(t, at, event, secret), strings.Replace(event, "7", "8", 1), keyhall.ErrWebhookSignature},
		"another secret":        {signed(t, at, event, otherSecret), event, keyhall.ErrWebhookSignature},
		"another id":            {with(signed(t, at, event, secret), "Webhook-Id", "e2"), event, keyhall.ErrWebhookSignature},
		"another time":          {with(signed(t, at, event, secret), "Webhook-Timestamp", fmt.Sprint(at.Unix()+1)), event, keyhall.ErrWebhookSignature},
		"another scheme":        {with(signed(t, at, event, secret), "Webhook-Signature", "v1a,abc"), event, keyhall.ErrWebhookSignature},
		"no signature":          {with(signed(t, at, event, secret), "Webhook-Signature", ""), event, keyhall.ErrWebhookHeaders},
		"no id":                 {with(signed(t, at, event, secret), "Webhook-Id", ""), event, keyhall.ErrWebhookHeaders},
		"a time that is none":   {with(signed(t, at, event, secret), "Webhook-Timestamp", "today"), event, keyhall.ErrWebhookHeaders},
		"a time beyond numbers": {with(signed(t, at, event, secret), "Webhook-Timestamp", "-9223372036854775808"), event, keyhall.ErrWebhookStale},
		"no event":              {signed(t, at, "[]", secret), "[]", keyhall.ErrWebhookBody},
	} {
		if e, err := v.Verify(test.header, []byte(test.body)); !errors.Is(err, test.want) || e.ID != "" {
			t.Errorf("%s: %v, %v", name, e, err)
		}
	}
	long := strings.Repeat(" ", 1<<20) + event
	r := httptest.NewRequest(http.MethodPost, "/hooks", strings.NewReader(long))
	r.Header = signed(t, at, long, secret)
	if _, err := v.Read(r); !errors.Is(err, keyhall.ErrWebhookBody) {
		t.Errorf("a long body: %v", err)
	}
}

func with(h http.Header, name, value string) http.Header {
	h.Set(name, value)
	return h
}

func TestASecretThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, secrets := range [][]string{nil, {""}, {"abc"}, {"whsec_"}, {"whsec_c2hvcnQ="}, {"whsec_!"}, {secret, "whsec_"}} {
		if _, err := keyhall.NewWebhookVerifier(secrets...); !errors.Is(err, keyhall.ErrWebhookSecret) {
			t.Errorf("%q: %v", secrets, err)
		}
	}
	if err := keyhall.SignWebhook(http.Header{}, "e1", time.Now(), nil, "x"); !errors.Is(err, keyhall.ErrWebhookSecret) {
		t.Error(err)
	}
}

// A server is told of what happens to a tenant's users.
func ExampleWebhookVerifier() {
	verifier, err := keyhall.NewWebhookVerifier(os.Getenv("KEYHALL_WEBHOOK_SECRET"))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /hooks/keyhall", func(w http.ResponseWriter, r *http.Request) {
		event, err := verifier.Read(r)
		if err != nil {
			http.Error(w, "not by Keyhall", http.StatusBadRequest)
			return
		}
		if event.Type == keyhall.EventUserDeleted { // an event may come twice; event.ID tells
			log.Println("forget", event.Data.User.ID)
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// A test of a receiver signs its own calls.
func ExampleSignWebhook() {
	secret := "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	body := []byte(`{"id":"0195a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5c","type":"user.deleted","version":1,"tenant":"acme","timestamp":"2026-03-02T08:15:00Z","data":{"user":{"id":7}}}`)
	call := httptest.NewRequest(http.MethodPost, "/hooks/keyhall", bytes.NewReader(body))
	if err := keyhall.SignWebhook(call.Header, "0195a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5c", time.Now(), body, secret); err != nil {
		log.Fatal(err)
	}
	verifier, err := keyhall.NewWebhookVerifier(secret)
	if err != nil {
		log.Fatal(err)
	}
	event, err := verifier.Read(call)
	fmt.Println(event.Type, event.Data.User.ID, err)
	// Output: user.deleted 7 <nil>
}
