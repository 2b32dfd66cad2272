package transfer

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
)

func readCSV(from io.Reader, rename map[string]string) iter.Seq2[identity.Record, error] {
	return func(yield func(identity.Record, error) bool) {
		in := csv.NewReader(withoutMark(from))
		in.FieldsPerRecord = -1 // a row of another length is that row's fault
		in.ReuseRecord = true
		header, err := readHeader(in, rename)
		if err != nil {
			yield(identity.Record{}, err)
			return
		}
		for {
			cells, err := in.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(identity.Record{}, csvError(err))
				return
			}
			line, _ := in.FieldPos(0)
			if !yield(readRow(line, cells, header), nil) {
				return
			}
		}
	}
}

// readHeader finds the column of each cell; nil for one to be dropped.
func readHeader(in *csv.Reader, rename map[string]string) ([]*column, error) {
	cells, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, unreadable(1, "the file is empty")
	}
	if err != nil {
		return nil, csvError(err)
	}
	header, have, named := make([]*column, len(cells)), map[*column]bool{}, map[string]bool{}
	for i, cell := range cells {
		name := strings.TrimSpace(cell)
		named[name] = true
		if header[i], err = find(name, rename, 1); err != nil {
			return nil, err
		}
		if c := header[i]; c != nil && have[c] {
			return nil, unreadable(1, fmt.Sprintf("the column %q is there twice", c.name))
		}
		have[header[i]] = true
	}
	for name := range rename {
		if !named[name] {
			return nil, unreadable(1, fmt.Sprintf("there is no column %q to rename", name))
		}
	}
	return header, nil
}

func readRow(line int, cells []string, header []*column) identity.Record {
	r := identity.Record{Line: line}
	if len(cells) != len(header) {
		r.Known.Add("row", fault.BadFormat)
	}
	for i, c := range header[:min(len(header), len(cells))] {
		if c != nil {
			c.put(&r, restore(cells[i]))
		}
	}
	return r
}

func csvError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return unreadable(p.Line, "the quotes do not match")
	}
	return err
}

// A spreadsheet takes a cell that starts with one of these for a formula, some after spaces too, and the wide forms as
// well (ASVS 1.2.10).
const formulaStarts = "=+-@\t\r\n\x00＝＋－＠"

func startsFormula(cell string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, "' "))
	return first != utf8.RuneError && strings.ContainsRune(formulaStarts, first)
}

// guard puts an apostrophe before what would be a formula, and before what would look so guarded.
func guard(cell string) string {
	if startsFormula(cell) {
		return "'" + cell
	}
	return cell
}

// restore takes the apostrophe away again.
func restore(cell string) string {
	if rest, guarded := strings.CutPrefix(cell, "'"); guarded && startsFormula(rest) {
		return rest
	}
	return cell
}
