package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/fault"
)

// A decoded body is nil, bool, string, json.Number, []any or map[string]any; a file of a multipart body is a File.

// maxDepth bounds nesting; no body of ours is deeper than four.
const maxDepth = 32

// parseJSON reads one JSON value (RFC 8259). Of repeated names the last one counts, unless they are refused. Everything
// encoding/json would quietly mend is refused: broken UTF-8, halves of surrogate pairs, numbers beyond any float.
func parseJSON(raw []byte, refuseRepeated bool) (any, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		return nil, badJSON("Unexpected UTF-8 BOM: line 1 column 1 (char 0)")
	case !utf8.Valid(raw):
		return nil, badJSON("The body is not valid UTF-8")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(raw, &whole); err != nil {
		return nil, badJSON(where(raw, err))
	}
	if loneSurrogate(raw) {
		return nil, badJSON("Half of a surrogate pair stands alone")
	}
	p := parser{dec: json.NewDecoder(bytes.NewReader(raw)), refuseRepeated: refuseRepeated}
	p.dec.UseNumber()
	v, err := p.value(0)
	if errors.Is(err, io.EOF) {
		return nil, badJSON("Expecting value: line 1 column 1 (char 0)")
	}
	return v, err
}

func badJSON(reason string) error {
	return fault.MalformedBody.With("format", "JSON", "reason", reason)
}

// where says what is wrong at which place, in the way Python's parser words it.
func where(raw []byte, err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return "Expecting value: line 1 column 1 (char 0)"
	}
	at := min(max(int(syntax.Offset)-1, 0), len(raw))
	line := bytes.Count(raw[:at], []byte("\n")) + 1
	column := at - bytes.LastIndexByte(raw[:at], '\n')
	return fmt.Sprintf("Expecting value: line %d column %d (char %d)", line, column, at)
}

// parser builds the value from tokens. The text has been found well-formed before.
type parser struct {
	dec            *json.Decoder
	refuseRepeated bool
}

func (p *parser) value(depth int) (any, error) {
	tok, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, badJSON("The body is nested too deeply")
		}
		if t == '[' {
			return p.list(depth + 1)
		}
		return p.object(depth + 1)
	case json.Number:
		if f, _ := t.Float64(); math.IsInf(f, 0) {
			return nil, badJSON("Out of range float values are not JSON compliant")
		}
		return t, nil
	default:
		return t, nil
	}
}

func (p *parser) list(depth int) (any, error) {
	all := []any{}
	for p.dec.More() {
		v, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	_, err := p.dec.Token()
	return all, err
}

func (p *parser) object(depth int) (any, error) {
	all := map[string]any{}
	for p.dec.More() {
		name, err := p.dec.Token()
		if err != nil {
			return nil, err
		}
		if _, repeated := all[name.(string)]; repeated && p.refuseRepeated {
			return nil, fault.DuplicateField.On(name.(string))
		}
		if all[name.(string)], err = p.value(depth); err != nil {
			return nil, err
		}
	}
	_, err := p.dec.Token()
	return all, err
}

// loneSurrogate finds a \uD800-\uDFFF escape that is not half of a pair. In well-formed JSON a backslash stands only in
// strings and always before the character it escapes.
func loneSurrogate(raw []byte) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		i++
		high, ok := escaped(raw, i)
		if !ok {
			continue
		}
		i += 4
		if low, ok := escaped(raw, i+2); high < 0xdc00 && ok && low >= 0xdc00 && raw[i+1] == '\\' {
			i += 6
			continue
		}
		return true
	}
	return false
}

// escaped reads uXXXX at i and tells whether it is a surrogate.
func escaped(raw []byte, i int) (uint64, bool) {
	if i+5 > len(raw) || raw[i] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(raw[i+1:i+5]), 16, 32)
	return n, err == nil && n >= 0xd800 && n <= 0xdfff
}
