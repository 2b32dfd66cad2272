package transfer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
)

// Format is how a file is written.
type Format string

// The formats.
const (
	CSV   Format = "csv"   // with a header line; comma, quotes, UTF-8
	JSONL Format = "jsonl" // one object a line
)

// Read reads records one by one; it holds no more than one line. rename gives columns another name, "" drops one. What
// is wrong with a single value is noted in its record; a file that is not what it claims to be, or has a column that
// nobody knows, ends the reading with fault.FileUnreadable ("line", "reason").
func Read(from io.Reader, f Format, rename map[string]string) iter.Seq2[identity.Record, error] {
	if f == JSONL {
		return readJSONL(from, rename)
	}
	return readCSV(from, rename)
}

func unreadable(line int, reason string) error {
	return fault.FileUnreadable.With("line", line, "reason", reason)
}

// find gives the column of a name in the file; nil for one to be dropped.
func find(name string, rename map[string]string, line int) (*column, error) {
	if other, ok := rename[name]; ok {
		if other == "" {
			return nil, nil
		}
		name = other
	}
	if c := byName[name]; c != nil {
		return c, nil
	}
	return nil, unreadable(line, fmt.Sprintf("nobody knows the column %q; there are %s", name, strings.Join(Columns(), ", ")))
}

// put sets one value of a record, or notes what is wrong with it.
func (c *column) put(r *identity.Record, text string) {
	if !utf8.ValidString(text) {
		r.Known.Add(c.name, fault.BadCharacters)
		return
	}
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if strings.ContainsRune(text, 0) {
		r.Known.Add(c.name, fault.NullCharacter)
		return
	}
	if code := c.set(r, text); code != nil {
		r.Known.Add(c.name, code)
	}
}

// longestLine bounds what is held of a JSONL file.
const longestLine = 1 << 20

func readJSONL(from io.Reader, rename map[string]string) iter.Seq2[identity.Record, error] {
	return func(yield func(identity.Record, error) bool) {
		lines := newLines(from)
		for lines.next() {
			raw := bytes.TrimSpace(lines.text)
			if len(raw) == 0 {
				continue
			}
			r, err := readObject(raw, rename, lines.number)
			if !yield(r, err) || err != nil {
				return
			}
		}
		if lines.err != nil {
			yield(identity.Record{}, lines.err)
		}
	}
}

func readObject(raw []byte, rename map[string]string, line int) (identity.Record, error) {
	r := identity.Record{Line: line}
	if !utf8.Valid(raw) {
		return r, unreadable(line, "it is not UTF-8")
	}
	var object map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&object); err != nil || object == nil {
		return r, unreadable(line, "this is no JSON object")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return r, unreadable(line, "there is more than one JSON object")
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		c, err := find(name, rename, line)
		if err != nil {
			return r, err
		}
		if c == nil {
			continue
		}
		switch v := object[name].(type) {
		case nil:
		case string:
			c.put(&r, v)
		case bool, json.Number:
			c.put(&r, fmt.Sprint(v))
		default:
			r.Known.Add(c.name, fault.BadFormat)
		}
	}
	return r, nil
}
