package webhook_test

import (
	"net/http"
	"testing"
	"time"

	receiving "github.com/keyhall/keyhall/sdk/webhook"

	"github.com/keyhall/keyhall/internal/webhook"
)

// What is signed here, the SDK takes: with the secret before, with the new one, and with both known.
func TestTheSDKTakesWhatIsSigned(t *testing.T) {
	t.Parallel()
	before, after := webhook.NewSecret(), webhook.NewSecret()
	keys := make([][]byte, 0, 2)
	for _, secret := range []string{after, before} {
		key, err := webhook.Key(secret)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	body, header := []byte(`{"id":"e1"}`), http.Header{}
	webhook.Sign(header, "e1", time.Now(), body, keys...)
	for _, known := range [][]string{{before}, {after}, {after, before}, {webhook.NewSecret(), before}} {
		r, err := receiving.New(known[0], known[1:]...)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Verify(header, body); err != nil {
			t.Error(err)
		}
	}
	stranger, err := receiving.New(webhook.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	if stranger.Verify(header, body) == nil {
		t.Error("a stranger's secret fits")
	}
}
