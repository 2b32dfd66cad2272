package sms_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/publicnet"
	"github.com/keyhall/keyhall/internal/webhook"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/sms"
)

const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// accounts are settings of each provider, but for the address.
var accounts = map[string]string{
	"twilio": `"account": "AC0123456789", "sender": "+15005550006", "secret": "auth-token-of-acme"`,
	"vonage": `"account": "abcd1234", "sender": "Acme", "secret": "api-secret-of-acme"`,
	"hook":   `"sender": "Acme", "secret": "` + hookSecret + `"`,
}

// standIn is a provider that answers as told and keeps what it was asked.
type standIn struct {
	*httptest.Server
	status int
	body   string
	path   string
	header http.Header
	asked  []byte
}

func provide(t *testing.T, status int, body string) *standIn {
	t.Helper()
	p := &standIn{status: status, body: body}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		p.path, p.header = q.Method+" "+q.URL.Path, q.Header.Clone()
		p.asked, _ = io.ReadAll(q.Body)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, p.body)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *standIn) tenant(t *testing.T, name string) *tenants.Scope {
	t.Helper()
	return pgtest.Get(t).Tenant(t, fmt.Sprintf(`{"sms": {"provider": {"name": %q, "url": %q, %s}}}`, name, p.URL, accounts[name]))
}

// send has one message sent and gives the failure, if any.
func send(t *testing.T, in *tenants.Scope, private bool, locale string) *outbox.Failure {
	t.Helper()
	s := &sms.SMS{Registry: pgtest.Get(t).Registry, Client: publicnet.Client(private, 300*time.Millisecond)}
	return failed(t, s.Handle(t.Context(), in, owe(t, in, locale)))
}

func failed(t *testing.T, err error) *outbox.Failure {
	t.Helper()
	var f *outbox.Failure
	if err != nil && !errors.As(err, &f) {
		t.Fatal(err)
	}
	return f
}

