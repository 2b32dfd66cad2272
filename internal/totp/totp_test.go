package totp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/totp"
)

// The test vectors of RFC 6238, appendix B, for SHA-1; the last six of their eight digits.
func TestTheCodesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := totp.Code(secret, totp.Step(time.Unix(at, 0))); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

func TestACodeMatchesAroundItsTimeAndOnlyOnce(t *testing.T) {
	t.Parallel()
	secret, at := totp.NewSecret(), time.Unix(1_800_000_015, 0)
	now := totp.Step(at)
	for off, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		number, ok := totp.Match(secret, totp.Code(secret, now+off), at, 0)
		if ok != want || ok && number != now+off {
			t.Errorf("%d steps off: step %d, %v", off, number, ok)
		}
	}
	if _, ok := totp.Match(secret, totp.Code(secret, now), at, now); ok {
		t.Error("a code of a step that was taken matched")
	}
	if _, ok := totp.Match(secret, totp.Code(secret, now-1), at, now); ok {
		t.Error("a code of a step before the one taken matched")
	}
	for _, code := range []string{"", "12345", "1234567", "abcdef", totp.Code(totp.NewSecret(), now)} {
		if _, ok := totp.Match(secret, code, at, 0); ok {
			t.Errorf("%q matched", code)
		}
	}
}

func TestAnAppReadsTheAddress(t *testing.T) {
	t.Parallel()
	uri := totp.URI("Key Hall", "ada+x@example.com", []byte("12345678901234567890"))
	if want := "otpauth://totp/Key%20Hall:ada+x@example.com?issuer=Key%20Hall&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; uri != want {
		t.Errorf("got %s", uri)
	}
	if text := totp.Text(totp.NewSecret()); len(text) != 32 || strings.ContainsAny(text, "=") {
		t.Errorf("typed: %s", text)
	}
}
