package wire

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
)

// reader fills values from a decoded body and collects the complaints. Leniencies are those of Django REST framework;
// a strict reader has none.
type reader struct {
	form     bool
	strict   bool
	problems fault.Problems
}

// pythonKind is the word in which clients are told what they sent instead of an object.
func pythonKind(v any) string {
	switch n := v.(type) {
	case string:
		return "str"
	case bool:
		return "bool"
	case json.Number:
		if strings.ContainsAny(n.String(), ".eE") {
			return "float"
		}
		return "int"
	default:
		return "list"
	}
}

// whole reads the body as an object, or says why it is none.
func (r *reader) whole(into reflect.Value, p *plan, value any) error {
	if value == nil {
		return fault.NoData
	}
	given, ok := value.(map[string]any)
	if !ok {
		return fault.WrongShape.With("got", pythonKind(value))
	}
	if p.raw {
		return r.verbatim(into, given)
	}
	r.object(into, p, given, "")
	return nil
}

func (r *reader) verbatim(into reflect.Value, value any) error {
	raw, err := json.Marshal(value)
	if err == nil {
		into.SetBytes(raw)
	}
	return err
}

func (r *reader) object(into reflect.Value, p *plan, given map[string]any, path string) {
	used := p.used(given)
	for i, f := range p.fields {
		value, ok := given[used[i]]
		if ok && r.isAbsent(f, into.FieldByIndex(f.index), value) {
			ok = false
		}
		switch {
		case ok:
			r.set(into.FieldByIndex(f.index), f, value, path+used[i])
		case f.required && !(r.form && into.FieldByIndex(f.index).Kind() == reflect.Bool):
			r.problems.Add(path+used[i], f.missing())
		}
	}
	if r.strict {
		r.refuseUnknown(used, given, path)
	}
}

// isAbsent: an empty input of an HTML form is no answer where none is required, and some fields say so for any body.
func (r *reader) isAbsent(f field, v reflect.Value, value any) bool {
	if f.nullable {
		return value == nil || value == ""
	}
	return r.form && value == "" && !f.required && !f.blank && v.Kind() != reflect.Pointer
}

func (r *reader) refuseUnknown(known names, given map[string]any, path string) {
	var unknown []string
	for name := range given {
		if !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		r.problems.Add(path+name, fault.UnknownField)
	}
}

// set reads one value that is there into v; a complaint leaves v as it was.
func (r *reader) set(v reflect.Value, f field, value any, name string) {
	if value == nil && !f.file {
		r.null(v, f, name)
		return
	}
	if v.Kind() == reflect.Pointer {
		before := len(r.problems)
		fresh := reflect.New(v.Type().Elem())
		if r.set(fresh.Elem(), f, value, name); len(r.problems) == before {
			v.Set(fresh)
		}
		return
	}
	r.setKind(v, f, value, name)
}

// null empties what may be emptied: a pointer then points to the zero value, which tells it from an absent field.
func (r *reader) null(v reflect.Value, f field, name string) {
	switch {
	case !f.clears:
		r.problems.Add(name, fault.Null)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	default:
		v.SetZero()
	}
}

func (r *reader) setKind(v reflect.Value, f field, value any, name string) {
	switch {
	case v.Type() == fileType:
		r.setFile(v, value, name)
	case v.Type() == reflect.TypeFor[json.RawMessage]():
		if err := r.verbatim(v, value); err != nil {
			r.problems.Add(name, fault.BadFormat)
		}
	case isTextual(v.Type()):
		r.setTextual(v, value, name)
	case v.Kind() == reflect.String:
		r.setText(v, f, value, name)
	case v.Kind() == reflect.Bool:
		r.setBool(v, value, name)
	case v.CanInt():
		r.setInt(v, f, value, name)
	case v.Kind() == reflect.Slice:
		r.setList(v, f, value, name)
	default:
		r.setObject(v, f, value, name)
	}
}

func isTextual(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// setTextual reads types that are texts on the wire: ids, times.
func (r *reader) setTextual(v reflect.Value, value any, name string) {
	text, ok := value.(string)
	if !ok || v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) != nil {
		r.problems.Add(name, fault.BadFormat)
	}
}

func (r *reader) setText(v reflect.Value, f field, value any, name string) {
	text, ok := r.text(value)
	if !f.secret {
		text = trim(text)
	}
	switch {
	case !ok && slices.Contains(f.rules, ruleEmail) && !r.strict:
		r.problems.Add(name, fault.BadEmail) // Django's e-mail field has one text for both
	case !ok:
		r.problems.Add(name, fault.NotString)
	case trim(text) == "" && !f.blank && !f.clears:
		r.problems.Add(name, fault.Blank)
	case text == "" || r.keeps(f.rules, text, name):
		v.SetString(text)
	}
}

func (r *reader) setBool(v reflect.Value, value any, name string) {
	b, ok := value.(bool)
	if !ok && !r.strict {
		b, ok = lenientBool(value)
	}
	if !ok {
		r.problems.Add(name, fault.NotBoolean)
		return
	}
	v.SetBool(b)
}

func (r *reader) setInt(v reflect.Value, f field, value any, name string) {
	n, ok := r.integer(value)
	if !ok || v.OverflowInt(n) {
		r.problems.Add(name, fault.NotInteger)
		return
	}
	if r.keeps(f.rules, n, name) {
		v.SetInt(n)
	}
}

func (r *reader) setList(v reflect.Value, f field, value any, name string) {
	items, ok := value.([]any)
	if !ok {
		r.problems.Add(name, fault.BadFormat)
		return
	}
	all := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		r.set(all.Index(i), field{sub: f.sub}, item, name)
	}
	if r.keeps(f.rules, all.Interface(), name) {
		v.Set(all)
	}
}

func (r *reader) setObject(v reflect.Value, f field, value any, name string) {
	given, ok := value.(map[string]any)
	if !ok || f.sub == nil {
		r.problems.Add(name, fault.BadFormat)
		return
	}
	r.object(v, f.sub, given, name+".")
}
