package transcript

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// anything is the description of a body nobody looks at, not even at its type.
const anything = "<anything>"

// pattern is a description of free values: the text between < and >.
type pattern func(c comparison, at place, got any) bool

// isPattern tells a description from a text. Only accepted answers hold descriptions.
func isPattern(text string) bool {
	return strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">")
}

var (
	textPattern    = regexp.MustCompile(`^<text, like '.*'>$`)
	claimsPattern  = regexp.MustCompile(`^<JWT with (.+)>$`)
	objectPattern  = regexp.MustCompile(`^<object with at least (\{.*\})>$`)
	withoutPattern = regexp.MustCompile(`^<any JSON without '(.+)'>$`)
	oneOfPattern   = regexp.MustCompile(`^<one of: (.+)>$`)
	arrayPattern   = regexp.MustCompile(`^<array of (.+) with at least \[(.*)\], each containing '(.*)'>$`)
	quoted         = regexp.MustCompile(`'([^']*)'`)
)

// described judges a value by a description. An object's description names the place inside it that is wrong.
func (c comparison) described(at place, want string, got any) *difference {
	if m := objectPattern.FindStringSubmatch(want); m != nil {
		return c.atLeast(at, m[1], got)
	}
	match, err := parsePattern(want)
	if err != nil || !match(c, at, got) {
		return at.differs(want, got)
	}
	return nil
}

func (c comparison) atLeast(at place, want string, got any) *difference {
	value, err := decode([]byte(want))
	least, isObject := value.(map[string]any)
	have, ok := got.(map[string]any)
	if err != nil || !isObject || !ok {
		return at.differs("an object with at least "+want, got)
	}
	return c.subset(at, least, have)
}

func parsePattern(text string) (pattern, error) {
	switch text {
	case anything:
		return func(comparison, place, any) bool { return true }, nil
	case "<list>":
		return func(_ comparison, _ place, got any) bool { _, ok := got.([]any); return ok }, nil
	case "<int>":
		return func(_ comparison, _ place, got any) bool { return isInteger(got) }, nil
	}
	if textPattern.MatchString(text) {
		return func(_ comparison, _ place, got any) bool { s, ok := got.(string); return ok && s != "" }, nil
	}
	if m := claimsPattern.FindStringSubmatch(text); m != nil {
		return withClaims(strings.Split(m[1], ", ")), nil
	}
	if m := withoutPattern.FindStringSubmatch(text); m != nil {
		return func(_ comparison, _ place, got any) bool { return !strings.Contains(show(got), m[1]) }, nil
	}
	if m := oneOfPattern.FindStringSubmatch(text); m != nil {
		return oneOf(strings.Split(m[1], " | "))
	}
	if m := arrayPattern.FindStringSubmatch(text); m != nil {
		return arrayOf(strings.Split(m[1], ", "), m[2], m[3]), nil
	}
	return nil, fmt.Errorf("unknown description %q", text)
}

func withClaims(names []string) pattern {
	return func(_ comparison, _ place, got any) bool {
		token, _ := got.(string)
		have, ok := claims(token)
		for _, name := range names {
			_, has := have[name]
			ok = ok && has
		}
		return ok
	}
}

func oneOf(choices []string) (pattern, error) {
	var values []any
	for _, text := range choices {
		value, err := decode([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("choice %q: %w", text, err)
		}
		values = append(values, value)
	}
	return func(c comparison, at place, got any) bool {
		return slices.ContainsFunc(values, func(v any) bool { return c.value(at, v, got) == nil })
	}, nil
}

// arrayOf describes a list of users: exactly these keys each, these usernames at least, a text in each username.
func arrayOf(keys []string, names, part string) pattern {
	slices.Sort(keys)
	return func(_ comparison, _ place, got any) bool {
		list, ok := got.([]any)
		seen := map[string]bool{}
		for _, entry := range list {
			user, _ := entry.(map[string]any)
			name, _ := user["username"].(string)
			seen[name] = true
			ok = ok && hasExactly(user, keys) && strings.Contains(strings.ToLower(name), strings.ToLower(part))
		}
		for _, m := range quoted.FindAllStringSubmatch(names, -1) {
			ok = ok && seen[m[1]]
		}
		return ok
	}
}

func hasExactly(object map[string]any, sorted []string) bool {
	return slices.Equal(slices.Sorted(maps.Keys(object)), sorted)
}

// checkPatterns looks for descriptions nobody understands.
func checkPatterns(value any) error {
	switch value := value.(type) {
	case map[string]any:
		for _, inner := range value {
			if err := checkPatterns(inner); err != nil {
				return err
			}
		}
	case []any:
		for _, inner := range value {
			if err := checkPatterns(inner); err != nil {
				return err
			}
		}
	case string:
		return checkPattern(value)
	}
	return nil
}

func checkPattern(text string) error {
	if !isPattern(text) {
		return nil
	}
	if m := objectPattern.FindStringSubmatch(text); m != nil {
		inner, err := decode([]byte(m[1]))
		if err != nil {
			return fmt.Errorf("description %q: %w", text, err)
		}
		return checkPatterns(inner)
	}
	_, err := parsePattern(text)
	return err
}
