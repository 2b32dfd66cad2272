package message

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
)

//go:embed templates/*.txt templates/sms/*.txt
var files embed.FS

//go:embed layout.html
var layout string

// catalogue is everything there is to say, by locale.
type catalogue map[string]*language

type language struct {
	words     *words
	templates map[Kind]*template
	texts     map[Kind]phrase // to telephones
}

// words are what all mails of a language share.
type words struct {
	greeting, greetingUnnamed phrase
	linkHint                  string
	units                     map[string][2]string // "days": one, several
}

// shipped is parsed at the first use; its errors are found by the tests of this package.
var shipped = sync.OnceValues(func() (catalogue, error) { return load(files) })

func load(from fs.FS) (catalogue, error) {
	c := catalogue{}
	for _, locale := range locales {
		loaded, err := loadLanguage(from, locale)
		if err != nil {
			return nil, err
		}
		c[locale] = loaded
	}
	return c, nil
}

func loadLanguage(from fs.FS, locale string) (*language, error) {
	common, err := read(from, "common", locale)
	if err != nil {
		return nil, err
	}
	l := &language{templates: map[Kind]*template{}, texts: map[Kind]phrase{}}
	if l.words, err = parseWords(common); err != nil {
		return nil, fmt.Errorf("message: common.%s: %w", locale, err)
	}
	for _, k := range every() {
		source, err := read(from, string(k.Kind), locale)
		if err != nil {
			return nil, err
		}
		if l.templates[k.Kind], err = parseTemplate(k, source); err != nil {
			return nil, fmt.Errorf("message: %s.%s: %w", k.Kind, locale, err)
		}
	}
	return l, l.loadTexts(from, locale)
}

func read(from fs.FS, name, locale string) (string, error) {
	text, err := fs.ReadFile(from, "templates/"+name+"."+locale+".txt")
	return strings.ReplaceAll(string(text), "\r\n", "\n"), err
}

func parseWords(source string) (*words, error) {
	lines := map[string]string{}
	for text := range strings.Lines(source) {
		name, value, _ := strings.Cut(strings.TrimSpace(text), ": ")
		lines[name] = value
	}
	w := &words{linkHint: lines["link_hint"], units: map[string][2]string{}}
	for _, unit := range []string{"days", "hours", "minutes", "seconds"} {
		one, several, found := strings.Cut(lines[unit], " | ")
		if !found || !strings.Contains(several, "{n}") {
			return nil, fmt.Errorf("%s must read: {n} one | {n} several", unit)
		}
		w.units[unit] = [2]string{one, several}
	}
	var err error
	if w.greeting, err = (KindInfo{Needs: []string{"name"}}).parsePhrase(lines["greeting"]); err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	if w.greetingUnnamed, err = (KindInfo{}).parsePhrase(lines["greeting_unnamed"]); err != nil {
		return nil, fmt.Errorf("greeting_unnamed: %w", err)
	}
	if w.linkHint == "" || lines["greeting"] == "" || lines["greeting_unnamed"] == "" {
		return nil, fmt.Errorf("link_hint, greeting or greeting_unnamed is missing")
	}
	return w, nil
}

// wordsFor gives the words around a tenant's template: those of its language, where that is shipped. Others get what
// needs no language: signs for units (SI brochure, 4), and neither hint nor reason.
func (c catalogue) wordsFor(locale string, k Kind, own *template) *words {
	if l := c[locale]; l != nil {
		own.why = l.templates[k].why
		return l.words
	}
	return neutral
}

var neutral = &words{units: map[string][2]string{
	"days": {"{n} d", "{n} d"}, "hours": {"{n} h", "{n} h"}, "minutes": {"{n} min", "{n} min"}, "seconds": {"{n} s", "{n} s"},
}}

func (w *words) count(unit string, n int64) string {
	form := w.units[unit][1]
	if n == 1 {
		form = w.units[unit][0]
	}
	return strings.ReplaceAll(form, "{n}", strconv.FormatInt(n, 10))
}
