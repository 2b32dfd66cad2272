package password

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// tooSimilar is the ratio from which on a password resembles a value.
const tooSimilar = 0.7

// similarTo reports whether the password resembles the value or one of its words, whatever the case.
func similarTo(password, value string) bool {
	if value == "" {
		return false
	}
	password, value = strings.ToLower(password), strings.ToLower(norm.NFC.String(value))
	for _, part := range append(words(value), value) {
		if ratio(password, part) >= tooSimilar {
			return true
		}
	}
	return false
}

// words splits at everything that is neither letter, number nor underscore.
func words(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r)
	})
}

// ratio is twice the number of characters both texts have, whatever their order, over the sum of the lengths: 1 for
// anagrams, 0 for texts without a common character.
func ratio(a, b string) float64 {
	left, total, shared := make(map[rune]int), 0, 0
	for _, r := range a {
		left[r]++
		total++
	}
	for _, r := range b {
		if left[r] > 0 {
			left[r]--
			shared++
		}
		total++
	}
	return 2 * float64(shared) / float64(total)
}
