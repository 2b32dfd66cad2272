package native_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/wording"
)

const verify = "/templates/email/verify_email/"

var hallo = obj{"subject": "Hallo von {site}", "text": "Hallo {name?},\n\n[Ja]({link})"}

func TestATenantWritesItsOwnMessage(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, verify+"de")

	shipped := c.Get(path).Is(200)
	if shipped.Value("version") != nil || !strings.HasPrefix(shipped.Text("text"), "Guten Tag {name?},\n\n") || !strings.Contains(shipped.Text("text"), "]({link})") {
		t.Fatalf("shipped: %s", shipped.Body)
	}
	c.Put(path, obj{"subject": shipped.Text("subject"), "text": shipped.Text("text")}).Is(200) // what is shipped is in order
	made := c.Put(path, hallo).Is(200)
	if made.Int("version") != 2 || made.Text("subject") != "Hallo von {site}" || c.Get(path).Is(200).Text("text") != hallo["text"] {
		t.Fatalf("made: %s", made.Body)
	}
	if list := c.Get(apitest.Tenant(in, "/templates")).Is(200); list.Text("data.0.kind") != "verify_email" || list.Text("data.0.locales.0.locale") != "de" ||
		list.Int("data.0.locales.0.version") != 2 || list.Value("data.0.locales.1.version") != nil {
		t.Errorf("the list: %s", list.Body)
	}

	if back := c.Post(path+"/restore", obj{"version": 1}).Is(200); back.Int("version") != 1 || back.Text("subject") != shipped.Text("subject") {
		t.Errorf("restored: %s", back.Body)
	}
	versions := c.Get(path + "/versions").Is(200)
	if versions.Int("data.0.version") != 2 || versions.Value("data.0.current") != false || versions.Value("data.1.current") != true {
		t.Errorf("versions: %s", versions.Body)
	}
	c.Delete(path, nil).Is(204)
	c.Delete(path, nil).Is(404)
	if c.Get(path).Is(200).Value("version") != nil || c.Put(path, hallo).Is(200).Int("version") != 3 {
		t.Error("the shipped wording is not back, or a number was given twice")
	}
	c.Post(path+"/restore", obj{"version": 7}).Is(404)
}

func TestOnlyMessagesAndLanguagesThatExist(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	c.Put(apitest.Tenant(in, "/templates/email/horoscope/de"), hallo).Is(404)
	c.Put(apitest.Tenant(in, "/templates/pigeon/verify_email/de"), hallo).Is(404)
	c.Get(apitest.Tenant(in, verify+"ja")).Is(404)
	for _, locale := range []string{"x-klingon", "und", "no%20language", strings.Repeat("a", 50)} {
		path := apitest.Tenant(in, verify+locale)
		for _, a := range []apitest.Answer{
			c.Put(path, hallo), c.Get(path), c.Delete(path, nil), c.Get(path + "/versions"), c.Post(path+"/restore", obj{"version": 1}),
			c.Post(path+"/preview", obj{}), c.Post(path+"/test", obj{}),
		} {
			a.Refused(400, "validation_failed", "locale:bad_format")
		}
	}
	if got := c.Put(apitest.Tenant(in, verify+"zh_tw"), hallo).Is(200).Text("locale"); got != "zh-TW" {
		t.Errorf("locale %s", got)
	}
}

// MSG-01, MSG-03: a wording has named placeholders and nothing else, and cannot leave its place in the mail.
func TestAWordingThatCannotBeSentIsRefused(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, verify+"de")
	link := "[Ja]({link})"
	for name, test := range map[string]struct{ subject, text, field, code string }{
		"no link":             {"Hi", "Hallo", "text", "placeholder_missing"},
		"link is optional":    {"Hi", "{name?}, here: {link}", "text", "placeholder_missing"},
		"unknown name":        {"Hi", link + "\n\n{password}", "text", "placeholder_unknown"},
		"another kind's":      {"Hi", link + "\n\n{reason?}", "text", "placeholder_unknown"},
		"a field":             {"Hi", link + "\n\n{{.User.PasswordHash}}", "text", "template_unreadable"},
		"a loop":              {"Hi", link + "\n\n{{range 30000000}}x{{end}}", "text", "template_unreadable"},
		"a shell":             {"Hi", link + "\n\n${HOME}", "text", "template_unreadable"},
		"another address":     {"Hi", link + "\n\n[Go](https://evil.test)", "text", "template_unreadable"},
		"a header":            {"Hi\r\nBcc: eve@evil.test", link, "subject", "bad_characters"},
		"another header":      {"Hi\nBcc: eve@evil.test", link, "subject", "bad_characters"},
		"reversed text":       {"Hi \u202e", link, "subject", "bad_characters"},
		"a secret up front":   {"{link}", link, "subject", "placeholder_unknown"},
		"a name up front":     {"Hi {name?}", link, "subject", "placeholder_unknown"},
		"a control character": {"Hi", link + "\x1b[31m", "text", "bad_characters"},
		"a long subject":      {strings.Repeat("x", 201), link, "subject", "too_long"},
		"a long text":         {"Hi", link + strings.Repeat("x", 10_001), "text", "too_long"},
		"a bomb":              {"Hi", strings.Repeat("{link} ", 100), "text", "too_long"},
	} {
		for _, a := range []apitest.Answer{
			c.Put(path, obj{"subject": test.subject, "text": test.text}),
			c.Post(path+"/preview", obj{"subject": test.subject, "text": test.text}),
			c.Post(path+"/test", obj{"subject": test.subject, "text": test.text}),
		} {
			if a.Status != 422 || a.Text("code") != "template_invalid" || a.Text("errors.0.field") != test.field || a.Text("errors.0.code") != test.code {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
		}
	}
	if kept := c.Get(path+"/versions").Is(200).List("data", "version"); len(kept) != 0 {
		t.Errorf("kept: %v", kept)
	}
}

