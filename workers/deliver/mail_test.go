package deliver_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/smtpsink"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/deliver"
	"github.com/keyhall/keyhall/workers/mail"
)

// rig is the mail job in one fresh tenant.
type rig struct {
	t    *testing.T
	in   *tenants.Scope
	box  *outbox.Box
	mail *deliver.Mail
	smtp *smtpsink.Sink
}

func newRig(t *testing.T, settings string) *rig {
	t.Helper()
	t.Parallel()
	h := pgtest.Get(t)
	r := &rig{t: t, in: h.Tenant(t, settings), box: outbox.New(h.Sealer), smtp: smtpsink.Start(t)}
	server, err := mail.ParseURL(r.smtp.URL())
	if err != nil {
		t.Fatal(err)
	}
	sender := mail.New(mail.Options{})
	t.Cleanup(sender.Close)
	r.mail = &deliver.Mail{Registry: h.Registry, Sender: sender, Server: &server, Private: true}
	return r
}

// claim owes a mail and claims it.
func (r *rig) claim(j outbox.Job) outbox.Claimed {
	r.t.Helper()
	j.Kind = deliver.Kind
	var id uuid.UUID
	err := r.in.Tx(r.t.Context(), func(tx *tenants.Tx) (err error) {
		id, err = r.box.Add(r.t.Context(), tx, j)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	c, err := r.box.Claim(r.t.Context(), r.in, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// send sends a mail and gives what arrived.
func (r *rig) send(j outbox.Job) (smtpsink.Message, outbox.Claimed) {
	r.t.Helper()
	c := r.claim(j)
	if err := r.mail.Handle(r.t.Context(), r.in, c); err != nil {
		r.t.Fatal(err)
	}
	all := r.smtp.Wait(1)
	return all[len(all)-1], c
}

func verify() outbox.Job {
	return outbox.Job{
		Recipient: "anna@example.org", Payload: map[string]any{"message": "verify_email", "name": "Anna"},
		Secret: map[string]any{"key": "key0123456789"}, ExpiresAt: time.Now().Add(72 * time.Hour),
	}
}

func TestAMailIsAddressedAndNamed(t *testing.T) {
	r := newRig(t, "")
	m, c := r.send(verify())
	if want := "<" + c.ID.String() + "@id.example.test>"; m.Header.Get("Message-ID") != want {
		t.Errorf("Message-ID %s", m.Header.Get("Message-ID"))
	}
	if from := m.Header.Get("From"); from != fmt.Sprintf("%q <no-reply@id.example.test>", r.in.Tenant().Name) || m.From != "no-reply@id.example.test" {
		t.Errorf("from %s by %s", from, m.From)
	}
	if len(m.To) != 1 || m.To[0] != "anna@example.org" || m.Header.Get("Reply-To") != "" {
		t.Errorf("to %v, answers to %q", m.To, m.Header.Get("Reply-To"))
	}
	link := "https://id.example.test/t/" + r.in.Slug() + "/pages/verify-email?key=key0123456789"
	if !strings.Contains(m.Text, link) || !strings.Contains(m.HTML, link) || !strings.Contains(m.Text, "3 days") || !strings.Contains(m.Text, "Anna") {
		t.Errorf("text %s", m.Text)
	}
}

func TestLinksLeadToTheHostedPagesOrTheTenantsOwn(t *testing.T) {
	own := newRig(t, `{"links": {"verify_email": "https://app.example/v/{key}", "change_email": "myapp://change?k={key}",
		"reset_password": "https://app.example/reset?u={uid}&t={token}"}}`)
	h := pgtest.Get(t)
	hosted := &rig{t: t, in: h.Tenant(t, ""), box: own.box, mail: own.mail, smtp: own.smtp}
	key, reset := map[string]any{"key": "k-1"}, map[string]any{"uid": "Nw", "token": "abc-0123"}
	base := hosted.in.Base()
	for _, c := range []struct {
		rig     *rig
		message string
		secret  map[string]any
		link    string
	}{
		{hosted, "verify_email", key, base + "/pages/verify-email?key=k-1"},
		{hosted, "email_change", key, base + "/pages/change-email?key=k-1"},
		{hosted, "password_reset", reset, base + "/pages/reset-password?uid=Nw&token=abc-0123"},
		{hosted, "admin_invitation", key, "https://id.example.test/admin/invitation#token=k-1"},
		{hosted, "admin_invitation", nil, "https://id.example.test/admin/"},
		{hosted, "approved", map[string]any{"link": "https://app.example/in"}, "https://app.example/in"},
		{own, "verify_email", key, "https://app.example/v/k-1"},
		{own, "email_change", key, "myapp://change?k=k-1"},
		{own, "password_reset", reset, "https://app.example/reset?u=Nw&t=abc-0123"},
	} {
		m, _ := c.rig.send(outbox.Job{Recipient: "anna@example.org", Payload: map[string]any{"message": c.message}, Secret: c.secret})
		if !strings.Contains(m.Text, c.link+"\n") {
			t.Errorf("%s: no %s in\n%s", c.message, c.link, m.Text)
		}
	}
}

func TestTheReadersLanguageIsUsed(t *testing.T) {
	r := newRig(t, `{"locale": "fr"}`)
	for _, c := range []struct{ locale, language, want string }{
		{"de-AT", "es", "Guten Tag"}, {"", "es-MX,en;q=0.5", "Hola"}, {"", "", "Bonjour"},
	} {
		j := verify()
		j.Payload["locale"], j.Payload["language"] = c.locale, c.language
		if m, _ := r.send(j); !strings.Contains(m.Text, c.want) {
			t.Errorf("%+v: %s", c, m.Text)
		}
	}
}

// tenantSMTP makes a rig whose tenant has the sink as its own server.
func tenantSMTP(t *testing.T) *rig {
	r := newRig(t, "")
	own := smtpsink.Start(t, smtpsink.WithAuth("mailer", "pa55-word"))
	patch := fmt.Sprintf(`{"sender": {"name": "Acme", "address": "hello@acme.example"},
		"smtp": {"host": "localhost", "port": %d, "username": "mailer", "password": "pa55-word", "tls": "none"}}`, own.Port())
	h := pgtest.Get(t)
	r.in, r.smtp = h.Tenant(t, patch), own
	return r
}

func TestTheTenantsOwnServerGoesFirst(t *testing.T) {
	r := tenantSMTP(t)
	m, _ := r.send(verify())
	if m.Username != "mailer" || m.From != "hello@acme.example" || m.Header.Get("From") != `"Acme" <hello@acme.example>` {
		t.Fatalf("sent by %q from %q, %s", m.Username, m.From, m.Header.Get("From"))
	}
}

func TestATenantsServerMustBePublicInProduction(t *testing.T) {
	r := tenantSMTP(t)
	r.mail.Private = false
	err := r.mail.Handle(t.Context(), r.in, r.claim(verify()))
	var f *outbox.Failure
	if !errors.As(err, &f) || strings.Contains(f.Answer, "127.0.0.1") || len(r.smtp.Messages()) != 0 {
		t.Fatalf("got %v", err)
	}
}

// The platform's server must not vouch for an address that a tenant just wrote down.
func TestThePlatformsServerKeepsThePlatformsAddress(t *testing.T) {
	r := newRig(t, `{"sender": {"name": "Acme", "address": "ceo@victim.example"}}`)
	r.mail.From = "mail@keyhall.example"
	m, _ := r.send(verify())
	if m.From != "mail@keyhall.example" || m.Header.Get("From") != `"Acme" <mail@keyhall.example>` || m.Header.Get("Reply-To") != "<ceo@victim.example>" {
		t.Fatalf("from %q, %s, answers to %s", m.From, m.Header.Get("From"), m.Header.Get("Reply-To"))
	}
}

func TestTheSinkKeepsWhatHasNoServer(t *testing.T) {
	r := newRig(t, "")
	r.mail.Server, r.mail.Sink = nil, true
	c := r.claim(outbox.Job{
		Recipient: "anna@example.org", Payload: map[string]any{"message": "password_reset"},
		Secret: map[string]any{"uid": "Nw", "token": "abc-0123"}, ExpiresAt: time.Now().Add(time.Hour),
	})
	for range 2 { // the second time stands for a worker that died before it could mark the first
		if err := r.mail.Handle(t.Context(), r.in, c); err != nil {
			t.Fatal(err)
		}
	}
	all, err := outbox.DevMessages(t.Context(), pgtest.Get(t).Platform, r.in.Slug(), "anna@example.org")
	if err != nil || len(all) != 1 {
		t.Fatalf("%d messages, %v", len(all), err)
	}
	var data struct{ UID, Token, Link string }
	if err := json.Unmarshal(all[0].Data, &data); err != nil {
		t.Fatal(err)
	}
	m := all[0]
	if data.UID != "Nw" || data.Token != "abc-0123" || data.Link != r.in.Base()+"/pages/reset-password?uid=Nw&token=abc-0123" ||
		m.Kind != "password_reset" || m.Channel != "email" || !strings.Contains(m.Text, data.Link) || m.HTML == "" || m.Subject == "" {
		t.Fatalf("kept %+v with %+v", m, data)
	}
}

func TestWithoutAnyServerTheMailWaits(t *testing.T) {
	r := newRig(t, "")
	r.mail.Server = nil
	err := r.mail.Handle(t.Context(), r.in, r.claim(verify()))
	var f *outbox.Failure
	if !errors.As(err, &f) || f.Final || f.Answer != "no mail server is configured" {
		t.Fatalf("got %v", err)
	}
}

func TestWhatCannotBeSentFails(t *testing.T) {
	r := newRig(t, "")
	sealed := verify()
	c := r.claim(sealed)
	other := r.claim(verify())
	_, err := pgtest.Get(t).Owner(t).ExecContext(t.Context(), `update outbox set lease_until = null, sealed = (select sealed from outbox where id = $2) where id = $1`, c.ID, other.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = r.box.Claim(t.Context(), r.in, c.ID); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		job   outbox.Claimed
		final bool
	}{
		"foreign secrets":    {c, true},
		"a key is missing":   {r.claim(outbox.Job{Recipient: "a@example.org", Payload: map[string]any{"message": "verify_email"}}), true},
		"an unknown message": {r.claim(outbox.Job{Recipient: "a@example.org", Payload: map[string]any{"message": "horoscope"}}), false},
		"no address":         {r.claim(outbox.Job{Recipient: "a@example.org\nBcc: b@example.org", Payload: map[string]any{"message": "approved"}}), true},
	} {
		err := r.mail.Handle(t.Context(), r.in, test.job)
		var f *outbox.Failure
		if !errors.As(err, &f) || f.Final != test.final || strings.Contains(f.Answer, "key0123456789") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(r.smtp.Messages()); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
}
