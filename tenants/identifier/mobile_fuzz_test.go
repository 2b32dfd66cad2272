package identifier_test

import (
	"regexp"
	"testing"

	"github.com/keyhall/keyhall/tenants/identifier"
)

// FuzzMobile finds numbers whose canonical form is none, or not its own.
func FuzzMobile(f *testing.F) {
	for _, s := range []string{"+905321234567", "0532 123 45 67", "+1 (415) 555-2671", "٠٥٣٢١٢٣٤٥٦٧", "+44 7700 900123;ext=5", "1-800-FLOWERS", "+999", "＋８１９０１２３４５６７８"} {
		f.Add(s, "TR")
		f.Add(s, "")
	}
	e164 := regexp.MustCompile(`^\+[1-9][0-9]{3,18}$`)
	f.Fuzz(func(t *testing.T, s, region string) {
		number, ok := identifier.Mobile(s, region)
		if !ok {
			return
		}
		if !e164.MatchString(number) {
			t.Fatalf("%q in %q: %q", s, region, number)
		}
		if again, ok := identifier.Mobile(number, ""); !ok || again != number {
			t.Fatalf("%q in %q: %q becomes %q, %t", s, region, number, again, ok)
		}
	})
}
