// Package contrast measures colours as WCAG 2.2 does. It knows no page and no mail.
package contrast

import (
	"encoding/hex"
	"math"
)

// Readable is the least contrast of text with what it stands on (WCAG 2.2, 1.4.3).
const Readable = 4.5

// The two inks; on any colour at least one of them is readable.
const (
	White = "#ffffff"
	Black = "#000000"
)

// Color is a colour of sRGB.
type Color struct{ r, g, b uint8 }

// Parse reads "#1d4ed8"; false for any other form.
func Parse(text string) (Color, bool) {
	if len(text) != 7 || text[0] != '#' {
		return Color{}, false
	}
	v, err := hex.DecodeString(text[1:])
	if err != nil {
		return Color{}, false
	}
	return Color{v[0], v[1], v[2]}, true
}

// Ratio is the contrast of two colours in either order, from 1 to 21 (WCAG 2.2, "contrast ratio").
func Ratio(a, b Color) float64 {
	high, low := a.luminance(), b.luminance()
	if high < low {
		high, low = low, high
	}
	return (high + 0.05) / (low + 0.05)
}

// luminance is the relative luminance, from 0 to 1.
func (c Color) luminance() float64 {
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

func linear(v uint8) float64 {
	s := float64(v) / 255
	if s <= 0.04045 {
		return s / 12.92
	}
	return math.Pow((s+0.055)/1.055, 2.4)
}

// Ink gives the one of White and Black that reads better on a colour.
func Ink(on Color) string {
	white, _ := Parse(White)
	black, _ := Parse(Black)
	if Ratio(on, white) >= Ratio(on, black) {
		return White
	}
	return Black
}