func TestAVersionThatDoesNotFitAnyMoreStaysOutOfUse(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, verify+"de")
	c.Put(path, hallo).Is(200)
	c.Put(path, obj{"subject": "Neu", "text": "{link}"}).Is(200)
	s.Exec(t, `update message_templates set body = '{gone}' where tenant_id = $1 and version = 1`, in.ID())
	c.Post(path+"/restore", obj{"version": 1}).Refused(422, "template_invalid")
	if got := c.Get(path).Is(200).Int("version"); got != 2 {
		t.Errorf("version %d is in use", got)
	}
}

func TestAMessageHasOnlySoManyLanguages(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	for i := range wording.MaxLocales {
		c.Put(apitest.Tenant(in, fmt.Sprintf("%sde-x-v%d", verify, i)), hallo).Is(200)
	}
	c.Put(apitest.Tenant(in, verify+"ja"), hallo).Refused(409, "templates_too_many")
	c.Put(apitest.Tenant(in, verify+"de-x-v7"), hallo).Is(200)
}

func TestALookBeforehand(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"links": {"verify_email": "https://app.acme.example/v/{key}"}}`)
	c, path := s.Operator(t), apitest.Tenant(in, verify+"de")
	p := c.Post(path+"/preview", obj{"text": "<script>alert(1)</script> {name?} & {site}\n\n[Ja <b>]({link})"}).Is(200)
	html := p.Text("html")
	if strings.Contains(html, "<script>") || strings.Contains(html, "<b>") || !strings.Contains(html, "&lt;script&gt;alert(1)&lt;/script&gt; Mia &amp; ") ||
		!strings.Contains(html, `href="https://app.acme.example/v/sample-key"`) || !strings.Contains(html, `<html lang="de" dir="ltr">`) {
		t.Errorf("html: %s", html)
	}
	if !strings.HasPrefix(p.Text("text"), "<script>alert(1)</script> Mia & ") || !strings.Contains(p.Text("subject"), in.Tenant().Name) {
		t.Errorf("text: %s", p.Body)
	}
	if ar := c.Post(apitest.Tenant(in, verify+"ar/preview"), obj{"subject": "مرحبا", "text": "{link}"}).Is(200); !strings.Contains(ar.Text("html"), `<html lang="ar" dir="rtl">`) {
		t.Errorf("arabic: %s", ar.Body)
	}
	c.Post(apitest.Tenant(in, verify+"ar/preview"), obj{"subject": "مرحبا"}).Is(404) // there is nothing to complete it with
}

func TestAMessageForTrial(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	owner := s.Staff(t, in, "owner")
	c, path := s.Client(t).Bearer(owner.Access), apitest.Tenant(in, verify+"de/test")
	mine := c.Post(path, obj{}).Is(202)
	c.Post(path, obj{"to": "design@acme.example", "subject": hallo["subject"], "text": hallo["text"]}).Is(202)
	c.Post(path, obj{"to": "design@acme.example\r\nBcc: eve@evil.test"}).Is(400)
	list := c.Get(apitest.Tenant(in, "/deliveries")).Is(200)
	if list.Text("data.0.to") != "design@acme.example" || list.Text("data.1.to") != owner.Email || list.Text("data.1.id") != mine.Text("delivery_id") || list.Text("data.2.kind") != "admin_invitation" {
		t.Errorf("deliveries: %s", list.Body)
	}
}

func TestTrialsAreLimited(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{Limiter: apitest.Limiter(t)})
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, verify+"de/test")
	for i := range limit.TrialTenant.Limit {
		c.Post(path, obj{"to": fmt.Sprintf("a%d@acme.example", i)}).Is(202)
	}
	c.Post(path, obj{"to": "one-more@acme.example"}).Is(http.StatusTooManyRequests)
}

func TestTheMailServerCanBeTried(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	owner := s.Staff(t, in, "owner")
	c, path := s.Client(t).Bearer(owner.Access), apitest.Tenant(in, "/settings/smtp/test")
	id := c.Post(path, obj{}).Is(202).Text("delivery_id")
	list := c.Get(apitest.Tenant(in, "/deliveries")).Is(200)
	if list.Text("data.0.id") != id || list.Text("data.0.to") != owner.Email || list.Text("data.0.kind") != "mail_test" {
		t.Errorf("deliveries: %s", list.Body)
	}
	c.Post(path, obj{"to": "nobody"}).Refused(400, "validation_failed", "to:invalid_email")
}
