package message

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
)

// texts are the messages that go to telephones. What they take is always there: no paragraph is ever left out, and no
// stranger's words are in them.
var texts = []KindInfo{
	{Kind: OTP, Needs: []string{"site", "otp", "lifetime"}},
}

// Texts lists all text messages with their placeholders.
func Texts() []KindInfo { return copies(texts) }

// KnownText finds a text message by its name.
func KnownText(k Kind) (KindInfo, bool) { return find(texts, k) }

// maxSMS is what a tenant may write at most, in characters; how many parts that makes is the tenant's own limit.
const maxSMS = 1000

// Text is a wording of a text message, found to be in order.
type Text struct {
	kind   KindInfo
	words  *words
	phrase phrase
}

// ParseText reads a tenant's wording of a text message in a language, which may be any. It has placeholders and no other
// form. Fault: TemplateInvalid, with what is wrong on "subject", which text messages do not have, and "text"; see Parse.
func ParseText(k Kind, locale string, s Source) (*Text, error) {
	all, err := shipped()
	if err != nil {
		return nil, err
	}
	known, ok := KnownText(k)
	if !ok {
		return nil, fault.PathUnknown
	}
	s = s.Clean()
	var p fault.Problems
	if s.Subject != "" {
		complain(&p, "subject", unreadable("a text message has no subject"))
	}
	checkSource(&p, "text", s.Text, maxSMS, unprintableText)
	content, err := known.parsePhrase(s.Text)
	complain(&p, "text", err)
	if err == nil {
		known.checkPlaces(&p, []block{{body: content}})
	}
	if len(p) > 0 {
		return nil, &fault.Error{Code: fault.TemplateInvalid, Fields: p}
	}
	w := neutral
	if l := all[locale]; l != nil {
		w = l.words
	}
	return &Text{known, w, content}, nil
}

// Render writes the message; see the function RenderText.
func (t *Text) Render(data map[string]any) (string, error) {
	v, err := t.kind.gather(data, t.words)
	if err != nil {
		return "", err
	}
	content, _ := t.phrase.fill(v, verbatim) // all of it is there, gather says
	return content, nil
}

// RenderText writes a text message as Keyhall ships it. The locale is matched as by Locale. Data holds the values of the
// kind's placeholders, as for Render.
func RenderText(k Kind, locale string, data map[string]any) (string, error) {
	all, err := shipped()
	if err != nil {
		return "", err
	}
	known, ok := KnownText(k)
	if !ok {
		return "", fmt.Errorf("message: there is no text message %q", k)
	}
	l := all[Locale(locale)]
	return (&Text{known, l.words, l.texts[k]}).Render(data)
}

// OriginalText is the wording that Keyhall ships. It reports false for a language that is not one of Locales.
func OriginalText(k Kind, locale string) (Source, bool) {
	all, err := shipped()
	if err != nil || all[locale] == nil || all[locale].texts[k] == nil {
		return Source{}, false
	}
	return Source{Text: all[locale].texts[k].String()}, true
}

func find(among []KindInfo, k Kind) (KindInfo, bool) {
	i := slices.IndexFunc(among, func(known KindInfo) bool { return known.Kind == k })
	if i < 0 {
		return KindInfo{}, false
	}
	return among[i], true
}

func (l *language) loadTexts(from fs.FS, locale string) error {
	for _, k := range texts {
		source, err := read(from, "sms/"+string(k.Kind), locale)
		if err != nil {
			return err
		}
		content, err := k.parsePhrase(strings.TrimSpace(source))
		if err == nil && strings.TrimSpace(source) == "" {
			err = fmt.Errorf("it is empty")
		}
		if err != nil {
			return fmt.Errorf("message: sms/%s.%s: %w", k.Kind, locale, err)
		}
		l.texts[k.Kind] = content
	}
	return nil
}
