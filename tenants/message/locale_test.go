package message_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants/message"
)

func TestTheLanguageOfAMail(t *testing.T) {
	t.Parallel()
	cases := []struct {
		prefs []string
		want  string
	}{
		{nil, "en"},
		{[]string{"", "", ""}, "en"},
		{[]string{"de"}, "de"},
		{[]string{"de-AT"}, "de"},
		{[]string{"de_CH", "fr"}, "de"},
		{[]string{"", "fr-CA,fr;q=0.9,en;q=0.8", "de"}, "fr"},
		{[]string{"ja", "ja, es;q=0.4", "de"}, "es"},
		{[]string{"", "", "es"}, "es"},
		{[]string{"zh-Hant"}, "zh-Hant"},
		{[]string{"zh-HK"}, "zh-Hant"},
		{[]string{"zh_TW"}, "zh-Hant"},
		{[]string{"zh-CN,zh;q=0.9"}, "zh-Hant"},
		{[]string{"en-GB"}, "en"},
		{[]string{"ja"}, "en"},
		{[]string{"*"}, "en"},
		{[]string{"de;q=nonsense", "fr"}, "fr"},
		{[]string{"\x00\xff", "fr"}, "fr"},
		{[]string{strings.Repeat("x", 5000), "fr"}, "fr"},
		{[]string{"de," + strings.Repeat("en;q=0.1,", 1000)}, "de"},
	}
	for _, c := range cases {
		if got := message.Locale(c.prefs...); got != c.want {
			t.Errorf("%.60q: %s, want %s", c.prefs, got, c.want)
		}
	}
	for _, locale := range message.Locales() {
		if got := message.Locale(locale); got != locale {
			t.Errorf("%s became %s", locale, got)
		}
	}
}
