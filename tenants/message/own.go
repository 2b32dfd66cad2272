package message

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	xlanguage "golang.org/x/text/language"

	"github.com/keyhall/keyhall/internal/fault"
)

// Source is a message as a tenant words it. The text is what stands between the head and the footer of the mail, the
// greeting included, in the form that the package's comment explains.
type Source struct {
	Subject string // one line; takes {site}
	Text    string // paragraphs with an empty line between
}

// Template is a tenant's own wording of a message, found to be in order.
type Template struct {
	kind KindInfo
	wording
}

// Bounds of what a tenant may write, in characters and places.
const (
	maxSubject      = 200
	maxText         = 10_000
	maxPlaceholders = 60 // with the bounds of the values a mail stays far below a megabyte
)

// Parse reads a tenant's wording of a message in a language, which may be any. Fault: TemplateInvalid, with what is
// wrong on "subject" and "text": Required, TooLong, BadCharacters, TemplateUnreadable, PlaceholderUnknown or
// PlaceholderMissing.
func Parse(k Kind, locale string, s Source) (*Template, error) {
	all, err := shipped()
	if err != nil {
		return nil, err
	}
	known, ok := Known(k)
	if !ok {
		return nil, fault.PathUnknown
	}
	s = s.Clean()
	var p fault.Problems
	s.check(&p)
	own := &template{}
	own.subject, err = plain.parsePhrase(s.Subject)
	complain(&p, "subject", err)
	own.blocks, err = known.parseBlocks(s.Text)
	complain(&p, "text", err)
	if err == nil {
		known.checkPlaces(&p, own.blocks)
	}
	if len(p) > 0 {
		return nil, &fault.Error{Code: fault.TemplateInvalid, Fields: p}
	}
	return &Template{known, wording{locale, all.wordsFor(locale, k, own), own, false}}, nil
}

// Clean gives the text one kind of line break, one empty line between paragraphs, and no blanks around.
func (s Source) Clean() Source {
	text := strings.ReplaceAll(s.Text, "\r\n", "\n")
	var paragraphs []string
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.Trim(part, "\n"); strings.TrimSpace(part) != "" {
			paragraphs = append(paragraphs, part)
		}
	}
	return Source{strings.TrimSpace(s.Subject), strings.Join(paragraphs, "\n\n")}
}

func (s Source) check(p *fault.Problems) {
	checkSource(p, "subject", s.Subject, maxSubject, unprintable)
	checkSource(p, "text", s.Text, maxText, unprintableText)
}

func unprintableText(r rune) bool {
	return r != '\n' && r != '\t' && unicode.IsControl(r) || r == utf8.RuneError
}

func checkSource(p *fault.Problems, field, text string, limit int, bad func(rune) bool) {
	switch {
	case text == "":
		p.Add(field, fault.Required)
	case utf8.RuneCountInString(text) > limit:
		p.Add(field, fault.TooLong, "limit", limit)
	case strings.ContainsFunc(text, bad):
		p.Add(field, fault.BadCharacters)
	}
}

// complain adds the flaw of a field about which there is no complaint yet.
func complain(p *fault.Problems, field string, err error) {
	var f flaw
	if errors.As(err, &f) && !p.Has(field) {
		p.Add(field, f.code, "value", f.about, "reason", f.about)
	}
}

// checkPlaces looks that what the message is sent for stands where it is always shown: a paragraph is left out when an
// optional value in it is missing.
func (k KindInfo) checkPlaces(p *fault.Problems, blocks []block) {
	var always []string
	places := 0
	for _, b := range blocks {
		parts := slices.Concat(b.label, b.body)
		optional := slices.ContainsFunc(parts, func(part piece) bool { return part.optional })
		for _, part := range parts {
			if part.name != "" {
				places++
			}
			if !optional {
				always = append(always, part.name)
			}
		}
	}
	for _, name := range k.Essential() {
		if !slices.Contains(always, name) {
			p.Add("text", fault.PlaceholderMissing, "value", "{"+name+"}")
		}
	}
	if places > maxPlaceholders {
		p.Add("text", fault.TooLong, "limit", maxPlaceholders)
	}
}

// Render writes the message; see the function Render.
func (t *Template) Render(b Brand, data map[string]any) (Rendered, error) {
	return t.render(t.kind, b, data)
}

// Original is the wording that Keyhall ships, for a tenant to start from. It reports false for a language that is not
// one of Locales.
func Original(k Kind, locale string) (Source, bool) {
	all, err := shipped()
	if err != nil || all[locale] == nil || all[locale].templates[k] == nil {
		return Source{}, false
	}
	l := all[locale]
	greeting := strings.ReplaceAll(l.words.greeting.String(), "{name}", "{name?}")
	return Source{l.templates[k].subject.String(), strings.Join(append([]string{greeting}, each(l.templates[k].blocks)...), "\n\n")}, true
}

func each(blocks []block) []string {
	texts := make([]string, len(blocks))
	for i, b := range blocks {
		texts[i] = b.String()
	}
	return texts
}

// rightToLeft are the scripts in use that are written so.
var rightToLeft = []string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg"}

// direction is the value of the attribute dir for a language.
func direction(locale string) string {
	script, _ := xlanguage.Make(locale).Script()
	if slices.Contains(rightToLeft, script.String()) {
		return "rtl"
	}
	return "ltr"
}
