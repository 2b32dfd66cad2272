package message

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const head = "Subject: Hi from {site}\nWhy: Because of {site}.\n\n"

// MSG-03: nothing but the listed names, and nothing that could be a program.
func TestTemplatesTakeNamedPlaceholdersOnly(t *testing.T) {
	t.Parallel()
	k, _ := info(PasswordReset)
	good := head + "Hello {site}, {username?}.\n\n[Go]({link})\n\n[Code]`{uid?}-{token?}`"
	if _, err := parseTemplate(k, good); err != nil {
		t.Fatal(err)
	}
	bad := map[string]string{
		"unknown name":          head + "{password}",
		"unknown optional":      head + "{password?}",
		"another kind's":        head + "{reason?}",
		"fields":                head + "{{.User.PasswordHash}}",
		"loop":                  head + "{{range 30000000}}x{{end}}",
		"call":                  head + `{{printf "%s" .}}`,
		"shell":                 head + "${HOME}",
		"spaces":                head + "{ site }",
		"capital":               head + "{Site}",
		"open brace":            head + "Hi {site",
		"closing brace":         head + "Hi site}",
		"needed as optional":    head + "{site?}",
		"optional as needed":    head + "{username}",
		"link elsewhere":        head + "[Go](https://evil.test)",
		"link with more":        head + "[Go]({link}?x)",
		"broken button":         head + "[Go]{link}",
		"name in subject":       "Subject: Hi {username?}\nWhy: x\n\nHello",
		"secret in subject":     "Subject: Your code {token?}\nWhy: x\n\nHello",
		"link in footer":        "Subject: Hi\nWhy: {link}\n\nHello",
		"no subject":            "Why: x\n\nHello",
		"no why":                "Subject: x\n\nHello",
		"headers in wrong line": "Why: x\nSubject: x\n\nHello",
		"no body":               "Subject: x\nWhy: x",
		"third header":          "Subject: x\nWhy: x\nBcc: y\n\nHello",
	}
	for name, source := range bad {
		if _, err := parseTemplate(k, source); err == nil {
			t.Errorf("%s passed: %q", name, source)
		}
	}
}

// Every language has every mail, with the same placeholders as English, and uses all that its kind is given.
func TestTheShippedTemplatesAreComplete(t *testing.T) {
	t.Parallel()
	all, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := []string{"site_url", "name", "username", "email"} // in greeting and footer
	for _, k := range every() {
		want := all["en"].templates[k.Kind].names()
		for _, name := range slices.Concat(k.Needs, k.Takes) {
			if !slices.Contains(want, name) && !slices.Contains(elsewhere, name) {
				t.Errorf("%s.en: {%s} is not used", k.Kind, name)
			}
		}
		for _, locale := range locales {
			if got := all[locale].templates[k.Kind].names(); !slices.Equal(got, want) {
				t.Errorf("%s.%s: has %q, English has %q", k.Kind, locale, got, want)
			}
		}
	}
	if entries, err := files.ReadDir("templates"); err != nil || len(entries) != len(locales)*(len(every())+1)+1 {
		t.Errorf("%d files, %v: one does not belong here", len(entries), err)
	}
}

func TestEveryPlaceholderHasACleaner(t *testing.T) {
	t.Parallel()
	for _, k := range every() {
		for _, name := range slices.Concat(k.Needs, k.Takes) {
			if _, ok := cleaners[name]; !ok {
				t.Errorf("%s: nothing cleans {%s}", k.Kind, name)
			}
		}
	}
}

// A broken file is named when the templates are loaded, and not when the mail is due.
func TestLoadingNamesTheBrokenFile(t *testing.T) {
	t.Parallel()
	breaks := map[string]string{
		"approved.fr": head + "{nom}", "common.de": "greeting: Hallo {vorname},\n", "common.es": "greeting: Hola\ndays: {n} día\n", "rejected.zh-Hant": "", "sms/otp.fr": "{code}",
	}
	for name, content := range breaks {
		broken := fstest.MapFS{}
		for _, locale := range locales {
			for _, k := range append([]string{"common"}, kindNames()...) {
				source, err := read(files, k, locale)
				if err != nil {
					t.Fatal(err)
				}
				broken["templates/"+k+"."+locale+".txt"] = &fstest.MapFile{Data: []byte(source)}
			}
		}
		broken["templates/"+name+".txt"].Data = []byte(content)
		if _, err := load(broken); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		delete(broken, "templates/"+name+".txt")
		if _, err := load(broken); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s missing: %v", name, err)
		}
	}
}

func kindNames() []string {
	var names []string
	for _, k := range every() {
		names = append(names, string(k.Kind))
	}
	for _, k := range texts {
		names = append(names, "sms/"+string(k.Kind))
	}
	return names
}
