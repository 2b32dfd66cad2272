package message_test

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/keyhall/keyhall/tenants/message"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample has a value for every placeholder.
func sample() map[string]any {
	return map[string]any{
		"site": "Acme & Söhne", "site_url": "https://acme.example", "link": "https://acme.example/verify/MQ:1xV8kE?a=1&b=2",
		"name": "Mary O'Neil", "username": "mary.smith", "email": "mary@example.test", "new_email": "new@example.test",
		"inviter": "Eve Adams", "actor": "Olga Lane", "count": "37", "moment": "2026-03-01 09:30 UTC", "uid": "MQ", "token": "difs6s-debd15c2588a0cb160bb5741a889e45c",
		"reason": "We only take coaches\nfrom Hong Kong <for the moment>.", "lifetime": 259200, "key": "unused here", "otp": "0123456",
	}
}

func everyKind() []message.KindInfo { return slices.Concat(message.Kinds(), message.PlatformKinds()) }

func render(t *testing.T, k message.Kind, locale string, data map[string]any) message.Rendered {
	t.Helper()
	r, err := message.Render(k, locale, message.Brand{}, data)
	if err != nil {
		t.Fatalf("%s.%s: %v", k, locale, err)
	}
	return r
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, k := range everyKind() {
		r := render(t, k.Kind, "en", sample())
		golden(t, string(k.Kind)+".en.txt", "Subject: "+r.Subject+"\n\n"+r.Text)
		golden(t, string(k.Kind)+".en.html", r.HTML)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs (see it with go test ./tenants/message -update and git diff); got:\n%s", name, got)
	}
}

// The subjects are those that clients of the older servers look for.
func TestKnownSubjects(t *testing.T) {
	t.Parallel()
	data := sample()
	data["site"] = "example.com"
	for k, want := range map[message.Kind]string{
		message.VerifyEmail:   "[example.com] Please Confirm Your E-mail Address",
		message.PasswordReset: "Password reset on example.com",
	} {
		if got := render(t, k, "en", data).Subject; got != want {
			t.Errorf("%s: %q", k, got)
		}
	}
}

// In every language, every mail shows all that it was given.
func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	data := sample()
	shown := map[string]string{
		"site": "Acme & Söhne", "link": "https://acme.example/verify/MQ:1xV8kE?a=1&b=2", "new_email": "n•••@e•••", "inviter": "Eve Adams", "actor": "Olga Lane", "moment": "2026-03-01 09:30 UTC",
		"uid": "MQ-difs6s-debd15c2588a0cb160bb5741a889e45c", "reason": "Hong Kong", "count": "37", "lifetime": "3 ", "site_url": "https://acme.example", "name": "Mary O'Neil",
	}
	for _, locale := range message.Locales() {
		for _, k := range everyKind() {
			r := render(t, k.Kind, locale, data)
			if r.Locale != locale || r.Subject == "" || !strings.Contains(r.HTML, `<html lang="`+locale+`"`) {
				t.Errorf("%s.%s: locale %q, subject %q", k.Kind, locale, r.Locale, r.Subject)
			}
			for _, name := range append(k.Needs, k.Takes...) {
				if want := shown[name]; !strings.Contains(r.Text, want) || !strings.Contains(unescape(r.HTML), want) {
					t.Errorf("%s.%s: nothing of %s", k.Kind, locale, name)
				}
			}
			if strings.ContainsAny(r.Subject+r.Text, "{}") || len(r.HTML) > 20_000 {
				t.Errorf("%s.%s: braces left, or %d bytes", k.Kind, locale, len(r.HTML))
			}
		}
	}
}

func unescape(html string) string {
	return strings.NewReplacer("&amp;", "&", "&#39;", "'", "&lt;", "<").Replace(html)
}

func TestOptionalParagraphsAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, k := range everyKind() {
		data := map[string]any{}
		for _, name := range k.Needs {
			data[name] = sample()[name]
		}
		for _, locale := range message.Locales() {
			r := render(t, k.Kind, locale, data)
			if strings.Contains(r.Text, "\n\n\n") || strings.Contains(r.Text, "{") || strings.Contains(r.HTML, `"></p>`) || strings.Contains(r.HTML, `href=""`) {
				t.Errorf("%s.%s: holes in:\n%s", k.Kind, locale, r.Text)
			}
		}
	}
	data := sample()
	delete(data, "reason")
	if text := render(t, message.Rejected, "en", data).Text; strings.Contains(text, "reason") {
		t.Errorf("a reason that was not given:\n%s", text)
	}
	data = sample()
	data["token"] = ""
	if text := render(t, message.PasswordReset, "en", data).Text; strings.Contains(text, "code") {
		t.Errorf("half a code:\n%s", text)
	}
}