func TestEachProviderThereIsCanBeChosen(t *testing.T) {
	t.Parallel()
	for _, name := range tenants.SMSProviders {
		if _, known := accounts[name]; !known {
			t.Errorf("%s has no test", name)
		}
		p := provide(t, 200, `{"sid": "SM1", "messages": [{"status": "0"}]}`)
		if f := send(t, p.tenant(t, name), true, ""); f != nil || p.path == "" {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestTwilioIsAskedForAMessage(t *testing.T) {
	t.Parallel()
	p := provide(t, 201, `{"sid": "SM0123", "status": "queued"}`)
	in := p.tenant(t, "twilio")
	if f := send(t, in, true, "zh-TW"); f != nil {
		t.Fatal(f)
	}
	form, err := url.ParseQuery(string(p.asked))
	user, password, _ := (&http.Request{Header: p.header}).BasicAuth()
	if err != nil || user != "AC0123456789" || password != "auth-token-of-acme" || p.path != "POST /2010-04-01/Accounts/AC0123456789/Messages.json" ||
		form.Get("To") != "+905321234567" || form.Get("From") != "+15005550006" || !strings.Contains(form.Get("Body"), "0123456") {
		t.Fatalf("%s %v %v", p.path, p.header, form)
	}
	service := "MG" + strings.Repeat("a", 32)
	in = pgtest.Get(t).Tenant(t, fmt.Sprintf(`{"sms": {"provider": {"name": "twilio", "url": %q, "account": "AC1", "sender": %q, "secret": "s"}}}`, p.URL, service))
	if f := send(t, in, true, ""); f != nil || !strings.Contains(string(p.asked), "MessagingServiceSid="+service) {
		t.Fatalf("%v %s", f, p.asked)
	}
}

func TestVonageIsAskedForAMessage(t *testing.T) {
	t.Parallel()
	p := provide(t, 200, `{"message-count": "1", "messages": [{"status": "0", "message-id": "0A01"}]}`)
	if f := send(t, p.tenant(t, "vonage"), true, "zh-TW"); f != nil {
		t.Fatal(f)
	}
	form, err := url.ParseQuery(string(p.asked))
	if err != nil || p.path != "POST /sms/json" || form.Get("api_key") != "abcd1234" || form.Get("api_secret") != "api-secret-of-acme" ||
		form.Get("to") != "905321234567" || form.Get("from") != "Acme" || form.Get("type") != "unicode" || !strings.Contains(form.Get("text"), "0123456") {
		t.Fatalf("%s %v", p.path, form)
	}
	if f := send(t, p.tenant(t, "vonage"), true, "en"); f != nil || strings.Contains(string(p.asked), "type=") {
		t.Fatalf("%v %s", f, p.asked)
	}
}

func TestAHookIsSigned(t *testing.T) {
	t.Parallel()
	p := provide(t, 202, "")
	in := p.tenant(t, "hook")
	if f := send(t, in, true, ""); f != nil {
		t.Fatal(f)
	}
	var body struct {
		Type string
		Data struct{ ID, Tenant, To, From, Text, Encoding string }
	}
	if err := json.Unmarshal(p.asked, &body); err != nil || body.Type != "sms.send" || body.Data.To != "+905321234567" || body.Data.Tenant != in.Slug() ||
		body.Data.From != "Acme" || body.Data.Encoding != "GSM-7" || !strings.Contains(body.Data.Text, "0123456") || body.Data.ID != p.header.Get("Webhook-Id") {
		t.Fatalf("%s: %v", p.asked, err)
	}
	key, err := webhook.Key(hookSecret)
	if err != nil {
		t.Fatal(err)
	}
	seconds, err := time.ParseDuration(p.header.Get("Webhook-Timestamp") + "s")
	if err != nil {
		t.Fatal(err)
	}
	want := http.Header{}
	webhook.Sign(want, body.Data.ID, time.Unix(int64(seconds.Seconds()), 0), p.asked, key)
	if p.header.Get("Webhook-Signature") != want.Get("Webhook-Signature") {
		t.Fatalf("%v", p.header)
	}
}

// MSG-04: what a provider answers decides whether it is tried again, and is told to administrators without the secret.
func TestProvidersRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		provider string
		status   int
		body     string
		final    bool
		answer   string
	}{
		{"twilio", 400, `{"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400}`, true, "Twilio: 21211 Invalid 'To' Phone Number"},
		{"twilio", 401, `{"code": 20003, "message": "Authenticate auth-token-of-acme"}`, false, "Twilio: 20003 Authenticate …"},
		{"twilio", 429, `{"code": 20429, "message": "Too Many Requests"}`, false, "Twilio: 20429 Too Many Requests"},
		{"twilio", 503, `<html>`, false, "Twilio: status 503"},
		{"twilio", 307, "", true, publicnet.ErrRedirected.Error()},
		{"twilio", 200, strings.Repeat("x", 1<<20), false, publicnet.ErrTooLong.Error()},
		{"vonage", 200, `{"messages": [{"status": "1", "error-text": "Throttled"}]}`, false, "Vonage: 1 Throttled"},
		{"vonage", 200, `{"messages": [{"status": "0"}, {"status": "6", "error-text": "Unroutable"}]}`, true, "Vonage: 6 Unroutable"},
		{"vonage", 200, `{"messages": [{"status": "4", "error-text": "Bad Credentials"}]}`, false, "Vonage: 4 Bad Credentials"},
		{"vonage", 200, `{`, false, "Vonage: an answer that cannot be read"},
		{"vonage", 500, ``, false, "Vonage: status 500"},
		{"hook", 400, `nonsense`, true, "the hook answered with status 400"},
		{"hook", 500, `nonsense`, false, "the hook answered with status 500"},
		{"hook", 302, ``, true, publicnet.ErrRedirected.Error()},
	} {
		p := provide(t, c.status, c.body)
		if f := send(t, p.tenant(t, c.provider), true, ""); f == nil || f.Final != c.final || f.Answer != c.answer {
			t.Errorf("%s %d %.80s: %+v", c.provider, c.status, c.body, f)
		}
	}
}

func TestAProviderThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		_, _ = io.Copy(io.Discard, q.Body) // only then it is noticed that the client leaves
		<-q.Context().Done()
	}))
	t.Cleanup(hang.Close)
	for name := range accounts {
		if f := send(t, (&standIn{Server: hang}).tenant(t, name), true, ""); f == nil || f.Final || f.Answer != "the server did not answer in time" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// MSG-05: an address that a tenant names leads out of the house, and is spoken to in private.
func TestProvidersAreOnThePublicInternetByHTTPS(t *testing.T) {
	t.Parallel()
	p := provide(t, 200, "")
	if f := send(t, p.tenant(t, "hook"), false, ""); f == nil || !f.Final || f.Answer != publicnet.ErrNotHTTPS.Error() {
		t.Errorf("http: %+v", f)
	}
	p.URL = strings.Replace(p.URL, "http:", "https:", 1)
	if f := send(t, p.tenant(t, "hook"), false, ""); f == nil || !f.Final || f.Answer != publicnet.ErrNotPublic.Error() || p.path != "" {
		t.Errorf("loopback: %+v", f)
	}
}

func TestLongTextsAreNotPaidFor(t *testing.T) {
	t.Parallel()
	p := provide(t, 200, "")
	in := pgtest.Get(t).Tenant(t, fmt.Sprintf(`{"branding": {"name": %q}, "sms": {"max_parts": 1, "provider": {"name": "hook", "url": %q, %s}}}`,
		strings.Repeat("寬", 80), p.URL, accounts["hook"]))
	f := send(t, in, true, "")
	if f == nil || !f.Final || !strings.Contains(f.Answer, "sms.max_parts allows 1") || p.path != "" {
		t.Fatalf("%+v", f)
	}
}

func TestNoSecretIsShownOrMoved(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	p := provide(t, 200, "")
	in := p.tenant(t, "twilio")
	who := tenants.Who{Kind: "operator", ID: "1"}
	var stored string
	if err := h.Owner(t).QueryRowContext(t.Context(), `select settings::text || (select string_agg(details::text, ' ') from audit where tenant_id = tenants.id)
		from tenants where id = $1`, in.ID()).Scan(&stored); err != nil || strings.Contains(stored, "auth-token") {
		t.Fatalf("%v: %s", err, stored)
	}
	if s, err := h.Registry.PatchSettings(t.Context(), who, in.ID(), []byte(`{"sms": {"provider": {"sender": "+15005550009"}}}`)); err != nil {
		t.Fatal(err)
	} else if secret, err := h.Registry.SMSSecret(s); err != nil || secret != "auth-token-of-acme" {
		t.Fatalf("%q, %v", secret, err)
	}
	for _, patch := range []string{`{"url": "https://evil.example"}`, `{"name": "vonage"}`, `{"name": "hook", "secret": "not-a-key"}`, `{"secret": null}`, `{"account": ""}`, `{"url": "ftp://x"}`} {
		if _, err := h.Registry.PatchSettings(t.Context(), who, in.ID(), []byte(`{"sms": {"provider": `+patch+`}}`)); err == nil {
			t.Errorf("%s is taken", patch)
		}
	}
	var details string
	if err := h.Owner(t).QueryRowContext(t.Context(), `select string_agg(details::text, ' ') from audit where tenant_id = $1`, in.ID()).Scan(&details); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(details, "+15005550009") || strings.Contains(details, "sealed") {
		t.Fatalf("the audit: %s", details)
	}
	if !slices.Contains(tenants.SMSProviders, in.Settings().SMS.Provider.Name) {
		t.Fatal(in.Settings().SMS.Provider)
	}
}
