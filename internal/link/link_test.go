package link_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/link"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"base": "https://app.acme.example/", "slug": "acme", "key": "MQ:1xV8kE:Zz_-a", "uid": "MQ", "token": "difs6s-debd15",
	}
	cases := map[string]string{
		"{base}/#/verify/{key}":                        "https://app.acme.example/#/verify/MQ:1xV8kE:Zz_-a",
		"{base}/password-reset/confirm/{uid}/{token}/": "https://app.acme.example/password-reset/confirm/MQ/difs6s-debd15/",
		"https://{slug}.acme.example/x?key={key}":      "https://acme.acme.example/x?key=MQ:1xV8kE:Zz_-a",
		"http://127.0.0.1:8080/t/{slug}/pages/{key}":   "http://127.0.0.1:8080/t/acme/pages/MQ:1xV8kE:Zz_-a",
		"myapp://reset?uid={uid}&token={token}":        "myapp://reset?uid=MQ&token=difs6s-debd15",
		"com.acme.app://verify/{key}":                  "com.acme.app://verify/MQ:1xV8kE:Zz_-a",
		"{base}":                                       "https://app.acme.example",
	}
	for template, want := range cases {
		if got, err := link.Fill(template, values); err != nil || got != want {
			t.Errorf("%s: %q, %v", template, got, err)
		}
	}
}

func TestValuesCannotLeaveTheirPlaceInALink(t *testing.T) {
	t.Parallel()
	hostile := map[string]string{"base": "https://acme.example", "key": "a/../b?c=d&e#f g\r\n<\">{uid}%2F"}
	for _, template := range []string{"{base}/v/{key}", "{base}/?k={key}", "{base}/#/{key}"} {
		got, err := link.Fill(template, hostile)
		want := strings.ReplaceAll(template, "{base}", hostile["base"])
		want = strings.ReplaceAll(want, "{key}", "a%2F..%2Fb%3Fc%3Dd%26e%23f%20g%0D%0A%3C%22%3E%7Buid%7D%252F")
		if err != nil || got != want {
			t.Errorf("%s: %q, %v", template, got, err)
		}
	}
}

func TestBadLinkTemplates(t *testing.T) {
	t.Parallel()
	values := map[string]string{"base": "https://acme.example", "slug": "acme", "key": "K", "token": "T"}
	for _, template := range []string{
		"", "verify/{key}", "/verify/{key}", "{slug}/x", "{base}/{name}", "{base}/{uid}", "{base}/{key?}", "{base}/{Key}", "{base}/{key", "{base}/key}", "{base}/{{key}}",
		"javascript:alert('{key}')", "javascript://x/%0aalert({key})", "JavaScript://{key}", "data:text/html,{key}", "file:///etc/{key}", "mailto:eve@evil.test?body={key}",
		"https://{key}.evil.test/", "https://evil.test:{token}/", "https://x@evil.test/{key}", "https://{key}@evil.test/", "myapp://{key}", "myapp:{key}", "https:///x/{key}",
		"https://evil.test/?next={base}&k={key}", "ftp://acme.example/{key}", "//acme.example/{key}", "https://acme.example/a b/{key}", "https://acme.example/\n{key}", "https:acme.example/{key}",
	} {
		if got, err := link.Fill(template, values); !errors.Is(err, link.Err) {
			t.Errorf("%q passed: %q, %v", template, got, err)
		} else if got != "" || strings.Contains(err.Error(), "K") && !strings.Contains(template, "K") {
			t.Errorf("%q: %q, %v", template, got, err)
		}
	}
	if _, err := link.Fill("{base}/{key}", map[string]string{"base": "javascript:x//", "key": "K"}); !errors.Is(err, link.Err) {
		t.Error("a bad base passed")
	}
}

// What is saved can be sent: Check and Fill agree.
func TestTemplatesAreCheckedWhenSaved(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"{base}/reset/{uid}/{token}", "https://{slug}.acme.example/#/r/{uid}-{token}", "myapp://reset/{uid}/{token}"} {
		if err := link.Check(good, "uid", "token"); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "{base}/reset/{uid}", "{base}/{uid}/%{token}", "{base}/{uid}/{token}%", "{base}/{uid}/{token}%4", "{base}/{uid}/%4{token}", "{base}/{uid}/{token}/{key}", "https://{uid}.evil.test/{token}", "mailto:{uid}{token}", "myapp:{uid}{token}"} {
		if err := link.Check(bad, "uid", "token"); !errors.Is(err, link.Err) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"https://acme.example", "http://[::1]:8080/x?y=z#w", "com.acme.app://open", "https://acme.example/%E4%BD%A0"} {
		if err := link.Address(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "acme.example", "https://", "https://u:p@acme.example", "javascript:alert(1)", "intent://x", "myapp:x", "https://a b", "https://x/" + strings.Repeat("y", 2048), "https://%zz"} {
		if err := link.Address(bad); !errors.Is(err, link.Err) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
