package identifier_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants/identifier"
)

func TestEmail(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"ann@example.com":                      "ann@example.com",
		"DUDE@Example.com":                     "dude@example.com",
		"a@localhost":                          "a@localhost",
		"a@[127.0.0.1]":                        "a@[127.0.0.1]",
		"a@[2001:DB8:0::1]":                    "a@[2001:db8::1]",
		"a+b@bücher.example":                   "a+b@xn--bcher-kva.example",
		"a+b@BÜCHER.example":                   "a+b@xn--bcher-kva.example",
		"a+b@bu\u0308cher.example":             "a+b@xn--bcher-kva.example",
		"a+b@XN--BCHER-KVA.example":            "a+b@xn--bcher-kva.example",
		"a@ｅｘａｍｐｌｅ。com":                        "a@example.com",
		"a@例え.テスト":                             "a@xn--r8jz45g.xn--zckzah",
		"!#$%&'*+/=?^_`{|}~-@example.com":      "!#$%&'*+/=?^_`{|}~-@example.com",
		`"A.b..c@d"@example.com`:               `"a.b..c@d"@example.com`,
		`"a\"b\\c"@example.com`:                `"a\"b\\c"@example.com`,
		"a.b.c@x-y.example.co":                 "a.b.c@x-y.example.co",
		"a@1.22":                               "a@1.22",
		"email@partial-updated.com":            "email@partial-updated.com",
		"a@" + strings.Repeat("x", 63) + ".io": "a@" + strings.Repeat("x", 63) + ".io",
	} {
		if got, ok := identifier.Email(given); !ok || got != want {
			t.Errorf("%q: %q, %t, want %q", given, got, ok, want)
		}
	}
}

func TestNoEmail(t *testing.T) {
	t.Parallel()
	for _, given := range []string{
		"", "zz", "@", "a@", "@b.com", "nope", "test.test.com",
		"a@b", "a@b_c.com", "email@partial_updated.com", "a@b.c", "x@example.com.", "a@.com", "a@b..com", "v@x..io",
		"a..b@c.com", ".a@c.com", "a.@c.com", "a b@example.com", "a@b@c.com",
		"a@-b.com", "a@b-.com", "a@b.-om", "a@b.co-",
		"a@" + strings.Repeat("x", 64) + ".io",
		strings.Repeat("a", 320-len("@example.com")+1) + "@example.com",
		"a@[127.0.0.256]", "a@[127.0.0.1", "a@127.0.0.1", "a@[]", "a@[::1%eth0]", "a@[IPv6:::1]", "a@[127.0.0.01]",
		`"v@x.io" <a@evil.io>`, "v@x.io,a@evil.io", "v@x.io(c)", " v@x.io", "v@x.io ", "v@x.io\n", "v@x.io>", "<v@x.io>",
		`"a b"@x.io`, `"a\ b"@x.io`, `"a"b"@x.io`, "\"a\nb\"@x.io", "a\x00@x.io", "a@x\x00.io", "a\u200b@x.io", "a\t@x.io",
		"mıke@x.io", "MİKE@x.io", "mi\u212Ae@x.io", "ü@x.io", "a@\u202e.io", "a@x\u00ad_.io", "\xff@x.io", "a@\xff.io",
	} {
		if got, ok := identifier.Email(given); ok || got != "" {
			t.Errorf("%q is taken as %q", given, got)
		}
	}
}

func FuzzEmail(f *testing.F) {
	for _, s := range []string{"a@b.com", "a+b@bücher.example", `"a\"b"@x.io`, "a@[::1]", "a@例え.テスト", "a@xn--a.xn--b-", "a@。.io"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		canonical, ok := identifier.Email(s)
		if !ok {
			return
		}
		if again, ok := identifier.Email(canonical); !ok || again != canonical {
			t.Errorf("%q: %q becomes %q, %t", s, canonical, again, ok)
		}
		if strings.ContainsFunc(canonical, func(r rune) bool { return r <= ' ' || r >= 0x7f || 'A' <= r && r <= 'Z' }) {
			t.Errorf("%q: %q is not canonical", s, canonical)
		}
	})
}

func TestLooseAddresses(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"x@example.com.": "x@example.com", "Ann@Partial_Updated.com": "ann@partial_updated.com", "ann@Example.com": "ann@example.com",
		"x@_dmarc.example.com": "x@_dmarc.example.com", "x@example.com..": "", "x@": "", "@example.com": "", "a b@ex_ample.com": "", "x@ex_ample": "",
		"x@example.c_m": "", "x@ex ample.com": "", "x@ex_ample.com\n": "", "ä@ex_ample.com": "", "": "",
	} {
		if got, ok := identifier.LooseEmail(given); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", given, got, ok)
		}
	}
}
