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
	for text, want := range map[string]message.Parts{
		"":                                       {message.GSM7, 0, 1},
		strings.Repeat("a", 160):                 {message.GSM7, 160, 1},
		strings.Repeat("a", 161):                 {message.GSM7, 161, 2},
		strings.Repeat("a", 306):                 {message.GSM7, 306, 2},
		strings.Repeat("a", 307):                 {message.GSM7, 307, 3},
		strings.Repeat("€", 80):                  {message.GSM7, 160, 1},
		strings.Repeat("€", 81):                  {message.GSM7, 162, 2},
		strings.Repeat("a", 152) + "€aaaaaaaaaa": {message.GSM7, 164, 2},
		strings.Repeat("€", 153):                 {message.GSM7, 306, 3}, // no character is divided: 76 in each
		"Ihr Code für Öl: 0123 {x} [y] ~ | \\ ^": {message.GSM7, 45, 1},
		strings.Repeat("驗", 70):                  {message.UCS2, 70, 1},
		strings.Repeat("驗", 71):                  {message.UCS2, 71, 2},
		strings.Repeat("驗", 134):                 {message.UCS2, 134, 2},
		strings.Repeat("驗", 135):                 {message.UCS2, 135, 3},
		strings.Repeat("🙂", 35):                  {message.UCS2, 70, 1},
		strings.Repeat("🙂", 67):                  {message.UCS2, 134, 3}, // 33 pairs in each
		"ç":                                      {message.UCS2, 1, 1},   // only the capital one is in the table
		"`":                                      {message.UCS2, 1, 1},
		"Ç" + strings.Repeat("a", 159):           {message.GSM7, 160, 1},
	} {
		if got := message.PartsOf(text); got != want {
			t.Errorf("%q: %+v, not %+v", text, got, want)
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
