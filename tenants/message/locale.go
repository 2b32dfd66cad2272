package message

import (
	"slices"
	"strings"

	xlanguage "golang.org/x/text/language"
)

// The shipped languages as BCP 47 tags; the first is the one for everybody else.
var locales = []string{"en", "de", "fr", "es", "zh-Hant"}

var matcher = xlanguage.NewMatcher(tags(locales))

// Locales lists the languages there are.
func Locales() []string { return slices.Clone(locales) }

// Locale picks a language. Each preference is a tag ("de-AT", "zh_TW") or a whole Accept-Language header; the first
// that any shipped language suits decides, so pass the person's choice, then the request's, then the tenant's.
// Empty and unreadable ones are passed over.
func Locale(prefs ...string) string { return pick(matcher, locales, prefs) }

// LocaleAmong is Locale for a tenant that has templates in other languages too.
func LocaleAmong(own []string, prefs ...string) string {
	all := append(slices.Clone(own), locales...)
	return pick(xlanguage.NewMatcher(tags(all)), all, prefs)
}

// Canonical writes a language tag as RFC 5646 recommends; false for what is none, or names no language.
func Canonical(locale string) (string, bool) {
	tag, err := xlanguage.Parse(locale)
	text := tag.String()
	if err != nil || tag == xlanguage.Und || len(text) > 35 || strings.HasPrefix(text, "x-") {
		return "", false
	}
	return text, true
}

func pick(m xlanguage.Matcher, offered, prefs []string) string {
	for _, pref := range prefs {
		wanted, _, err := xlanguage.ParseAcceptLanguage(shorten(pref))
		if err != nil || len(wanted) == 0 {
			continue
		}
		if _, i, confidence := m.Match(wanted...); confidence > xlanguage.No {
			return offered[i]
		}
	}
	return locales[0]
}

// shorten keeps the first few languages of a header of unreasonable length.
func shorten(pref string) string {
	const limit = 200
	if len(pref) <= limit {
		return pref
	}
	return pref[:max(0, strings.LastIndexByte(pref[:limit], ','))]
}

func tags(texts []string) []xlanguage.Tag {
	list := make([]xlanguage.Tag, len(texts))
	for i, text := range texts {
		list[i] = xlanguage.MustParse(text)
	}
	return list
}
