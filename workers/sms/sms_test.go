package sms_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/sms"
)

// owe claims a text message with a code.
func owe(t *testing.T, in *tenants.Scope, locale string) outbox.Claimed {
	t.Helper()
	box := outbox.New(pgtest.Get(t).Sealer)
	var id uuid.UUID
	err := in.Tx(t.Context(), func(tx *tenants.Tx) (err error) {
		id, err = box.Add(t.Context(), tx, outbox.Job{
			Kind: sms.Kind, Recipient: "+905321234567", Payload: map[string]any{"message": "otp", "locale": locale},
			Secret: map[string]any{"otp": "0123456"}, ExpiresAt: time.Now().Add(5 * time.Minute),
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := box.Claim(t.Context(), in, id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheSinkKeepsTheCodeInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	for locale, words := range map[string]string{"": "your code is 0123456. It works once, for 5 minutes.", "de-AT": "Ihr Code ist 0123456.", "zh-TW": "您的驗證碼是 0123456"} {
		in := h.Tenant(t, "")
		if err := (&sms.SMS{Sink: true}).Handle(t.Context(), in, owe(t, in, locale)); err != nil {
			t.Fatal(err)
		}
		all, err := outbox.DevMessages(t.Context(), h.Platform, in.Slug(), "+905321234567")
		if err != nil || len(all) != 1 {
			t.Fatalf("%d messages, %v", len(all), err)
		}
		m := all[0]
		var data struct{ OTP string }
		if err := json.Unmarshal(m.Data, &data); err != nil {
			t.Fatal(err)
		}
		if m.Channel != "sms" || m.Kind != "otp" || data.OTP != "0123456" || !strings.Contains(m.Text, words) || !strings.HasPrefix(m.Text, in.DisplayName()) {
			t.Errorf("%q: %+v", locale, m)
		}
	}
}

func TestWithoutAProviderAMessageFailsForGood(t *testing.T) {
	t.Parallel()
	in := pgtest.Get(t).Tenant(t, "")
	err := (&sms.SMS{}).Handle(t.Context(), in, owe(t, in, ""))
	var f *outbox.Failure
	if !errors.As(err, &f) || !f.Final || f.Answer != "no SMS provider is configured" {
		t.Fatalf("got %v", err)
	}
}
