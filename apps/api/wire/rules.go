package wire

import (
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identifier"
)

// Rules of our own beside those of go-playground/validator.
const (
	ruleEmail    = "django_email"
	ruleUsername = "django_username"
)

var rules = newRules()

func newRules() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	for name, holds := range map[string]func(string) bool{
		ruleEmail:    func(s string) bool { _, ok := identifier.Email(s); return ok },
		ruleUsername: func(s string) bool { return identifier.Username(head(s, identifier.LongestUsername)) },
	} {
		err := v.RegisterValidation(name, func(f validator.FieldLevel) bool { return holds(f.Field().String()) })
		if err != nil {
			panic(err) // an empty name or function
		}
	}
	return v
}

// head cuts a text to n code points: how long a name is, is another rule's concern.
func head(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// keeps checks a value against all its rules, as Django's fields do, and complains about each that it breaks. Django
// looks for NUL after the lengths and before the grammars.
func (r *reader) keeps(all []string, value any, name string) bool {
	before := len(r.problems)
	lengths := 0
	for i, rule := range all {
		if strings.HasPrefix(rule, "max=") || strings.HasPrefix(rule, "min=") {
			lengths = i + 1
		}
	}
	r.breaks(all[:lengths], value, name)
	if text, ok := value.(string); ok && strings.Contains(text, "\x00") {
		r.problems.Add(name, fault.NullCharacter)
	}
	r.breaks(all[lengths:], value, name)
	return len(r.problems) == before
}

func (r *reader) breaks(all []string, value any, name string) {
	for _, rule := range all {
		var broken validator.ValidationErrors
		if errors.As(rules.Var(value, rule), &broken) {
			code, args := complaint(broken[0])
			r.problems.Add(name, code, args...)
		}
	}
}

// complaint gives the fault for a broken rule.
func complaint(e validator.FieldError) (*fault.Code, []any) {
	limit, _ := strconv.Atoi(e.Param()) // 0 where the rule has no number; then it is not used
	isText := e.Kind() == reflect.String
	switch {
	case e.Tag() == "max" && isText:
		return fault.TooLong, []any{"limit", limit}
	case e.Tag() == "min" && isText:
		return fault.TooShort, []any{"limit", limit}
	case e.Tag() == "oneof":
		return fault.NotChoice, []any{"value", e.Value()}
	case e.Tag() == ruleEmail || e.Tag() == "email":
		return fault.BadEmail, nil
	case e.Tag() == ruleUsername:
		return fault.BadUsername, nil
	default:
		return fault.BadFormat, nil
	}
}
