package identifier_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants/identifier"
)

func TestUsername(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"Žofie_ß+1":                    true,
		"cafe\u0301":                   true,
		"çağrı":                        true,
		"İsmail":                       true,
		"éèà":                          true,
		"12345":                        true,
		"a@b.c":                        true,
		"ann@example.com":              true,
		"ａｄｍｉｎ":                        true,
		"Иван_1":                       true,
		"Νίκος":                        true,
		"田中taro":                       true,
		"김":                            true,
		".":                            true,
		strings.Repeat("é", 150):       true,
		strings.Repeat("e\u0301", 150): true,
		strings.Repeat("y", 151):       false,
		"":                             false,
		" ":                            false,
		" ann":                         false,
		"o d d @@ ☃":                   false,
		"a/b":                          false,
		"o'neil":                       false,
		"ann\n":                        false,
		"ann\x00":                      false,
		"ann\xff":                      false,
		"admin\u200b":                  false,
		"ad\u00admin":                  false,
		"\u202eadmin":                  false,
		"admin\ufe0f":                  false,
		"admin\u3164":                  false,
		"\uffa0":                       false,
		"аdmin":                        false,
		"αdmin":                        false,
		"раypal":                       false,
		"Иван_dev":                     false,
		"ﷺ":                            false,
		"½":                            false,
		"x²":                           true,
		"😀":                            false,
	} {
		if got := identifier.Username(name); got != want {
			t.Errorf("%q: %t", name, got)
		}
	}
}

func TestSpellingsOfOneUsername(t *testing.T) {
	t.Parallel()
	for canonical, spellings := range map[string][]string{
		"admin":     {"admin", "Admin", "ADMIN", "ａｄｍｉｎ", "ＡＤＭＩＮ", "admin\u200b", "ad\u00admin", " admin ", "admin\u3164", "𝐚𝐝𝐦𝐢𝐧"},
		"café":      {"café", "cafe\u0301", "CAFÉ", "CAFE\u0301"},
		"strasse":   {"straße", "STRASSE", "STRAẞE", "ﬆrasse"},
		"a b":       {"a b", " a b ", "a\u00a0b", "A B"},
		"kelvin":    {"\u212Aelvin", "kelvin"},
		"çağrı":     {"çağrı", "ÇAĞrı"},
		"ann\ufffd": {"ann\xff", "ANN\ufffd"},
		"":          {"", " ", "\u200b"},
		"ᏣᎳᎩ":       {"ᏣᎳᎩ", "ꮳꮃꭹ"},
		"σ":         {"Σ", "ς", "σ"},
	} {
		for _, s := range spellings {
			if got := identifier.CanonicalUsername(s); got != canonical {
				t.Errorf("%q: %q, want %q", s, got, canonical)
			}
		}
	}
	if identifier.CanonicalUsername("mıke") == identifier.CanonicalUsername("mike") {
		t.Error("ı and i are one letter")
	}
}

func TestCanonicalFormsOfAllCharactersAreStable(t *testing.T) {
	t.Parallel()
	for r := range rune(0x10000) {
		canonical := identifier.CanonicalUsername("a" + string(r))
		if again := identifier.CanonicalUsername(canonical); again != canonical {
			t.Errorf("%U: %+q becomes %+q", r, canonical, again)
		}
	}
}

func TestConfusableNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"аdmin": true, "аdmin 1/2": true, "ΑBC": true, "Иαн": true, "Ⲁdmin": true,
		"admin": false, "Иван": false, "Νίκος": false, "田中taro": false, "o d d ☃": false, "": false, "ａｄｍｉｎ": false,
	} {
		if got := identifier.Confusable(name); got != want {
			t.Errorf("%q: %t", name, got)
		}
	}
}

func FuzzUsername(f *testing.F) {
	for _, s := range []string{"Žofie_ß+1", "ａｄｍｉｎ", "a\u0345\u0301", "ﷺ", "ᾳ\u200b\u0345", "\u1e9e\u00ad", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		canonical := identifier.CanonicalUsername(s)
		if again := identifier.CanonicalUsername(canonical); again != canonical {
			t.Errorf("%q: %q becomes %q", s, canonical, again)
		}
		if identifier.Username(s) && canonical == "" {
			t.Errorf("%q is a username without a canonical form", s)
		}
		if identifier.Username(s) && strings.ContainsAny(canonical, " \t\n\x00") {
			t.Errorf("%q: canonical form %q", s, canonical)
		}
	})
}

func TestLooseUsernames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		" a b ": true, "a/b": true, "12345": true, "éèà": true, "o'neil": true, strings.Repeat("x", 254): true,
		"": false, "   ": false, "\u200b": false, "a\x00b": false, "a\nb": false, "\xff": false, strings.Repeat("x", 255): false, "аdmin": false,
	} {
		if got := identifier.LooseUsername(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
