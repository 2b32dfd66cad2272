package message_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants/message"
)

// A code costs one message in each language.
func TestTheShippedTextMessagesTakeOnePart(t *testing.T) {
	t.Parallel()
	data := map[string]any{"site": "Acme Sports", "otp": "1234567", "lifetime": 300}
	for _, k := range message.Texts() {
		for _, locale := range message.Locales() {
			text, err := message.RenderText(k.Kind, locale, data)
			if err != nil {
				t.Fatalf("%s.%s: %v", k.Kind, locale, err)
			}
			parts := message.PartsOf(text)
			if parts.Count != 1 || (parts.Encoding == message.UCS2) != (locale == "zh-Hant") || !strings.HasPrefix(text, "Acme Sports") || !strings.Contains(text, "1234567") {
				t.Errorf("%s.%s: %+v %s", k.Kind, locale, parts, text)
			}
			source, ok := message.OriginalText(k.Kind, locale)
			if _, err := message.ParseText(k.Kind, locale, source); !ok || err != nil {
				t.Errorf("%s.%s is not in order: %v", k.Kind, locale, err)
			}
		}
	}
}

func TestATextMessageInAnotherLanguage(t *testing.T) {
	t.Parallel()
	own, err := message.ParseText(message.OTP, "ja", message.Source{Text: "{otp}\r\n\r\n\r\n[{site}]({lifetime})"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := own.Render(map[string]any{"site": "Acme", "otp": "123456", "lifetime": 300})
	if want := "123456\n\n[Acme](5 min)"; err != nil || text != want {
		t.Errorf("%q, %v", text, err)
	}
	for _, missing := range []map[string]any{{"site": "Acme", "lifetime": 300}, {"site": "Acme", "otp": "1"}, {"site": "Acme", "otp": "1 2\n3", "lifetime": 300}} {
		if text, err := own.Render(missing); err == nil {
			t.Errorf("%v gave %q", missing, text)
		}
	}
}
