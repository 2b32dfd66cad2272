package outbox

import "testing"

// FuzzCursor reads page addresses of chance: what is accepted is a place in a list, and comes back as it is.
func FuzzCursor(f *testing.F) {
	for _, s := range []string{"", "x", "MSAwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA", "OTk5OTk5OTk5OTk5OTk5OTk5OSB4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCursor(text)
		if err != nil || text == "" {
			return
		}
		if again, err := parseCursor(c.String()); err != nil || again != c {
			t.Fatalf("%q: %v became %v, %v", text, c, again, err)
		}
	})
}
