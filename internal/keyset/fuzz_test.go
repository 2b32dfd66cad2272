package keyset_test

import (
	"slices"
	"testing"
	"time"
)

// FuzzCursor reads page addresses of chance: what is accepted is a place in a list, and what leads there leads there again.
func FuzzCursor(f *testing.F) {
	for _, sort := range []string{"email", "-created_at", "name"} {
		f.Add(sort, order(f, sort).Cursor(time.Unix(1, 0), "7"))
		f.Add(sort, order(f, sort).Cursor("mia", "7"))
	}
	f.Add("email", "WyJlbWFpbCIsbnVsbCwiNyJd")
	f.Fuzz(func(t *testing.T, sort, cursor string) {
		o, err := list.Order(sort)
		if err != nil {
			return
		}
		parts, err := o.After(cursor)
		if err != nil || cursor == "" || len(parts[0].Args) != 2 {
			return
		}
		again, err := o.After(o.Cursor(parts[0].Args[0], parts[0].Args[1].(string)))
		if err != nil || again[len(again)-1].By != parts[0].By || len(again[0].Args) == 2 && !slices.Equal(again[0].Args, parts[0].Args) {
			t.Fatalf("%s %q: %v became %v, %v", sort, cursor, parts, again, err)
		}
	})
}
