package transfer

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"

	"github.com/keyhall/keyhall/tenants/identity"
)

// Writer writes records. Call Flush after the last one.
type Writer struct {
	format  Format
	columns []column
	csv     *csv.Writer
	lines   *bufio.Writer
	cells   []string
}

// NewWriter begins a file. Without passwords it has no column for them.
func NewWriter(to io.Writer, f Format, passwords bool) (*Writer, error) {
	w := &Writer{format: f, columns: columns, csv: csv.NewWriter(to), lines: bufio.NewWriter(to)}
	if !passwords {
		w.columns = columns[:len(columns)-1] // it is the last one
	}
	w.cells = make([]string, len(w.columns))
	if f == JSONL {
		return w, nil
	}
	for i, c := range w.columns {
		w.cells[i] = c.name
	}
	return w, w.csv.Write(w.cells)
}

// Write adds a record.
func (w *Writer) Write(r identity.Record) error {
	if w.format == JSONL {
		return w.writeObject(r)
	}
	for i, c := range w.columns {
		w.cells[i] = ""
		if v := c.get(&r); v != nil {
			w.cells[i] = guard(fmt.Sprint(v))
		}
	}
	return w.csv.Write(w.cells)
}

// writeObject keeps the order of the columns and leaves out what says nothing.
func (w *Writer) writeObject(r identity.Record) error {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	separator := "{"
	for _, c := range w.columns {
		v := c.get(&r)
		if v == nil {
			continue
		}
		fmt.Fprintf(&line, "%s%q:", separator, c.name)
		if err := e.Encode(v); err != nil {
			return err
		}
		line.Truncate(line.Len() - 1) // the encoder ends a line
		separator = ","
	}
	line.WriteString("}\n")
	_, err := w.lines.Write(line.Bytes())
	return err
}

// Flush writes what is still held.
func (w *Writer) Flush() error {
	if w.format == JSONL {
		return w.lines.Flush()
	}
	w.csv.Flush()
	return w.csv.Error()
}
