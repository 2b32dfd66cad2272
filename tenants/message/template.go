package message

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
)

// template is a parsed file. Values are put in after parsing, so they can bring no markup with them.
type template struct {
	subject, why phrase
	blocks       []block
}

type blockKind uint8

const (
	paragraph blockKind = iota
	button              // label and address
	copyable            // label and code
)

type block struct {
	kind  blockKind
	label phrase
	body  phrase
}

// phrase is text with placeholders in it.
type phrase []piece

// piece is a literal or, with a name, a placeholder.
type piece struct {
	literal  string
	name     string
	optional bool
}

var (
	placeholder  = regexp.MustCompile(`\{([a-z_]+)(\??)\}`)
	buttonLine   = regexp.MustCompile(`^\[([^\n]+)\]\((\{link\??\})\)$`)
	copyableLine = regexp.MustCompile("^\\[([^\n]+)\\]`([^`\n]+)`$")
)

// flaw is what is wrong with a template, told to whoever wrote it.
type flaw struct {
	code  *fault.Code
	about string // the placeholder, or the reason
}

func (f flaw) Error() string { return f.code.Name + ": " + f.about }

func unreadable(reason string) error { return flaw{fault.TemplateUnreadable, reason} }

// parseTemplate reads a file for a kind. Every placeholder must be the kind's, and written {name} if the kind needs
// it and {name?} if it only takes it.
func parseTemplate(k KindInfo, source string) (*template, error) {
	head, body, found := strings.Cut(strings.TrimSpace(source), "\n\n")
	subject, why, ok := strings.Cut(head, "\n")
	if !found || !ok || strings.Contains(why, "\n") {
		return nil, fmt.Errorf("the head must be the lines Subject and Why, and an empty line")
	}
	t := &template{}
	var err error
	if t.subject, err = plain.headLine("Subject: ", subject); err != nil {
		return nil, err
	}
	if t.why, err = plain.headLine("Why: ", why); err != nil {
		return nil, err
	}
	t.blocks, err = k.parseBlocks(body)
	return t, err
}

// plain is what a subject may say: it shows in lists and on locked screens, so no names and no secrets.
var plain = KindInfo{Needs: []string{"site"}}

func (k KindInfo) parseBlocks(body string) (blocks []block, err error) {
	for text := range strings.SplitSeq(body, "\n\n") {
		parsed, err := k.parseBlock(text)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, parsed)
	}
	return blocks, nil
}

func (k KindInfo) headLine(name, text string) (phrase, error) {
	rest, found := strings.CutPrefix(text, name)
	if !found {
		return nil, fmt.Errorf("expected %q, not %q", name, text)
	}
	return k.parsePhrase(rest)
}

func (k KindInfo) parseBlock(text string) (b block, err error) {
	label, body := "", text
	if m := buttonLine.FindStringSubmatch(text); m != nil {
		b.kind, label, body = button, m[1], m[2]
	} else if m := copyableLine.FindStringSubmatch(text); m != nil {
		b.kind, label, body = copyable, m[1], m[2]
	} else if strings.HasPrefix(text, "[") {
		return b, unreadable(fmt.Sprintf("this is neither a button nor something to copy: %q", text))
	}
	if b.label, err = k.parsePhrase(label); err != nil {
		return b, err
	}
	b.body, err = k.parsePhrase(body)
	return b, err
}

func (k KindInfo) parsePhrase(text string) (phrase, error) {
	var p phrase
	rest := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		p = append(p, piece{literal: text[rest:at[0]]}, piece{name: text[at[2]:at[3]], optional: at[4] < at[5]})
		rest = at[1]
	}
	p = append(p, piece{literal: text[rest:]})
	for _, part := range p {
		if err := k.allows(part); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (k KindInfo) allows(p piece) error {
	switch {
	case strings.ContainsAny(p.literal, "{}"):
		return unreadable(fmt.Sprintf("a brace that is no placeholder: %q", p.literal))
	case p.name == "" || slices.Contains(k.Needs, p.name) && !p.optional:
		return nil
	case slices.Contains(k.Takes, p.name) && p.optional:
		return nil
	case slices.Contains(k.Takes, p.name):
		return unreadable(fmt.Sprintf("{%s} may be missing, so it is written {%s?}", p.name, p.name))
	case slices.Contains(k.Needs, p.name):
		return unreadable(fmt.Sprintf("{%s?} is never missing, so it is written {%s}", p.name, p.name))
	}
	return flaw{fault.PlaceholderUnknown, "{" + p.name + "}"}
}

// String writes the phrase as it is written in a template.
func (p phrase) String() string {
	var b strings.Builder
	for _, part := range p {
		switch {
		case part.name == "":
			b.WriteString(part.literal)
		case part.optional:
			b.WriteString("{" + part.name + "?}")
		default:
			b.WriteString("{" + part.name + "}")
		}
	}
	return b.String()
}

// String writes the block as it is written in a template.
func (b block) String() string {
	switch b.kind {
	case button:
		return "[" + b.label.String() + "](" + b.body.String() + ")"
	case copyable:
		return "[" + b.label.String() + "]`" + b.body.String() + "`"
	default:
		return b.body.String()
	}
}

// fill puts the values in, each through escape. It reports false when an optional one is empty.
func (p phrase) fill(v values, escape func(string) string) (string, bool) {
	var b strings.Builder
	for _, part := range p {
		if part.name == "" {
			b.WriteString(escape(part.literal))
			continue
		}
		if v[part.name] == "" {
			return "", false
		}
		b.WriteString(escape(v[part.name]))
	}
	return b.String(), true
}

// names lists the placeholders of the template, sorted, each once.
func (t *template) names() []string {
	var names []string
	phrases := []phrase{t.subject, t.why}
	for _, b := range t.blocks {
		phrases = append(phrases, b.label, b.body)
	}
	for _, part := range slices.Concat(phrases...) {
		if part.name != "" {
			names = append(names, part.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