func TestWhatIsNeededAndWhatIsNotAValue(t *testing.T) {
	t.Parallel()
	for _, k := range everyKind() {
		for _, name := range k.Needs {
			data := sample()
			delete(data, name)
			if _, err := message.Render(k.Kind, "en", message.Brand{}, data); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s without %s: %v", k.Kind, name, err)
			}
		}
	}
	bad := map[string][]any{
		"site":      {"Acme\r\nBcc: eve@evil.test", "Acme\x00", "Acme\u202e", "\xff", 7},
		"link":      {"javascript:alert(1)", "/verify", "https://", "https://a b", "https://u:p@acme.test/", "data:text/html,x", "https://acme.test/\r\nx"},
		"email":     {"mary@x.test\r\nBcc: eve@x.test", "mary", "@x.test", "mary@"},
		"count":     {"-1", "x", "3 <b>", 3},
		"uid":       {"MQ MQ", "<b>", strings.Repeat("x", 300)},
		"token":     {"a/b", "https://evil.io"},
		"lifetime":  {"three days", []int{3}, json.Number("x")},
		"new_email": {"x", "@"},
	}
	for name, list := range bad {
		for _, value := range list {
			k := message.PasswordReset
			switch name {
			case "new_email":
				k = message.EmailChangedNotice
			case "count":
				k = message.ApprovalsWaiting
			}
			data := sample()
			data[name] = value
			if _, err := message.Render(k, "en", message.Brand{}, data); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s = %v: %v", name, value, err)
			}
		}
	}
	if _, err := message.Render("newsletter", "en", message.Brand{}, sample()); err == nil {
		t.Error("an unknown kind was rendered")
	}
}

// MSG-01, MSG-02: anybody may write anybody's address beside a name of his choice.
func TestStrangersNamesAreHarmless(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Your prize: https://evil.io", "evil.io", "<a href=\"https://evil.io\">win</a>", "www.evil.io", "Eve\r\nBcc: x@evil.io", "visit EVIL.IO/now",
		"evil。io", "ｅｖｉｌ．ｉｏ", "ev\u200dil.io", "evil.i\u200do", "go(evil.io)!", "bob@evil.io", "evil.io你好", "獎品evil.io", "evil.github.io", "evil.co.uk", "evil.co.ck", "1.evil.io.",
		"javascript:evil.io", "\u202eoi.live evil.io", "mailto:evil", strings.Repeat("x", 60) + " evil.io",
	} {
		data := sample()
		data["name"], data["username"], data["inviter"] = name, name, name+" "+name
		for _, k := range []message.Kind{message.VerifyEmail, message.PasswordReset, message.UserInvitation} {
			r := render(t, k, "en", data)
			for _, bad := range []string{"evil.", "evil", "ｅｖｉｌ", "EVIL", "\u202e", "<a href=\"https://evil", "http://ev"} {
				if strings.Contains(r.Subject+r.Text+r.HTML, bad) {
					t.Errorf("%q: %q in %s:\n%s", name, bad, k, r.Text)
				}
			}
		}
	}
}

func TestOrdinaryNamesStay(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"mary.smith", "Mary O'Neil", "王小明", "J. R. R. Tolkien", "anna-maria_7", "jan.de.vries", "Dr. Who", "नरेन्द्र", "v1.2.3", "👩‍💻 Ada"} {
		data := sample()
		data["name"] = name
		if r := render(t, message.Approved, "en", data); !strings.Contains(r.Text, "Hello "+name+",") {
			t.Errorf("%q: %s", name, r.Text)
		}
	}
	data := sample()
	data["name"] = strings.Repeat("é", 100)
	first, _, _ := strings.Cut(render(t, message.Approved, "en", data).Text, "\n")
	if name := strings.TrimSuffix(strings.TrimPrefix(first, "Hello "), ","); utf8.RuneCountInString(name) != 64 {
		t.Errorf("%d characters: %s", utf8.RuneCountInString(name), name)
	}
}

func TestAUsernameThatIsOnesOwnAddressIsShown(t *testing.T) {
	t.Parallel()
	data := sample()
	data["username"], data["email"] = "Mary@Example.com", "mary@example.com"
	if text := render(t, message.PasswordReset, "en", data).Text; !strings.Contains(text, "username, in case you have forgotten it: mary@example.com\n") {
		t.Error(text)
	}
	data["email"] = "other@example.com"
	if text := render(t, message.PasswordReset, "en", data).Text; strings.Contains(text, "forgotten") {
		t.Error(text)
	}
}

