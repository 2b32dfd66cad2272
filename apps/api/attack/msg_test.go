package attack_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

func TestMSG01NoNameBringsHeadersOrRecipients(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	for _, odd := range []string{"Ann\r\nBcc: eve@evil.test", "Ann\nBcc: eve@evil.test", "=?utf-8?q?Bcc:_eve@evil.test?=", strings.Repeat("Ann ", 500), "Ann\u202etset.live", "Ann\x00", "\"Ann\" <eve@evil.test>,"} {
		for _, r := range signUps {
			in := s.Tenant(t, "")
			s.In(t, in).Post(r.path, r.body("ann", "ann@example.com", map[string]obj{"native": {"first_name": odd}, "drfuser": {"name": odd}, "fittrackee": {}}[r.contract])).Is(200, 201, 400)
			s.In(t, in).Post(r.path, r.body(odd, "bob@example.com", nil)).Is(200, 201, 400)
			if n := s.Count(t, `select count(*) from outbox where tenant_id = $1 and kind = 'mail' and recipient not in ('ann@example.com', 'bob@example.com')`, in.ID()); n != 0 {
				t.Errorf("%s, %.20q: %d mails to others", r.contract, odd, n)
			}
		}
	}
}

func TestMSG04AMessageStaysSmallAndIsSentInAnyLanguage(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, "/templates/email/verify_email/de")
	c.Put(path, obj{"subject": "x", "text": "{link}" + strings.Repeat("x", 10_001)}).Refused(422, "template_invalid")
	c.Put(path, obj{"subject": "x", "text": strings.Repeat("{link}", 10_000)}).Refused(422, "template_invalid")
	c.Put(path, obj{"subject": "x", "text": strings.Repeat("{link} ", 60)}).Is(200)
	s.In(t, in).With("Accept-Language", "tlh").Post("/v1/sign-up", obj{"email": "ann@example.com", "password": apitest.Password}).Is(201)
	if p := c.Post(path+"/preview", obj{}).Is(200); len(p.Body) > 1<<20 {
		t.Errorf("%d bytes", len(p.Body))
	}
}

// inside are ways to write addresses of one's own network.
var inside = []string{
	"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1", "169.254.169.254", "[fd00::1]", "db.internal", "user:pass@acme.example",
}

func TestMSG05NoSettingLeadsIntoTheHouse(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, "/settings")
	hook := func(url string) apitest.Answer {
		return c.Patch(path, obj{"sms": obj{"provider": obj{"name": "hook", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "url": url}}})
	}
	for _, odd := range []string{"file:///etc/passwd", "gopher://acme.example/", "ftp://acme.example/", "javascript:alert(1)", "https://", "//acme.example/", "https://user:pass@acme.example/"} {
		hook(odd).Is(http.StatusBadRequest)
	}
	for _, host := range []string{"a b.example", "acme.example/x", "user@acme.example", "acme.example\r\nx", ""} {
		c.Patch(path, obj{"smtp": obj{"host": host, "port": 587, "username": "u", "password": "p", "tls": "starttls"}}).Is(http.StatusBadRequest)
	}
	// What passes as text is judged where it is dialled: see the tests of workers/mail, workers/sms and internal/publicnet.
	for _, host := range inside {
		if a := hook("https://" + host + "/"); a.Status >= 500 {
			t.Errorf("%s: %d %s", host, a.Status, a.Body)
		}
	}
}
