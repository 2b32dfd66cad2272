package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// endpoint is all there is at one path.
type endpoint struct {
	contract *Contract
	pattern  string // as declared; what logs and metrics show instead of the path, which may hold a key
	routes   map[string]*Route
	allow    string
	guard    Access // asked of a method that is not there: the least that every route of the path demands
	reach    Reach
}

// table finds the endpoint of a path. Fiber's own router is not asked: it folds case, ignores a final slash only where
// no parameter is, answers 405 before anybody has authenticated, and runs GET handlers for HEAD.
type table struct {
	root   branch
	owners []owner // longest prefix first
}

type branch struct {
	fixed    map[string]*branch
	any      *branch // {name}
	endpoint *endpoint
}

type owner struct {
	prefix   string
	contract *Contract
}

// newTable enters the routes of all contracts, or says which two are at the same place.
func newTable(contracts []Contract) (*table, error) {
	t := &table{}
	for i := range contracts {
		c := &contracts[i]
		for _, prefix := range c.Owns {
			t.owners = append(t.owners, owner{prefix, c})
		}
		for j := range c.Routes {
			r := &c.Routes[j]
			for _, path := range append([]string{r.Path}, r.Aliases...) {
				if err := t.add(c, r, path); err != nil {
					return nil, err
				}
			}
		}
	}
	slices.SortStableFunc(t.owners, func(a, b owner) int { return len(b.prefix) - len(a.prefix) })
	return t, nil
}

func (t *table) add(c *Contract, r *Route, path string) error {
	segments, ok := split(path)
	if !ok {
		return fmt.Errorf("%s: %q is not a path", c.Name, path)
	}
	b := &t.root
	for _, s := range segments {
		b = b.grow(s)
	}
	if b.endpoint == nil {
		b.endpoint = &endpoint{contract: c, pattern: path, routes: map[string]*Route{}, guard: r.Access, reach: r.Reach}
	}
	if b.endpoint.pattern != path {
		return fmt.Errorf("%s: %s and %s are one path by two names", c.Name, b.endpoint.pattern, path)
	}
	return b.endpoint.add(c, r)
}

func (b *branch) grow(segment string) *branch {
	if isParam(segment) {
		if b.any == nil {
			b.any = &branch{}
		}
		return b.any
	}
	if b.fixed == nil {
		b.fixed = map[string]*branch{}
	}
	if b.fixed[segment] == nil {
		b.fixed[segment] = &branch{}
	}
	return b.fixed[segment]
}

func isParam(segment string) bool { return strings.HasPrefix(segment, "{") }

func (e *endpoint) add(c *Contract, r *Route) error {
	if e.contract != c || e.routes[r.Method] != nil || e.reach != r.Reach {
		return fmt.Errorf("%s: %s %s is taken, or of another reach than its neighbours", c.Name, r.Method, r.Path)
	}
	e.routes[r.Method] = r
	e.guard = min(e.guard, r.Access)
	e.allow = allowOf(e.routes)
	return nil
}

// allowOf lists methods as Django does: its own order, HEAD where there is a GET, OPTIONS last.
func allowOf(routes map[string]*Route) string {
	var all []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		r := routes[m]
		if r == nil {
			continue
		}
		if r.Allow != "" {
			return r.Allow
		}
		all = append(all, m)
	}
	if routes[http.MethodGet] != nil {
		all = append(all, http.MethodHead)
	}
	return strings.Join(append(all, http.MethodOptions), ", ")
}

// route gives the route for a method, or nil for a 405. HEAD is answered by a GET that changes nothing.
func (e *endpoint) route(method string) *Route {
	if method != http.MethodHead {
		return e.routes[method]
	}
	if get := e.routes[http.MethodGet]; get != nil && !get.Changes {
		return get
	}
	return nil
}

// find gives the endpoint of a raw path and the values of its parameters, or nil. Fixed segments win over parameters.
func (t *table) find(path string) (*endpoint, map[string]string) {
	segments, ok := split(path)
	if !ok {
		return nil, nil
	}
	b := t.root.walk(segments)
	if b == nil || b.endpoint == nil {
		return nil, nil
	}
	return b.endpoint, values(b.endpoint.pattern, segments)
}

func (b *branch) walk(segments []string) *branch {
	if len(segments) == 0 {
		return b
	}
	if next := b.fixed[segments[0]]; next != nil {
		if end := next.walk(segments[1:]); end != nil && end.endpoint != nil {
			return end
		}
	}
	if b.any != nil {
		return b.any.walk(segments[1:])
	}
	return nil
}

func values(pattern string, segments []string) map[string]string {
	if !strings.Contains(pattern, "{") {
		return nil
	}
	names, _ := split(pattern)
	found := map[string]string{}
	for i, name := range names {
		if isParam(name) {
			found[strings.Trim(name, "{}")] = segments[i]
		}
	}
	return found
}

// owner gives the contract below whose prefix a path without endpoint lies, or nil.
func (t *table) owner(path string) *Contract {
	for _, o := range t.owners {
		if strings.HasPrefix(path+"/", o.prefix) {
			return o.contract
		}
	}
	return nil
}

// split cuts a raw path into decoded segments; one slash at the end does not count. An empty segment ("//"), a dot
// segment, and what is not clean UTF-8 once decoded are no path. Decoding comes after cutting, so that an encoded
// slash never makes a segment.
func split(path string) ([]string, bool) {
	if !strings.HasPrefix(path, "/") {
		return nil, false
	}
	path = strings.TrimSuffix(path[1:], "/")
	if path == "" {
		return nil, true
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil || plain == "" || plain == "." || plain == ".." || !utf8.ValidString(plain) || strings.ContainsFunc(plain, isControl) {
			return nil, false
		}
		segments[i] = plain
	}
	return segments, true
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
