package webhook_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/webhook"
)

// The example that the specification of Standard Webhooks gives for its libraries.
func TestSignatureOfTheSpecification(t *testing.T) {
	t.Parallel()
	key, err := webhook.Key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	webhook.Sign(h, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`), key)
	if got := h.Get("webhook-signature"); got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" || h.Get("webhook-timestamp") != "1614265330" {
		t.Fatal(h)
	}
}

func TestSecretsAreReadStrictly(t *testing.T) {
	t.Parallel()
	if key, err := webhook.Key(webhook.NewSecret()); err != nil || len(key) != 32 {
		t.Fatal(key, err)
	}
	for _, bad := range []string{"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_!!!!"} {
		if _, err := webhook.Key(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
