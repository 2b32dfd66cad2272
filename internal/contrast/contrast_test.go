package contrast_test

import (
	"math"
	"testing"

	"github.com/keyhall/keyhall/internal/contrast"
)

func parse(t *testing.T, text string) contrast.Color {
	t.Helper()
	c, ok := contrast.Parse(text)
	if !ok {
		t.Fatalf("%s is no colour", text)
	}
	return c
}

func TestRatios(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"#000000", "#ffffff", 21}, {"#ffffff", "#FFFFFF", 1}, {"#ffffff", "#767676", 4.54}, {"#777777", "#ffffff", 4.48}, {"#ff0000", "#ffffff", 4.0},
	} {
		if got := contrast.Ratio(parse(t, c.a), parse(t, c.b)); math.Abs(got-c.want) > 0.01 {
			t.Errorf("%s on %s: %.3f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

func TestWhatIsNoColour(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "red", "#fff", "#12345", "#1234567", "1d4ed8x", "#12345g", "#12345;", "rgb(0,0,0)"} {
		if _, ok := contrast.Parse(text); ok {
			t.Errorf("%q passed", text)
		}
	}
}

// Whatever colour a tenant picks, what stands on it can be read.
func TestOneInkIsAlwaysReadable(t *testing.T) {
	t.Parallel()
	for v := range 256 {
		on := parse(t, "#"+string("0123456789abcdef"[v/16])+string("0123456789abcdef"[v%16])+"8040")
		grey := parse(t, "#"+hex(v)+hex(v)+hex(v))
		for _, c := range []contrast.Color{on, grey} {
			if got := contrast.Ratio(c, parse(t, contrast.Ink(c))); got < contrast.Readable {
				t.Errorf("%v: %.2f", c, got)
			}
		}
	}
}

func hex(v int) string { return string("0123456789abcdef"[v/16]) + string("0123456789abcdef"[v%16]) }
