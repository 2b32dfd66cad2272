package password_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/password"
)

var django = password.Policy{MinLength: 8, CheckCommon: true, CheckSimilarity: true}

func about(username, first, last, email string) []password.Attribute {
	return []password.Attribute{
		{Label: "username", Value: username},
		{Label: "first name", Value: first},
		{Label: "last name", Value: last},
		{Label: "email address", Value: email},
	}
}

// codes gives what was complained about in one line, as "too_short:8".
func codes(fields []fault.Field) string {
	var told []string
	for _, f := range fields {
		told = append(told, strings.TrimPrefix(f.Code.Name, "password_")+strings.TrimSuffix(fmt.Sprint(f.Args), "map[]"))
	}
	return strings.Join(told, " ")
}

func TestPolicyTellsEverythingInDjangosOrder(t *testing.T) {
	t.Parallel()
	const short, common, numeric = "too_shortmap[limit:8]", "too_common", "numeric"
	similar := func(label string) string { return "too_similarmap[attribute:" + label + "]" }
	ege := about("egekaya", "Ege", "Kaya", "ege@example.com")
	for _, c := range []struct {
		password string
		about    []password.Attribute
		want     string
	}{
		{"Kx9!vortex", ege, ""},
		{"12345", ege, short + " " + common + " " + numeric},
		{"123", ege, short + " " + common + " " + numeric},
		{"Ab3$x", ege, short},
		{"password", ege, common},
		{"PassWord", nil, common},
		{" password ", nil, common},
		{"8273645182", ege, numeric},
		{"١٢٣٤٥٦٧٨", nil, numeric},
		{"egekaya1", ege, similar("username")},
		{"EGEKAYA1", ege, similar("username")},
		{"ayakege1", ege, similar("username")},
		{"ege@example.com", ege, similar("email address")},
		{"example1", ege, similar("email address")},
		{"ege", ege, similar("first name") + " " + short},
		{"alice@example", about("alicew", "", "", "alice@example.com"), similar("email address")},
		{"sunshine", about("sunshine", "Sunshine", "", ""), similar("username") + " " + common},
		{"ege" + strings.Repeat("x", 27), about("ege", "", "", ""), ""},
		{"žluťoučký", about("", "Žluťoučký", "", ""), similar("first name")},
		{"", nil, short},
	} {
		if got := codes(django.Check("password", c.password, c.about...)); got != c.want {
			t.Errorf("%q: told %q, want %q", c.password, got, c.want)
		}
	}
}

func TestPolicyNamesTheFieldItWasAskedAbout(t *testing.T) {
	t.Parallel()
	fields := django.Check("new_password2", "12345")
	if len(fields) != 3 || slices.ContainsFunc(fields, func(f fault.Field) bool { return f.Name != "new_password2" }) {
		t.Errorf("got %v", fields)
	}
}

func TestPolicyOfATenant(t *testing.T) {
	t.Parallel()
	lax := password.Policy{MinLength: 6}
	for _, c := range []struct {
		name     string
		policy   password.Policy
		password string
		want     string
	}{
		{"checks switched off", lax, "abcdef", ""},
		{"checks switched off, digits", lax, "123456", ""},
		{"checks switched off, length stays", lax, "abcde", "too_shortmap[limit:6]"},
		{"similarity switched off", password.Policy{CheckCommon: true}, "egekaya12", ""},
		{"zero policy", password.Policy{}, "1234567", "too_shortmap[limit:8]"},
		{"negative minimum", password.Policy{MinLength: -1}, "1234567", "too_shortmap[limit:8]"},
		{"code points, not bytes", password.Policy{MinLength: 4}, "ééé", "too_shortmap[limit:4]"},
		{"composed before counted", password.Policy{MinLength: 4}, "e\u0301e\u0301e\u0301", "too_shortmap[limit:4]"},
		{"maximum", password.Policy{MaxLength: 128}, strings.Repeat("p", 129), "too_longmap[limit:128]"},
		{"maximum reached", password.Policy{MaxLength: 128}, strings.Repeat("é", 128), ""},
		{"no maximum", password.Policy{}, strings.Repeat("p", 257), "too_longmap[limit:256]"},
		{"maximum above the limit", password.Policy{MaxLength: 1 << 20}, strings.Repeat("p", 257), "too_longmap[limit:256]"},
		{"a megabyte", password.Policy{}, strings.Repeat("p", 1<<20), "too_longmap[limit:256]"},
		{"minimum above maximum", password.Policy{MinLength: 20, MaxLength: 10}, "Kx9!vortex", ""},
	} {
		ege := about("egekaya", "", "", "")
		if got := codes(c.policy.Check("password", c.password, ege...)); got != c.want {
			t.Errorf("%s: told %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCommonPasswordsAreRefused(t *testing.T) {
	t.Parallel()
	policy := password.Policy{MinLength: 1, CheckCommon: true}
	for _, common := range strings.Fields(`password password1 password123 qwerty123 iloveyou abc12345 letmein football
		sunshine princess admin welcome monkey dragon trustno1 passw0rd abcdefgh aaaaaaaa zaq12wsx qwertyuiop
		changeme test1234 iloveyou1 administrator`) {
		if got := codes(policy.Check("password", common)); got != "too_common" {
			t.Errorf("%q: told %q", common, got)
		}
	}
	for _, fine := range []string{"Kx9!vortex", "Zq7#lantern", "Mb5$harbor", "Str0ngpassw", "N3wpassword!", "a\nb", "\n"} {
		if got := codes(policy.Check("password", fine)); got != "" {
			t.Errorf("%q: told %q", fine, got)
		}
	}
}
