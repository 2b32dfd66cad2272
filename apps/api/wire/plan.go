package wire

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
)

// plan is how a struct type is read, worked out once when its route is declared.
type plan struct {
	fields []field
	raw    bool // json.RawMessage: taken as it is
}

type field struct {
	index    []int
	names    []string // the wire name, then its aliases
	core     []string
	required bool
	blank    bool
	secret   bool
	nullable bool
	clears   bool // null empties it
	file     bool // a File, or a pointer to one
	rules    []string
	sub      *plan // of a nested struct
}

// planOf panics on a type it cannot read: a slip in a contract, found when the program starts.
func planOf(t reflect.Type) *plan {
	if t == reflect.TypeFor[json.RawMessage]() {
		return &plan{raw: true}
	}
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("wire: a body cannot be read into %s", t))
	}
	p := &plan{}
	for _, sf := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(sf.Tag.Get("json"), ","); name != "" && name != "-" {
			p.fields = append(p.fields, fieldOf(sf, name))
		}
	}
	return p
}

func fieldOf(sf reflect.StructField, name string) field {
	options := list(sf.Tag.Get("wire"))
	f := field{
		index: sf.Index, names: append([]string{name}, list(sf.Tag.Get("alias"))...), core: list(sf.Tag.Get("core")),
		blank: slices.Contains(options, "blank"), secret: slices.Contains(options, "secret"), nullable: slices.Contains(options, "nullable"),
		clears: slices.Contains(options, "clearable"),
		rules:  list(sf.Tag.Get("validate")),
	}
	if len(f.core) == 0 {
		f.core = f.names[:1]
	}
	if i := slices.Index(f.rules, "required"); i >= 0 {
		f.required = true
		f.rules = slices.Delete(f.rules, i, i+1)
	}
	t := sf.Type
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	f.file = t == fileType
	if t.Kind() == reflect.Struct && !isTextual(t) && !f.file {
		f.sub = planOf(t)
	}
	for _, rule := range f.rules {
		_ = rules.Var(reflect.Zero(t).Interface(), rule) // panics on a rule that does not exist
	}
	return f
}

// missing is the complaint about a required field that is not there.
func (f field) missing() *fault.Code {
	if f.file {
		return fault.FileMissing
	}
	return fault.Required
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
