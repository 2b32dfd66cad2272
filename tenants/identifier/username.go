package identifier

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// LongestUsername is the most that Username takes, in code points.
const LongestUsername = 150

// Username reports whether a name keeps Django's rules: 1 to 150 letters, digits and @ . + - _ of any script. It may
// look like an e-mail address or be a number. Refused besides are letters that cannot be seen, signs that stand for a
// text with spaces or signs of its own, and names that pass for another one by mixing scripts (see Confusable).
//
// Contracts that take any text as a username ask LooseUsername.
func Username(s string) bool {
	name := norm.NFC.String(s)
	length := utf8.RuneCountInString(name)
	return length >= 1 && length <= LongestUsername && utf8.ValidString(s) &&
		only(name, isNameRune) && only(CanonicalUsername(name), isNameRuneOrMark) && !Confusable(name)
}

// LongestLooseUsername is the most that LooseUsername takes, in code points.
const LongestLooseUsername = 254

// LooseUsername reports whether a name can be one where nearly any text is: 1 to 254 characters, none of them a control
// character, and something that can be seen. Names that pass for another one by mixing scripts are refused here too.
func LooseUsername(s string) bool {
	length := utf8.RuneCountInString(s)
	return length >= 1 && length <= LongestLooseUsername && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) &&
		CanonicalUsername(s) != "" && !Confusable(s)
}

func only(s string, allowed func(rune) bool) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !allowed(r) })
}

func isNameRune(r rune) bool {
	return strings.ContainsRune("@.+-_", r) || (unicode.IsLetter(r) || unicode.IsNumber(r)) && !isIgnorable(r)
}

// isNameRuneOrMark allows what folding makes of some letters: İ becomes an i and a combining dot.
func isNameRuneOrMark(r rune) bool { return isNameRune(r) || unicode.IsMark(r) }

// CanonicalUsername gives the form in which usernames are unique, of any text: compatibility forms (full-width,
// ligatures) become plain ones, case is folded, what cannot be seen is dropped, and so are spaces at the ends. It is
// Unicode's NFKC_Casefold but for the spaces. It never fails, and it is idempotent.
func CanonicalUsername(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	for range 2 { // folding makes work for normalising and the other way round; two rounds settle it
		s = strings.TrimSpace(norm.NFKC.String(fold(norm.NFKC.String(s))))
	}
	return s
}

// fold drops what cannot be seen and folds the case, of Cherokee to its capitals as Unicode has it: the library turns
// its capitals into small letters and its small ones into capitals.
func fold(s string) string {
	return strings.Map(cherokeeCapital, cases.Fold().String(strings.Map(visible, s)))
}

func visible(r rune) rune {
	if isIgnorable(r) {
		return -1
	}
	return r
}

func cherokeeCapital(r rune) rune {
	if unicode.Is(unicode.Cherokee, r) {
		return unicode.ToUpper(r)
	}
	return r
}

// isIgnorable reports whether a character is drawn as nothing (Default_Ignorable_Code_Point): zero-width characters,
// soft hyphens, direction marks, variation selectors, Hangul fillers.
func isIgnorable(r rune) bool {
	if unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
		return true
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// lookAlikes are the scripts that share letter shapes. One name has letters of one of them at most.
var lookAlikes = []*unicode.RangeTable{
	unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee, unicode.Coptic, unicode.Lisu,
}

// Confusable reports whether a name mixes letters of scripts that look alike, as Cyrillic а in Latin admin. Names
// within one script are never confusable, nor is one script with Han, Kana, Hangul or any other that looks
// different. Whole names that look like another one in one script pass.
func Confusable(s string) bool {
	found := -1
	for _, r := range norm.NFKC.String(s) {
		script := lookAlike(r)
		if script >= 0 && found >= 0 && script != found {
			return true
		}
		found = max(found, script)
	}
	return false
}

func lookAlike(r rune) int {
	for i, script := range lookAlikes {
		if unicode.Is(script, r) {
			return i
		}
	}
	return -1
}
