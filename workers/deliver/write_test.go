package deliver_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/wording"
)

// put gives the tenant its own wording of the mail that confirms an address.
func (r *rig) put(locale, subject, text string) {
	r.t.Helper()
	k, err := wording.NewKey(wording.Email, "verify_email", locale)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := wording.Put(r.t.Context(), r.in, tenants.Who{Kind: "system"}, k, message.Source{Subject: subject, Text: text}); err != nil {
		r.t.Fatal(err)
	}
}

// to sends the mail to a reader with these languages.
func (r *rig) to(account, request string) (subject, text string) {
	r.t.Helper()
	j := verify()
	j.Payload["locale"], j.Payload["language"] = account, request
	m, _ := r.send(j)
	return m.Header.Get("Subject"), m.Text
}

// The language is that of the user, then of the request, then of the tenant; in it the tenant's wording goes first.
func TestTheTenantsWordingGoesFirst(t *testing.T) {
	r := newRig(t, `{"locale": "de"}`)
	r.put("de", "Moin von {site}", "Moin {name?},\n\n[Los]({link})\n\nEs gilt {lifetime?}.")
	r.put("ja", "{site}", "こんにちは\n\n[確認]({link})\n\n{lifetime?}")
	for _, c := range []struct{ account, request, want string }{
		{"de", "ja", "Moin Anna,"},
		{"", "ja", "こんにちは"},
		{"", "ja;q=0.5, fr", "Bonjour"}, // nobody wrote one in French, but it is shipped
		{"", "", "Moin Anna,"},
		{"ko", "sv", "Moin Anna,"},
	} {
		if _, text := r.to(c.account, c.request); !strings.HasPrefix(text, c.want) {
			t.Errorf("%+v: %s", c, text)
		}
	}
	if subject, text := r.to("de", ""); subject != "Moin von "+r.in.Tenant().Name || !strings.Contains(text, "Es gilt 3 Tage.") || !strings.Contains(text, "Sie erhalten diese E-Mail") {
		t.Errorf("%s: %s", subject, text)
	}
	// A language that Keyhall does not speak gets no words of another one around it.
	if _, text := r.to("ja", ""); !strings.Contains(text, "\n3 d\n") || !strings.HasSuffix(text, "-- \n"+r.in.Tenant().Name+"\n") {
		t.Errorf("japanese: %s", text)
	}
}

func TestAWordingThatDoesNotFitAnyMoreKeepsNobodyFromHisMail(t *testing.T) {
	r := newRig(t, "")
	r.put("en", "Hi", "Old\n\n[Go]({link})")
	_, err := pgtest.Get(t).Owner(t).ExecContext(t.Context(), `update message_templates set body = '{gone}' where tenant_id = $1`, r.in.ID())
	if err != nil {
		t.Fatal(err)
	}
	if subject, text := r.to("en", ""); subject == "Hi" || !strings.Contains(text, "key0123456789") {
		t.Errorf("%s: %s", subject, text)
	}
}

func TestAMailForTrialBringsItsWording(t *testing.T) {
	r := newRig(t, "")
	r.put("en", "In use", "In use\n\n[Go]({link})")
	m, _ := r.send(outbox.Job{Recipient: "design@acme.example", Payload: map[string]any{
		"message": "verify_email", "locale": "en", "key": "sample-key",
		"wording": map[string]any{"subject": "Draft", "text": "Draft for {name?}\n\n[Go]({link})"}, "name": "Mia",
	}})
	if m.Header.Get("Subject") != "Draft" || !strings.HasPrefix(m.Text, "Draft for Mia\n") || !strings.Contains(m.Text, "key=sample-key") {
		t.Errorf("%s: %s", m.Header.Get("Subject"), m.Text)
	}
}
