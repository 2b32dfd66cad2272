package message_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/keyhall/keyhall/tenants/message"
)

// FuzzTemplate writes mails from wordings of chance: what is accepted can be sent, and stays inside its place.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"[Go]({link})", "Hi {name?}\n\n{link}", "[Code]`{uid?}-{token?}`\n\n[Go]({link})", "{{link}}", "{link", "[x]({link?})", "<b>{link}</b>\r\n\r\n&amp;"} {
		f.Add("Hello from {site}", text)
	}
	f.Add("a\r\nBcc: b@c.test", "{link}")
	all := message.Brand{Logo: "https://acme.example/l.png", Color: "#0b6e4f"}
	f.Fuzz(func(t *testing.T, subject, text string) {
		own, err := message.Parse(message.PasswordReset, "en", message.Source{Subject: subject, Text: text})
		if err != nil {
			return
		}
		r, err := own.Render(all, sample())
		if err != nil {
			t.Fatalf("%q, %q: accepted, but %v", subject, text, err)
		}
		plain, err := message.Render(message.PasswordReset, "en", all, sample())
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(r.Subject, unicode.IsControl) || !strings.Contains(r.Text, "https://acme.example/verify/") || len(r.HTML) > 1<<20 {
			t.Fatalf("%q, %q: subject %q, %d bytes, text %s", subject, text, r.Subject, len(r.HTML), r.Text)
		}
		for _, tag := range []string{"<script", "<style", "<img", "<a class=\"link\" href=\"javascript", "<b>"} {
			if strings.Count(r.HTML, tag) > strings.Count(plain.HTML, tag) {
				t.Fatalf("%q, %q: %s in\n%s", subject, text, tag, r.HTML)
			}
		}
	})
}

// FuzzValues puts strangers' words into a mail.
func FuzzValues(f *testing.F) {
	for _, name := range []string{"Mia", "{link}", "https://evil.io", "</p><script>", "a\r\nBcc: x@y.z", "evil.io你好", "\u202e", "\xff"} {
		f.Add(name, name, name)
	}
	f.Fuzz(func(t *testing.T, name, username, reason string) {
		data := sample()
		data["name"], data["username"], data["reason"] = name, username, reason
		r, err := message.Render(message.Rejected, "en", message.Brand{}, data)
		if err != nil {
			t.Fatalf("%q, %q, %q: %v", name, username, reason, err)
		}
		if strings.Contains(r.HTML, "<script") || strings.ContainsFunc(r.Subject, unicode.IsControl) {
			t.Fatalf("%q, %q, %q: %s", name, username, reason, r.HTML)
		}
		if greeting, _, _ := strings.Cut(r.Text, "\n"); strings.Contains(greeting, "://") || strings.ContainsFunc(greeting, unicode.IsControl) {
			t.Fatalf("%q, %q: greeted with %q", name, username, greeting)
		}
	})
}

// FuzzLocale asks for languages of chance: there is always one that exists.
func FuzzLocale(f *testing.F) {
	for _, s := range []string{"de-AT", "zh_TW", "en;q=0.5, fr", "*", "x-klingon", strings.Repeat("de,", 500)} {
		f.Add(s, "ja")
	}
	f.Fuzz(func(t *testing.T, wanted, own string) {
		offered := message.Locales()
		var more []string
		if canonical, ok := message.Canonical(own); ok {
			more = []string{canonical}
			if again, ok := message.Canonical(canonical); !ok || again != canonical {
				t.Fatalf("%q: %q becomes %q", own, canonical, again)
			}
		}
		if got := message.LocaleAmong(more, wanted); !slices.Contains(append(offered, more...), got) {
			t.Fatalf("%q: %q", wanted, got)
		}
	})
}
