package sms_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/wording"
	"github.com/keyhall/keyhall/workers/sms"
)

// sent gives the text that a reader with this language gets.
func sent(t *testing.T, in *tenants.Scope, locale string) string {
	t.Helper()
	if err := (&sms.SMS{Sink: true}).Handle(t.Context(), in, owe(t, in, locale)); err != nil {
		t.Fatal(err)
	}
	all, err := outbox.DevMessages(t.Context(), pgtest.Get(t).Platform, in.Slug(), "+905321234567")
	if err != nil || len(all) == 0 {
		t.Fatalf("%d messages, %v", len(all), err)
	}
	return all[0].Text
}

func TestTheTenantsWordingIsTexted(t *testing.T) {
	t.Parallel()
	in := pgtest.Get(t).Tenant(t, `{"branding": {"name": "Acme"}}`)
	for locale, text := range map[string]string{"de": "{otp} für {site}, {lifetime}", "ja": "{otp}、{lifetime}"} {
		k, err := wording.NewKey(wording.SMS, "otp", locale)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wording.Put(t.Context(), in, tenants.Who{Kind: "system"}, k, message.Source{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	for locale, want := range map[string]string{"de": "0123456 für Acme, 5 Minuten", "ja": "0123456、5 min"} {
		if got := sent(t, in, locale); got != want {
			t.Errorf("%s: %q", locale, got)
		}
	}
	if got := sent(t, in, "fr"); !strings.HasPrefix(got, "Acme : votre code est 0123456.") {
		t.Errorf("fr: %q", got)
	}
	if _, err := pgtest.Get(t).Owner(t).ExecContext(t.Context(), `update message_templates set body = '{gone}' where tenant_id = $1`, in.ID()); err != nil {
		t.Fatal(err)
	}
	if got := sent(t, in, "de"); !strings.HasPrefix(got, "Acme: Ihr Code ist 0123456.") {
		t.Errorf("a wording that does not fit any more: %q", got)
	}
}
