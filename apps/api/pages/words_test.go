package pages

import (
	"maps"
	"regexp"
	"slices"
	"testing"
)

// Every language says all that English says, with the same places for values.
func TestEveryLanguageIsComplete(t *testing.T) {
	t.Parallel()
	english := catalogue["en"]
	hole := regexp.MustCompile(`\{[a-z]+\}`)
	for locale, w := range catalogue {
		if w.Error == "" || w.Password == "" || w.Again == "" {
			t.Errorf("%s: words are missing", locale)
		}
		if !slices.Equal(slices.Sorted(maps.Keys(w.Pages)), slices.Sorted(maps.Keys(english.Pages))) || len(w.Faults) != len(english.Faults) {
			t.Errorf("%s: has %v and %d faults", locale, slices.Sorted(maps.Keys(w.Pages)), len(w.Faults))
		}
		for name, page := range english.Pages {
			got := w.Pages[name]
			if got.Title == "" || got.Text == "" || (got.Button == "") != (page.Button == "") || (got.Done == "") != (page.Done == "") {
				t.Errorf("%s: %s is incomplete: %+v", locale, name, got)
			}
		}
		for code, text := range english.Faults {
			if w.Faults[code] == "" || !slices.Equal(hole.FindAllString(w.Faults[code], -1), hole.FindAllString(text, -1)) {
				t.Errorf("%s: %s reads %q", locale, code, w.Faults[code])
			}
		}
	}
}
