package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// difference is the first place where an answer is not what it should be.
type difference struct {
	path      string // "status", "header Allow", "body.user.pk", ...
	want, got string
}

func (d *difference) String() string {
	return fmt.Sprintf("%s: expected %s, got %s", d.path, d.want, d.got)
}

// place is where a value stands.
type place struct {
	path  string
	name  string // the key it stands under, which decides what is free
	scope string // "group" inside a group; numbers of groups are not numbers of users
}

func (p place) key(name string) place {
	scope := p.scope
	if p.name == "group" {
		scope = "group"
	}
	return place{path: p.path + "." + name, name: name, scope: scope}
}

// index loses the name: a list under "token" is a list of complaints, not of tokens.
func (p place) index(i int) place {
	return place{path: fmt.Sprintf("%s[%d]", p.path, i), scope: p.scope}
}

func (p place) differs(want, got any) *difference {
	return &difference{path: p.path, want: show(want), got: show(got)}
}

// comparison compares values; patterns says whether <...> in the expected ones describes.
type comparison struct {
	ids      identities
	patterns bool
}

func (c comparison) value(at place, want, got any) *difference {
	switch want := want.(type) {
	case map[string]any:
		return c.object(at, want, got)
	case []any:
		return c.array(at, want, got)
	case string:
		return c.text(at, want, got)
	case json.Number:
		return c.number(at, want, got)
	}
	if want != got {
		return at.differs(want, got)
	}
	return nil
}

func (c comparison) object(at place, want map[string]any, got any) *difference {
	have, ok := got.(map[string]any)
	if !ok {
		return at.differs(want, got)
	}
	if d := c.subset(at, want, have); d != nil {
		return d
	}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		if _, ok := want[name]; !ok {
			return at.key(name).differs(missing{}, have[name])
		}
	}
	return nil
}

// subset compares the wanted keys and lets others be.
func (c comparison) subset(at place, want, have map[string]any) *difference {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, ok := have[name]
		if !ok {
			return at.key(name).differs(want[name], missing{})
		}
		if d := c.value(at.key(name), want[name], value); d != nil {
			return d
		}
	}
	return nil
}

func (c comparison) array(at place, want []any, got any) *difference {
	have, ok := got.([]any)
	if !ok {
		return at.differs(want, got)
	}
	for i := range min(len(want), len(have)) {
		if d := c.value(at.index(i), want[i], have[i]); d != nil {
			return d
		}
	}
	switch {
	case len(want) > len(have):
		return at.index(len(have)).differs(want[len(have)], missing{})
	case len(have) > len(want):
		return at.index(len(want)).differs(missing{}, have[len(want)])
	}
	return nil
}

func (c comparison) text(at place, want string, got any) *difference {
	if c.patterns && isPattern(want) {
		return c.described(at, want, got)
	}
	have, ok := got.(string)
	if !ok || !c.sameText(at, want, have) {
		return at.differs(want, got)
	}
	if expected, ok := claims(want); ok && secretNames[at.name] {
		return c.claims(at, expected, have)
	}
	return nil
}

func (c comparison) sameText(at place, want, have string) bool {
	_, isJWT := claims(want)
	switch {
	case secretNames[at.name] && want != "":
		return isJWT || sameShape(want, have)
	case dateNames[at.name]:
		return sameLayout(want, have)
	}
	for _, prefix := range freePrefixes {
		if strings.HasPrefix(want, prefix) {
			return strings.HasPrefix(have, prefix)
		}
	}
	return want == have
}

// claims wants every recorded claim in the live token; their values are free, but users keep their numbers.
func (c comparison) claims(at place, want map[string]any, token string) *difference {
	have, ok := claims(token)
	if !ok {
		return at.differs(aJWT{}, token)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, ok := have[name]
		if !ok {
			return at.key(name).differs(want[name], missing{})
		}
		if number, ok := want[name].(json.Number); ok && numberNames[name] {
			if d := c.number(at.key(name), number, value); d != nil {
				return d
			}
		}
	}
	return nil
}

func (c comparison) number(at place, want json.Number, got any) *difference {
	have, ok := got.(json.Number)
	if !ok {
		return at.differs(want, got)
	}
	if numberNames[at.name] && isInteger(want) {
		if !isInteger(have) {
			return at.differs(want, got)
		}
		if expected, ok := c.ids.same(at.scope, want.String(), have.String()); !ok {
			return &difference{path: at.path, want: expected, got: have.String()}
		}
		return nil
	}
	if want != have {
		return at.differs(want, got)
	}
	return nil
}

func isInteger(value any) bool {
	n, ok := value.(json.Number)
	if !ok {
		return false
	}
	_, err := n.Int64()
	return err == nil
}

// decode reads exactly one JSON value and keeps its numbers as they are written.
func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the JSON value")
	}
	return value, nil
}

// missing and aJWT stand in a difference for what has no JSON form.
type (
	missing struct{}
	aJWT    struct{}
)

func show(value any) string {
	switch value.(type) {
	case missing:
		return "nothing"
	case aJWT:
		return "a JWT"
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSpace(out.String())
}
