package password

import (
	"strings"
	"testing"
)

func TestHashIsAPHCStringOfTodaysCosts(t *testing.T) {
	t.Parallel()
	phc := hash("Kx9!vortex", Cheap).String()
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("got %s", phc)
	}
	h, err := parse(phc)
	if err != nil || len(h.salt) != 16 || len(h.key) != 32 {
		t.Fatalf("salt of %d, key of %d bytes, %v", len(h.salt), len(h.key), err)
	}
	if hash("Kx9!vortex", Cheap).String() == phc {
		t.Error("two hashes of one password are equal")
	}
	if !h.matches("Kx9!vortex") || h.matches("Kx9!vortey") {
		t.Error("the hash does not tell right from wrong")
	}
}

// The expected string is that of the reference implementation (phc-winner-argon2) for these inputs.
func TestHashAgreesWithTheReference(t *testing.T) {
	t.Parallel()
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	h, err := parse(phc)
	if err != nil || !h.matches("password") {
		t.Errorf("a hash of the reference implementation does not match: %v", err)
	}
}

func TestOnlyOneSpellingOfAHashIsRead(t *testing.T) {
	t.Parallel()
	good := hashed{params: Cheap, salt: make([]byte, 16), key: make([]byte, 32)}.String()
	if _, err := parse(good); err != nil {
		t.Fatal(err)
	}
	swap := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	for name, bad := range map[string]string{
		"empty":              "",
		"plain text":         "Kx9!vortex",
		"argon2i":            swap("argon2id", "argon2i"),
		"version 16":         swap("v=19", "v=16"),
		"leading zero":       swap("m=64", "m=064"),
		"plus sign":          swap("t=1", "t=+1"),
		"trailing parameter": swap("p=1", "p=1,x=2"),
		"other order":        swap("m=64,t=1", "t=1,m=64"),
		"too much memory":    swap("m=64", "m=4294967295"),
		"overflow":           swap("m=64", "m=4294967360"),
		"no passes":          swap("t=1", "t=0"),
		"no lanes":           swap("p=1", "p=0"),
		"padding":            good + "=",
		"newline":            good + "\n",
		"newline in base64":  good[:len(good)-4] + "\n" + good[len(good)-4:],
		"extra part":         good + "$",
		"short key":          good[:len(good)-30],
		"loose last bits":    good[:len(good)-1] + "B",
	} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%s: %q was read", name, bad)
		} else if bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("%s: the error quotes the stored value", name)
		}
		if !NeedsRehash(bad, Cheap) {
			t.Errorf("%s: needs no rehash", name)
		}
	}
}

func TestRehashWhenCostsChange(t *testing.T) {
	t.Parallel()
	phc := hash("Kx9!vortex", Cheap).String()
	if NeedsRehash(phc, Cheap) || !NeedsRehash(phc, Recommended) {
		t.Error("costs are not compared")
	}
}

func BenchmarkHash(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		hash("Kx9!vortex", Recommended)
	}
}
