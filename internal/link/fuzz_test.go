package link_test

import (
	"net/url"
	"testing"

	"github.com/keyhall/keyhall/internal/link"
)

// FuzzFill puts values of chance into templates of chance: no value decides where a link leads.
func FuzzFill(f *testing.F) {
	for _, template := range []string{"{base}/v/{key}", "https://{slug}.acme.example/?k={key}#{token}", "myapp://reset?u={uid}", "https://{key}.evil.test", "javascript:{key}", "https://a@b/{key}"} {
		f.Add(template, "MQ:1xV8kE:Zz_-a")
		f.Add(template, "/../@evil.test?#\r\n{base}%2f")
	}
	f.Fuzz(func(t *testing.T, template, key string) {
		with := func(value string) (*url.URL, bool) {
			filled, err := link.Fill(template, map[string]string{"base": "https://acme.example", "slug": "acme", "key": value, "uid": value, "token": value})
			if err != nil {
				return nil, false
			}
			if err := link.Address(filled); err != nil {
				t.Fatalf("%q, %q: filled, but %v", template, value, err)
			}
			u, err := url.Parse(filled)
			if err != nil {
				t.Fatal(err)
			}
			return u, true
		}
		got, ok := with(key)
		harmless, also := with("x")
		if ok && (!also || got.Scheme != harmless.Scheme || got.Host != harmless.Host) {
			t.Fatalf("%q, %q: leads to %s instead of %s", template, key, got, harmless)
		}
	})
}
