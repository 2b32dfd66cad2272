package wire

import (
	"errors"
	"reflect"
	"slices"

	"github.com/keyhall/keyhall/internal/fault"
)

// Body makes a Handler of one that takes its input decoded: JSON or a form into the struct T, whose tags say how.
//
//	json:"password1"              the name on the wire, in every media type
//	alias:"new_password1"         another name for it; complaints use the name that the client used
//	core:"password"               what the core calls it: its complaints about "password" come out as "password1"
//	validate:"required,max=128"   "required" (may not be absent), then rules of go-playground/validator, all of which
//	                              are run, in this order, on a text that is not empty
//	wire:"blank,secret,nullable"  may be blank; is a password, so never trimmed; null and blank count as absent
//	wire:"clearable"              null means empty, as in a merge patch (RFC 7396)
//
// A pointer stays nil when the field is absent. Texts are trimmed. All complaints are told together, in the order of
// declaration; with any, h is not called. T may be json.RawMessage: then any JSON object is taken as it is.
func Body[T any](h func(*Call, T) (Response, error)) Handler {
	return Collect(func(c *Call, in T, p fault.Problems) (Response, error) {
		if err := p.Err(); err != nil {
			return Response{}, err
		}
		return h(c, in)
	})
}

// Collect is Body for inputs about whose other fields the core still has something to say: h is called in spite of
// complaints and hands them on, in the core's words.
func Collect[T any](h func(*Call, T, fault.Problems) (Response, error)) Handler {
	p := planOf(reflect.TypeFor[T]())
	return func(c *Call) (Response, error) {
		var in T
		value, form, err := c.payload()
		if err != nil {
			return Response{}, err
		}
		r := reader{form: form, strict: c.dialect.Strict && !c.route.Form}
		if err := r.whole(reflect.ValueOf(&in).Elem(), p, value); err != nil {
			return Response{}, err
		}
		used := p.used(value)
		resp, err := h(c, in, p.toCore(r.problems, used))
		return resp, p.toWire(err, used)
	}
}

// names are the wire names of a plan's fields as this client used them.
type names []string

// used picks the family of names: a client that says new_password1 is told about new_password2.
func (p *plan) used(value any) names {
	given, _ := value.(map[string]any)
	family := 0
	for _, f := range p.fields {
		for i, name := range f.names {
			if _, ok := given[name]; ok && i > family && given[f.names[0]] == nil {
				family = i
			}
		}
	}
	all := make(names, len(p.fields))
	for i, f := range p.fields {
		all[i] = f.names[min(family, len(f.names)-1)]
	}
	return all
}

// toCore puts the decoder's complaints into the core's words.
func (p *plan) toCore(problems fault.Problems, used names) fault.Problems {
	for i, problem := range problems {
		at := slices.Index(used, problem.Name)
		if at >= 0 && len(p.fields[at].core) > 0 {
			problems[i].Name = p.fields[at].core[0]
		}
	}
	return problems
}

// toWire puts the core's complaints into the client's words, in the order of declaration.
func (p *plan) toWire(err error, used names) error {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		return err
	}
	told := *f
	told.Fields = slices.Clone(f.Fields)
	for i, field := range told.Fields {
		if at := p.ofCore(field.Name); at >= 0 && field.Code != fault.UnknownField { // which the core does not know either
			told.Fields[i].Name = used[at]
		}
	}
	slices.SortStableFunc(told.Fields, func(a, b fault.Field) int {
		return slices.Index(used, a.Name) - slices.Index(used, b.Name)
	})
	return &told
}

func (p *plan) ofCore(word string) int {
	return slices.IndexFunc(p.fields, func(f field) bool { return slices.Contains(f.core, word) })
}
