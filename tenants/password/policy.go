package password

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/fault"
)

// usualMinimum is the length asked for where a tenant names none.
const usualMinimum = 8

// Policy is what a tenant asks of a new password. The zero Policy asks for eight characters and nothing else.
//
// Existing passwords are never judged: a policy that became stricter locks nobody out.
type Policy struct {
	MinLength int // in code points; below 1: 8
	MaxLength int // in code points; below 1, or above Limit: Limit

	// CheckCommon refuses passwords of the list of common ones, and with them those of digits only: both are about
	// what is guessed first, and a tenant that declines the one check does not expect the other.
	CheckCommon     bool
	CheckSimilarity bool // refuse what resembles the attributes of the person
}

// Attribute is something known about the person, which the password should not resemble.
type Attribute struct {
	Label string // as it is told: "username", "first name", "last name", "email address"
	Value string
}

// Check tells everything that is wrong with a new password, as complaints about the named field, in the order in which
// Django tells it: too similar, too short, too common, only digits. The attributes count in the order given and only
// the first that is resembled is told. A password over the maximum is told to be too long and not looked at further.
func (p Policy) Check(field, password string, about ...Attribute) []fault.Field {
	var problems fault.Problems
	text, fits := normal(password, p.maximum())
	if !fits {
		problems.Add(field, fault.PasswordLong, "limit", p.maximum())
		return problems
	}
	if label, similar := p.resembles(text, about); similar {
		problems.Add(field, fault.PasswordSimilar, "attribute", label)
	}
	if utf8.RuneCountInString(text) < p.minimum() {
		problems.Add(field, fault.PasswordShort, "limit", p.minimum())
	}
	if p.CheckCommon && isCommon(text) {
		problems.Add(field, fault.PasswordCommon)
	}
	if p.CheckCommon && isNumeric(text) {
		problems.Add(field, fault.PasswordNumeric)
	}
	return problems
}

// minimum is never above the maximum, so that no policy refuses everything.
func (p Policy) minimum() int {
	if p.MinLength < 1 {
		return min(usualMinimum, p.maximum())
	}
	return min(p.MinLength, p.maximum())
}

func (p Policy) maximum() int {
	if p.MaxLength < 1 {
		return Limit
	}
	return min(p.MaxLength, Limit)
}

func (p Policy) resembles(password string, about []Attribute) (label string, similar bool) {
	if !p.CheckSimilarity {
		return "", false
	}
	for _, a := range about {
		if similarTo(password, a.Value) {
			return a.Label, true
		}
	}
	return "", false
}

func isNumeric(password string) bool {
	notDigit := func(r rune) bool { return !unicode.IsDigit(r) }
	return password != "" && !strings.ContainsFunc(password, notDigit)
}
