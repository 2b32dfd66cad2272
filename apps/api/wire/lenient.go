package wire

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// text takes a text; a lenient reader also takes a number, as the text Python has for it.
func (r *reader) text(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return pythonNumber(v), !r.strict
	default:
		return "", false
	}
}

// pythonNumber is str() of the number as Python's parser reads it: 12345, 1.5, 1000.0 for 1e3, 1e+16.
func pythonNumber(n json.Number) string {
	if n == "-0" {
		return "0"
	}
	if !strings.ContainsAny(n.String(), ".eE") {
		return n.String()
	}
	f, err := n.Float64()
	if err != nil {
		return n.String() // beyond any float; the parser has refused it before
	}
	if size := math.Abs(f); size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// trim cuts what Python's strip() takes for white space, which is four control characters more than Unicode says.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f })
}

var (
	yes = []string{"t", "T", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "1"}
	no  = []string{"f", "F", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", "0"}
)

func lenientBool(value any) (b, ok bool) {
	if n, isNumber := value.(json.Number); isNumber {
		f, err := n.Float64()
		return f == 1, err == nil && (f == 0 || f == 1)
	}
	s, _ := value.(string)
	return slices.Contains(yes, s), slices.Contains(yes, s) || slices.Contains(no, s)
}

var zeroFraction = regexp.MustCompile(`\.0*\s*$`)

// integer takes a whole number; a lenient reader also takes it as a text, and with a fraction of zeros.
func (r *reader) integer(value any) (int64, bool) {
	s, ok := value.(string)
	if n, isNumber := value.(json.Number); isNumber {
		s, ok = n.String(), true
		if !r.strict {
			s = pythonNumber(n)
		}
	} else if r.strict {
		ok = false
	}
	if !r.strict {
		s = trim(zeroFraction.ReplaceAllString(s, ""))
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, ok && err == nil
}
