// Package keyset owns the pages of lists that can be sorted: which order was asked for, where a page ends, and how SQL
// says what comes after that. A page is found by the values of the last row of the page before, never by counting rows.
package keyset

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
)

// Column is what a list can be sorted by. SQL is what its index is on; text is under the "C" collation. Rows without a
// value come last in both directions.
type Column struct {
	SQL      string
	Time     bool // else text
	Nullable bool
}

// List says how the rows of a list can be sorted. Rows that are equal in the column are in the order of their ids.
type List struct {
	ID      string // SQL
	Number  bool   // else a UUID
	Columns map[string]Column
}

// Order is one way to sort a list.
type Order struct {
	list   List
	name   string // as it was asked for
	column Column
	desc   bool
}

// Order reads the name of a column, with a minus before it to begin at the end. Fault: NotChoice on "sort".
func (l List) Order(sort string) (Order, error) {
	name, desc := strings.CutPrefix(sort, "-")
	column, known := l.Columns[name]
	if !known {
		return Order{}, fault.NotChoice.On("sort", "value", sort)
	}
	return Order{l, sort, column, desc}, nil
}

// Part is a piece of a list, to be read until the page is full. Where is a condition to append, with a %d for the place of
// each argument; By is what to order by.
type Part struct {
	Where string
	Args  []any
	By    string
}

// After gives what of the list comes after a cursor, "" for all of it. Rows without a value are a part of their own, so
// that both are read from the index. Fault: CursorInvalid, also for a cursor of another order.
func (o Order) After(cursor string) ([]Part, error) {
	c, id, than, way := o.column.SQL, o.list.ID, ">", ""
	if o.desc {
		than, way = "<", " desc"
	}
	by := c + way + ", " + id + way
	last, err := o.parse(cursor)
	if err != nil {
		return nil, err
	}
	nulls := Part{Where: " and " + c + " is null", By: by}
	if cursor != "" && last.value == nil {
		nulls.Where += " and " + id + " " + than + " $%d"
		nulls.Args = []any{last.id}
		return []Part{nulls}, nil
	}
	values := Part{By: by}
	switch {
	case cursor != "":
		values.Where, values.Args = " and ("+c+", "+id+") "+than+" ($%d, $%d)", []any{last.value, last.id}
	case o.column.Nullable:
		values.Where = " and " + c + " is not null"
	}
	if !o.column.Nullable {
		return []Part{values}, nil
	}
	return []Part{values, nulls}, nil
}

// place is where a page ends; nil is no value.
type place struct {
	value any
	id    string
}

// Cursor is the place of a row. value is a time or a text, nil or "" where the row has none.
func (o Order) Cursor(value any, id string) string {
	var text *string
	switch v := value.(type) {
	case time.Time:
		micros := strconv.FormatInt(v.UnixMicro(), 10)
		text = &micros
	case *time.Time:
		if v != nil {
			return o.Cursor(*v, id)
		}
	case string:
		if v != "" || !o.column.Nullable {
			text = &v
		}
	}
	raw, err := json.Marshal([]*string{&o.name, text, &id})
	if err != nil {
		panic("keyset: " + err.Error()) // texts always are
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (o Order) parse(cursor string) (place, error) {
	if cursor == "" {
		return place{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	var parts []*string
	if err != nil || json.Unmarshal(raw, &parts) != nil || len(parts) != 3 || parts[0] == nil || *parts[0] != o.name || parts[2] == nil || !o.isID(*parts[2]) {
		return place{}, fault.CursorInvalid
	}
	if parts[1] == nil {
		if !o.column.Nullable {
			return place{}, fault.CursorInvalid
		}
		return place{nil, *parts[2]}, nil
	}
	value, ok := o.read(*parts[1])
	if !ok {
		return place{}, fault.CursorInvalid
	}
	return place{value, *parts[2]}, nil
}

func (o Order) isID(text string) bool {
	if o.list.Number {
		_, err := strconv.ParseInt(text, 10, 64)
		return err == nil
	}
	_, err := uuid.Parse(text)
	return err == nil
}

// read makes the value of a row of what Cursor wrote.
func (o Order) read(text string) (any, bool) {
	if !o.column.Time {
		return text, utf8.ValidString(text) && !strings.Contains(text, "\x00")
	}
	micros, err := strconv.ParseInt(text, 10, 64)
	at := time.UnixMicro(micros).UTC()
	return at, err == nil && at.Year() >= 1 && at.Year() <= 9999
}
