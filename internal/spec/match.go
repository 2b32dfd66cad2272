package spec

import (
	"net/url"
	"slices"
	"strings"
)

// Find gives the operation that a request means, with the values of the placeholders. The path may carry a query and
// the prefix /t/{slug}.
func (d *Doc) Find(method, path string) (Op, map[string]string, bool) {
	path = plain(path)
	for _, op := range d.ops {
		if op.Method != method {
			continue
		}
		if values, ok := op.match(path); ok {
			return op, values, true
		}
	}
	return Op{}, nil, false
}

// at lists the operations of a path; none for an unknown one.
func (d *Doc) at(path string) []Op {
	path = plain(path)
	return slices.DeleteFunc(d.Operations(), func(o Op) bool {
		_, ok := o.match(path)
		return !ok
	})
}

func (o Op) match(path string) (map[string]string, bool) {
	for _, template := range append([]string{o.Path}, o.Aliases...) {
		if values, ok := matchTemplate(template, path); ok {
			return values, true
		}
	}
	return nil, false
}

// matchTemplate compares segment by segment; a {name} takes any one segment that is not empty.
func matchTemplate(template, path string) (map[string]string, bool) {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	values := map[string]string{}
	for i, w := range want {
		switch {
		case strings.HasPrefix(w, "{") && got[i] != "":
			values[strings.Trim(w, "{}")] = unescape(got[i])
		case w != got[i]:
			return nil, false
		}
	}
	return values, true
}

// plain takes query and tenant prefix off a path.
func plain(path string) string {
	path, _, _ = strings.Cut(path, "?")
	rest, named := strings.CutPrefix(path, "/t/")
	if !named {
		return path
	}
	if _, after, ok := strings.Cut(rest, "/"); ok {
		return "/" + after
	}
	return path
}

func unescape(segment string) string {
	if s, err := url.PathUnescape(segment); err == nil {
		return s
	}
	return segment // a path that cannot be unescaped is compared as it came
}

// Route is a mounted route: a method and a path with {names} or :names.
type Route struct{ Method, Path string }

// Compare tells how the routes of a server and these operations differ: routes nobody described, and operations or
// aliases nobody serves. Both are empty when they agree. Placeholders agree by place, not by name.
func Compare(routes []Route, ops []Op) (undescribed, unserved []string) {
	served, described := map[string]bool{}, map[string]bool{}
	for _, r := range routes {
		served[r.Method+" "+nameless(r.Path)] = true
	}
	for _, o := range ops {
		for _, path := range append([]string{o.Path}, o.Aliases...) {
			described[o.Method+" "+nameless(path)] = true
		}
	}
	return missing(served, described), missing(described, served)
}

func missing(from, in map[string]bool) []string {
	var out []string
	for k := range from {
		if !in[k] {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func nameless(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") || strings.HasPrefix(s, ":") {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}