func TestOddAddressesGetTheirMailsToo(t *testing.T) {
	t.Parallel()
	data := sample()
	data["email"], data["new_email"], data["inviter"] = `"mary smith"@[127.0.0.1]`, `"x@y"@bücher.example`, "boss@acme.com"
	if text := render(t, message.EmailChangedNotice, "en", data).Text; !strings.Contains(text, "\"•••@b•••\n") {
		t.Error(text)
	}
	if text := render(t, message.AdminInvitation, "en", data).Text; !strings.Contains(text, "comes from boss@acme.com.") {
		t.Error(text)
	}
}

func TestTheGreeting(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, username, want string }{
		{"Mary", "mary1", "Hello Mary,"}, {"", "mary1", "Hello mary1,"}, {"evil.io", "mary1", "Hello mary1,"}, {"", "", "Hello,"},
	} {
		data := sample()
		data["name"], data["username"] = c.name, c.username
		if first, _, _ := strings.Cut(render(t, message.Approved, "en", data).Text, "\n"); first != c.want {
			t.Errorf("%q, %q: %q", c.name, c.username, first)
		}
	}
}

func TestValuesAreEscapedOnceAndNeverParsed(t *testing.T) {
	t.Parallel()
	data := sample()
	data["site"], data["reason"], data["name"] = `{link} <b>"A" & B</b> {title}`, "{content} [x]({link}) <script>", "{name} `x` &amp;"
	r := render(t, message.Rejected, "en", data)
	if strings.Contains(r.HTML, "<b>") || strings.Contains(r.HTML, "<script>") || !strings.Contains(r.HTML, "&lt;b&gt;&#34;A&#34; &amp; B&lt;/b&gt; {title}") {
		t.Error(r.HTML)
	}
	if !strings.Contains(r.HTML, "{content} [x]({link}) &lt;script&gt;") || !strings.Contains(r.HTML, "Hello {name} `x` &amp;amp;,") {
		t.Error(r.HTML)
	}
	if !strings.Contains(r.Text, `{link} <b>"A" & B</b> {title}`) {
		t.Error(r.Text)
	}
}

func TestLifetimes(t *testing.T) {
	t.Parallel()
	for want, seconds := range map[string]any{
		"3 days": 259200, "1 day": float64(86400), "25 hours": int64(90000), "1 hour": 3600, "61 minutes": 3660, "15 minutes": json.Number("900"), "1 minute": 60,
		"59 seconds": 59, "90 seconds": 90, "1 second": 1, "2 days": 200000,
	} {
		data := sample()
		data["lifetime"] = seconds
		if text := render(t, message.VerifyEmail, "en", data).Text; !strings.Contains(text, "The link works for "+want+".") {
			t.Errorf("%v: want %s:\n%s", seconds, want, text)
		}
	}
	data := maps.Clone(sample())
	data["lifetime"] = 86400
	if text := render(t, message.PasswordReset, "de", data).Text; !strings.Contains(text, "einmal und 1 Tag lang") {
		t.Error(text)
	}
}

func TestABrand(t *testing.T) {
	t.Parallel()
	brand := message.Brand{Logo: `https://acme.example/logo.png?a=1&b="2`, Color: "#0b6e4f", Background: "#000000"}
	r, err := message.Render(message.VerifyEmail, "en", brand, sample())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<img src="https://acme.example/logo.png?a=1&amp;b=&#34;2" alt="Acme &amp; Söhne"`, `background:#0b6e4f;color:#ffffff;font-weight`, `style="color:#0b6e4f;`,
		`background:#000000;color:#ffffff`, `<a class="link" href="https://acme.example" style="color:#ffffff">`,
	} {
		if !strings.Contains(r.HTML, want) {
			t.Errorf("no %s in\n%s", want, r.HTML)
		}
	}
	if strings.ContainsAny(r.HTML[strings.Index(r.HTML, "<body"):], "{}") || strings.Contains(r.HTML, "#1d4ed8") {
		t.Errorf("left over:\n%s", r.HTML)
	}
	r, err = message.Render(message.VerifyEmail, "en", message.Brand{Color: `red;"><script>`, Background: "x"}, sample())
	if err != nil || strings.Contains(r.HTML, "script") || !strings.Contains(r.HTML, "#1d4ed8") {
		t.Errorf("%v, %s", err, r.HTML)
	}
}
