package native_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

const texted = "/templates/sms/otp/"

func TestATenantWritesItsOwnTextMessage(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, texted+"de")
	shipped := c.Get(path).Is(200)
	if shipped.Value("version") != nil || shipped.Text("subject") != "" || !strings.Contains(shipped.Text("text"), "{otp}") {
		t.Fatalf("shipped: %s", shipped.Body)
	}
	c.Put(path, obj{"text": shipped.Text("text")}).Is(200)
	if made := c.Put(path, obj{"subject": "", "text": "{otp} ist Ihr Code für {site}, {lifetime} lang."}).Is(200); made.Int("version") != 2 || made.Text("channel") != "sms" {
		t.Errorf("made: %s", made.Body)
	}
	list := c.Get(apitest.Tenant(in, "/templates")).Is(200)
	last := len(list.List("data", "kind")) - 1
	if kinds := list.List("data", "channel"); kinds[last] != "sms" || slices.Contains(kinds[:last], any("sms")) {
		t.Errorf("channels: %v", kinds)
	}
	var all struct {
		Data []struct {
			Channel, Kind string
			Placeholders  []struct {
				Written   string
				Essential bool
			}
			Locales []struct {
				Locale  string
				Version *int
			}
		}
	}
	list.Into(&all)
	for _, m := range all.Data {
		if m.Kind == "otp" && (m.Channel == "sms") != (m.Locales[0].Version != nil) {
			t.Errorf("the mail and the text message are mixed up: %+v", m)
		}
	}
	if p := all.Data[last].Placeholders; len(p) != 3 || p[1].Written != "{otp}" || !p[1].Essential || p[2].Written != "{lifetime}" || p[2].Essential {
		t.Errorf("placeholders: %+v", p)
	}
	if v := c.Get(path+"/versions").Is(200).List("data", "version"); len(v) != 2 {
		t.Errorf("versions: %v", v)
	}
	if back := c.Post(path+"/restore", obj{"version": 1}).Is(200); back.Text("text") != shipped.Text("text") {
		t.Errorf("restored: %s", back.Body)
	}
	c.Delete(path, nil).Is(204)
	c.Get(apitest.Tenant(in, texted+"ja")).Is(404)
	c.Put(apitest.Tenant(in, texted+"ja"), obj{"text": "{otp}"}).Is(200)
	for _, kind := range []string{"verify_email", "sign_in_link", "horoscope"} {
		c.Get(apitest.Tenant(in, "/templates/sms/"+kind+"/de")).Is(404)
	}
}

func TestATextMessageThatCannotBeSentIsRefused(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"sms": {"max_parts": 2}}`)
	c, path := s.Operator(t), apitest.Tenant(in, texted+"de")
	for name, test := range map[string]struct {
		body        obj
		field, code string
	}{
		"no code":              {obj{"text": "Hallo von {site}"}, "text", "placeholder_missing"},
		"the code, maybe":      {obj{"text": "{otp?}"}, "text", "template_unreadable"},
		"a link":               {obj{"text": "{otp} {link}"}, "text", "placeholder_unknown"},
		"a stranger's name":    {obj{"text": "{name?}: {otp}"}, "text", "placeholder_unknown"},
		"a program":            {obj{"text": "{otp} {{.User}}"}, "text", "template_unreadable"},
		"a subject":            {obj{"subject": "Hallo", "text": "{otp}"}, "subject", "template_unreadable"},
		"a control character":  {obj{"text": "{otp}\x1b[31m"}, "text", "bad_characters"},
		"three parts":          {obj{"text": "{otp}" + strings.Repeat("x", 310)}, "text", "parts_too_many"},
		"three parts of UCS-2": {obj{"text": "{otp}，" + strings.Repeat("x", 130)}, "text", "parts_too_many"},
		"a novel":              {obj{"text": "{otp}" + strings.Repeat("x", 1000)}, "text", "too_long"},
		"a bomb":               {obj{"text": strings.Repeat("{site} {otp}", 40)}, "text", "too_long"},
	} {
		trial := obj{"to": "+905321234567"}
		for k, v := range test.body {
			trial[k] = v
		}
		for _, a := range []apitest.Answer{c.Put(path, test.body), c.Post(path+"/preview", test.body), c.Post(path+"/test", trial)} {
			if a.Status != 422 || a.Text("code") != "template_invalid" || a.Text("errors.0.field") != test.field || a.Text("errors.0.code") != test.code {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
		}
	}
	c.Put(path, obj{"text": ""}).Is(400, 422)
	c.Put(apitest.Tenant(in, verify+"de"), obj{"text": "{link}"}).Refused(422, "template_invalid", "subject:required")
	c.Put(path, obj{"text": "{otp}" + strings.Repeat("x", 200)}).Is(200)
	s.Settings(t, in, `{"sms": {"max_parts": 1}}`) // what is in use stays; another use of it is a new decision
	c.Post(path+"/restore", obj{"version": 1}).Refused(422, "template_invalid", "text:parts_too_many")
}

func TestALookAtATextMessageTellsItsParts(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"branding": {"name": "Acme"}}`)
	c, path := s.Operator(t), apitest.Tenant(in, texted+"en/preview")
	p := c.Post(path, obj{"text": "{site}: {otp} {lifetime} [x]"}).Is(200)
	if p.Text("text") != "Acme: 1234567 5 minutes [x]" || p.Text("subject") != "" || p.Text("html") != "" ||
		p.Text("parts.encoding") != "GSM-7" || p.Int("parts.units") != 29 || p.Int("parts.count") != 1 {
		t.Errorf("preview: %s", p.Body)
	}
	if p := c.Post(path, obj{"text": "✓ {otp}" + strings.Repeat("x", 70)}).Is(200); p.Text("parts.encoding") != "UCS-2" || p.Int("parts.count") != 2 {
		t.Errorf("preview: %s", p.Body)
	}
	if mail := c.Post(apitest.Tenant(in, "/templates/email/otp/en/preview"), obj{}).Is(200); strings.Contains(string(mail.Body), `"parts"`) {
		t.Errorf("a mail has parts: %s", mail.Body)
	}
}

func TestATextMessageForTrial(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"sms": {"region": "TR", "regions": ["TR"]}}`)
	c, path := s.Operator(t), apitest.Tenant(in, texted+"de/test")
	id := c.Post(path, obj{"to": "0532 123 45 67", "text": "{otp}!"}).Is(202).Text("delivery_id")
	list := c.Get(apitest.Tenant(in, "/deliveries")).Is(200)
	if list.Text("data.0.id") != id || list.Text("data.0.to") != "+905321234567" || list.Text("data.0.channel") != "sms" || list.Text("data.0.kind") != "otp" {
		t.Errorf("deliveries: %s", list.Body)
	}
	c.Post(path, obj{}).Refused(400, "validation_failed", "to:required")
	c.Post(path, obj{"to": "design@acme.example"}).Refused(400, "validation_failed", "to:invalid_mobile")
	c.Post(path, obj{"to": "+442071838750"}).Refused(400, "validation_failed", "to:sms_region")
}
