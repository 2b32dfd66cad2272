package message_test

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/keyhall/keyhall/tenants/message"
)

func TestPartsOfATextMessage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want message.Parts
	}{
		{"", message.Parts{Encoding: message.GSM7, Units: 0, Count: 1}},
		{strings.Repeat("a", 160), message.Parts{Encoding: message.GSM7, Units: 160, Count: 1}},
		{strings.Repeat("a", 161), message.Parts{Encoding: message.GSM7, Units: 161, Count: 2}},
		{strings.Repeat("a", 306), message.Parts{Encoding: message.GSM7, Units: 306, Count: 2}},
		{strings.Repeat("a", 307), message.Parts{Encoding: message.GSM7, Units: 307, Count: 3}},
		{strings.Repeat("€", 80), message.Parts{Encoding: message.GSM7, Units: 160, Count: 1}},
		{strings.Repeat("€", 81), message.Parts{Encoding: message.GSM7, Units: 162, Count: 2}},
		{strings.Repeat("a", 152) + "€aaaaaaaaaa", message.Parts{Encoding: message.GSM7, Units: 164, Count: 2}},
		{strings.Repeat("€", 153), message.Parts{Encoding: message.GSM7, Units: 306, Count: 3}}, // no character is divided: 76 in each
		{"Ihr Code für Öl: 0123 {x} [y] ~ | \\ ^", message.Parts{Encoding: message.GSM7, Units: 45, Count: 1}},
		{strings.Repeat("驗", 70), message.Parts{Encoding: message.UCS2, Units: 70, Count: 1}},
		{strings.Repeat("驗", 71), message.Parts{Encoding: message.UCS2, Units: 71, Count: 2}},
		{strings.Repeat("驗", 134), message.Parts{Encoding: message.UCS2, Units: 134, Count: 2}},
		{strings.Repeat("驗", 135), message.Parts{Encoding: message.UCS2, Units: 135, Count: 3}},
		{strings.Repeat("🙂", 35), message.Parts{Encoding: message.UCS2, Units: 70, Count: 1}},
		{strings.Repeat("🙂", 67), message.Parts{Encoding: message.UCS2, Units: 134, Count: 3}}, // 33 pairs in each
		{"ç", message.Parts{Encoding: message.UCS2, Units: 1, Count: 1}},                       // only the capital one is in the table
		{"`", message.Parts{Encoding: message.UCS2, Units: 1, Count: 1}},
		{"Ç" + strings.Repeat("a", 159), message.Parts{Encoding: message.GSM7, Units: 160, Count: 1}},
	} {
		if got := message.PartsOf(c.text); got != c.want {
			t.Errorf("%q: %+v, not %+v", c.text, got, c.want)
		}
	}
}

func FuzzParts(f *testing.F) {
	for _, seed := range []string{"", "code 123", "€€", "驗證碼", "🙂", strings.Repeat("a", 161), "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := message.PartsOf(text)
		units := len(utf16.Encode([]rune(text)))
		if p.Count < 1 || p.Count > utf8.RuneCountInString(text)+1 || p.Units < utf8.RuneCountInString(text) {
			t.Fatalf("%+v", p)
		}
		if p.Encoding == message.UCS2 && (p.Units != units || p.Count*67 < units && units > 70) {
			t.Fatalf("%+v for %d units", p, units)
		}
	})
}
