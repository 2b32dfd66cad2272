package message

import (
	"fmt"
	"strings"
)

// Rendered is a finished mail but for its envelope.
type Rendered struct {
	Subject string // one line
	Text    string // complete without the HTML
	HTML    string // a whole page
	Locale  string // the language it is in, one of Locales
}

// wording is all that one mail is made of, in one language.
type wording struct {
	locale string
	words  *words
	*template
	greets bool // shipped wordings; tenants write their own greeting, or none
}

// Brand is how the HTML part looks; empty fields mean no picture and Keyhall's colours.
type Brand struct {
	Logo       string // https address of a picture
	Color      string // "#1d4ed8"; of buttons and links
	Background string // "#f1f5f9"; around the white middle
}

// Render writes a message as Keyhall ships it. The locale is matched as by Locale, so any language tag does. Data holds
// the values of the kind's placeholders: texts, and for "lifetime" a number of seconds; other entries are ignored. The
// greeting takes "name", else "username". It fails when a needed value is missing, or one is not what its name says.
func Render(k Kind, locale string, b Brand, data map[string]any) (Rendered, error) {
	all, err := shipped()
	if err != nil {
		return Rendered{}, err
	}
	known, ok := info(k)
	if !ok {
		return Rendered{}, fmt.Errorf("message: there is no kind %q", k)
	}
	locale = Locale(locale)
	return wording{locale, all[locale].words, all[locale].templates[k], true}.render(known, b, data)
}

func (w wording) render(k KindInfo, b Brand, data map[string]any) (Rendered, error) {
	v, err := k.gather(data, w.words)
	if err != nil {
		return Rendered{}, err
	}
	r := Rendered{Locale: w.locale}
	r.Subject, _ = w.subject.fill(v, verbatim) // takes {site} only, which is there and one line
	r.Text = w.text(v)
	r.HTML = w.html(r, b, v)
	return r, nil
}

// text lays the message out for reading as it is.
func (w wording) text(v values) string {
	var parts []string
	if w.greets {
		parts = append(parts, w.words.greet(v, verbatim))
	}
	for _, b := range w.blocks {
		if label, body, ok := b.fill(v, verbatim); ok {
			parts = append(parts, strings.TrimPrefix(label+"\n"+body, "\n"))
		}
	}
	foot := []string{"-- "} // begins a signature (RFC 3676 section 4.3)
	why, _ := w.why.fill(v, verbatim)
	for _, line := range []string{v["site"], v["site_url"], why} {
		if line != "" {
			foot = append(foot, line)
		}
	}
	return strings.Join(append(parts, strings.Join(foot, "\n")), "\n\n") + "\n"
}

// fill reports false when the paragraph is left out.
func (b block) fill(v values, escape func(string) string) (label, body string, ok bool) {
	label, named := b.label.fill(v, escape)
	body, filled := b.body.fill(v, escape)
	return label, body, named && filled
}

func (w *words) greet(v values, escape func(string) string) string {
	if greeting, ok := w.greeting.fill(v, escape); ok {
		return greeting
	}
	greeting, _ := w.greetingUnnamed.fill(nil, escape)
	return greeting
}

func verbatim(text string) string { return text }
