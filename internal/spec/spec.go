package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/keyhall/keyhall"
)

// Doc is a description of HTTP interfaces, read and checked.
type Doc struct {
	root *openapi3.T
	ops  []Op
}

// Op is one operation of the description.
type Op struct {
	Method   string   // GET, POST, ...
	Path     string   // as described, with {names}
	ID       string   // operationId, "users.list"
	Tag      string   // the contract or noun it belongs to, "Users"
	Aliases  []string // other paths that mean the same, from x-aliases
	Statuses []int    // the documented ones, ascending

	Anonymous bool // it says that it takes no credentials, or may go without

	item *openapi3.PathItem
	spec *openapi3.Operation
}

var load = sync.OnceValues(func() (*Doc, error) { return Parse(keyhall.OpenAPI) })

// Load gives the description of the repository, parsed once per process. It panics when the file is broken, which
// the tests of this package report properly.
func Load() *Doc {
	d, err := load()
	if err != nil {
		panic(err)
	}
	return d
}

// Parse reads a description and checks it, examples included.
func Parse(yaml []byte) (*Doc, error) {
	loader := openapi3.NewLoader()
	root, err := loader.LoadFromData(yaml)
	if err != nil {
		return nil, fmt.Errorf("reading the description: %w", err)
	}
	if err := root.Validate(loader.Context); err != nil {
		return nil, fmt.Errorf("checking the description: %w", err)
	}
	d := &Doc{root: root}
	for _, path := range root.Paths.InMatchingOrder() {
		if err := d.add(path, root.Paths.Find(path)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Operations lists all operations; those with fewer placeholders in their path come first.
func (d *Doc) Operations() []Op { return slices.Clone(d.ops) }

// Tagged lists the operations of these tags, or all without any.
func (d *Doc) Tagged(tags ...string) []Op {
	return slices.DeleteFunc(d.Operations(), func(o Op) bool {
		return len(tags) > 0 && !slices.Contains(tags, o.Tag)
	})
}

func (d *Doc) add(path string, item *openapi3.PathItem) error {
	for method, op := range item.Operations() {
		aliases, err := aliasesOf(op)
		if err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
		d.ops = append(d.ops, Op{
			Method: method, Path: path, ID: op.OperationID, Tag: firstOf(op.Tags), Aliases: aliases,
			Statuses: statusesOf(op), Anonymous: anonymous(op), item: item, spec: op,
		})
	}
	slices.SortStableFunc(d.ops, func(a, b Op) int {
		return strings.Count(a.Path, "{") - strings.Count(b.Path, "{")
	})
	return nil
}

func aliasesOf(op *openapi3.Operation) ([]string, error) {
	raw, given := op.Extensions["x-aliases"]
	if !given {
		return nil, nil
	}
	list, ok := raw.([]any)
	if !ok {
		return nil, fmt.Errorf("x-aliases is %T, not a list", raw)
	}
	var aliases []string
	for _, a := range list {
		aliases = append(aliases, fmt.Sprint(a))
	}
	return aliases, nil
}

func statusesOf(op *openapi3.Operation) []int {
	var statuses []int
	for code := range op.Responses.Map() {
		var status int
		if _, err := fmt.Sscanf(code, "%3d", &status); err == nil {
			statuses = append(statuses, status)
		}
	}
	slices.Sort(statuses)
	return statuses
}

// anonymous: "security: []", or a list with a way that asks for nothing but the tenant's name.
func anonymous(op *openapi3.Operation) bool {
	if op.Security == nil {
		return false // what the description says for all operations
	}
	return len(*op.Security) == 0 || slices.ContainsFunc(*op.Security, func(way openapi3.SecurityRequirement) bool { return len(way) == 0 })
}

// Documents tells whether the operation may answer with the status.
func (o Op) Documents(status int) bool { return slices.Contains(o.Statuses, status) }

// Example gives the example of the operation's JSON body as decoded JSON, the first by name of several, or nil if it takes no body.
func (o Op) Example() any {
	if o.spec.RequestBody == nil {
		return nil
	}
	content := o.spec.RequestBody.Value.Content.Get("application/json")
	if content == nil {
		content = o.spec.RequestBody.Value.Content.Get("application/x-www-form-urlencoded")
	}
	if content == nil {
		return nil
	}
	if content.Example == nil {
		for _, name := range slices.Sorted(maps.Keys(content.Examples)) {
			return content.Examples[name].Value.Value
		}
	}
	return content.Example
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
