// Package link fills the link templates that tenants configure for their mails, and checks them when they are saved.
// Both are the same code, so that what is accepted can also be sent. It knows nothing of tenants and of mails.
package link

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Err is wrapped by all complaints; the full text is fit for whoever wrote the template, and shows no values.
var Err = errors.New("the link is not usable")

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// holes are the placeholders there are; inHost may stand in front of the path.
var holes = map[string]struct{ inHost bool }{
	"base": {inHost: true}, // the tenant's own address, put in as it is
	"slug": {inHost: true},
	"key":  {}, "uid": {}, "token": {},
}

// Fill puts values into a template, as "{base}/#/verify/{key}" or "myapp://reset?uid={uid}&token={token}". The
// placeholders are base (the tenant's own address, as it is, at the very start), slug, key, uid and token; the
// others are escaped for where they stand. It refuses unknown and missing ones, secrets in the host, and schemes
// other than http, https and those of apps ("myapp://").
func Fill(template string, values map[string]string) (string, error) {
	head := headOf(template)
	var problem error
	filled := placeholder.ReplaceAllStringFunc(template, func(found string) string {
		name := strings.Trim(found, "{}")
		text, err := value(name, values, strings.Contains(head, found))
		if err != nil && problem == nil {
			problem = err
		}
		if name == "base" {
			return strings.TrimSuffix(text, "/")
		}
		return text
	})
	if problem == nil {
		problem = check(template, filled)
	}
	if problem != nil {
		return "", fmt.Errorf("%w: %w", Err, problem)
	}
	return filled, nil
}

// escaper makes a query's escaping good for paths and fragments as well. Colons, which are part of some keys,
// are harmless in all three, and pages that read a raw fragment do not always decode it.
var escaper = strings.NewReplacer("+", "%20", "%3A", ":")

// headOf is what comes before the path, the query and the fragment.
func headOf(template string) string {
	start := strings.Index(template, "://") + len("://")
	if start < len("://") {
		start = 0
	}
	if end := strings.IndexAny(template[start:], "/?#"); end >= 0 {
		return template[:start+end]
	}
	return template
}

func value(name string, values map[string]string, inHead bool) (string, error) {
	rule, known := holes[name]
	text := values[name]
	switch {
	case !known:
		return "", fmt.Errorf("there is no placeholder {%s}", name)
	case text == "":
		return "", fmt.Errorf("there is no value for {%s}", name)
	case inHead && !rule.inHost:
		return "", fmt.Errorf("{%s} belongs behind the host", name)
	case name == "base":
		return text, nil
	}
	return escaper.Replace(url.QueryEscape(text)), nil
}

// halfEscape is a percent sign that would make an escape of whatever comes to stand behind it, as in "%{key}".
var halfEscape = regexp.MustCompile(`%(?:[^0-9A-Fa-f]|$|[0-9A-Fa-f](?:[^0-9A-Fa-f]|$))`)

func check(template, filled string) error {
	if i := strings.LastIndex(template, "{base}"); i > 0 {
		return fmt.Errorf("{base} belongs at the start")
	}
	if halfEscape.MatchString(template) {
		return fmt.Errorf("a %% that no two hexadecimal digits follow")
	}
	if strings.ContainsAny(filled, "{}") {
		return fmt.Errorf("a brace that is no placeholder")
	}
	return address(filled)
}

// Check reports what is wrong with a template before there is anything to fill it with. It must have all of the
// placeholders named, and may have base and slug besides.
func Check(template string, needed ...string) error {
	values := map[string]string{"base": "https://tenant.example", "slug": "tenant"}
	for _, name := range needed {
		if !strings.Contains(template, "{"+name+"}") {
			return fmt.Errorf("%w: it lacks {%s}", Err, name)
		}
		values[name] = "x"
	}
	_, err := Fill(template, values)
	return err
}

// Address reports whether a mail may point to the text as it is: a page by http or https, or an app's screen.
func Address(text string) error {
	if err := address(text); err != nil {
		return fmt.Errorf("%w: %w", Err, err)
	}
	return nil
}

var (
	appScheme  = regexp.MustCompile(`^[a-z][a-z0-9+.-]*$`)
	notForMail = []string{"javascript", "data", "vbscript", "file", "blob", "about", "ftp", "mailto", "tel", "sms", "ws", "wss", "view-source", "intent"}
)

func address(text string) error {
	if len(text) > 2048 || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return errors.New("an address has no spaces and at most 2048 characters")
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("this is not an address")
	case u.User != nil:
		return errors.New("an address carries no credentials")
	case (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "":
		return nil
	case u.Scheme == "http" || u.Scheme == "https" || slices.Contains(notForMail, u.Scheme) || !appScheme.MatchString(u.Scheme):
		return errors.New("an address begins with https://, http:// or an app's own scheme")
	case !strings.HasPrefix(text, u.Scheme+"://"):
		return errors.New("an app's address begins with its scheme and ://")
	}
	return nil
}
