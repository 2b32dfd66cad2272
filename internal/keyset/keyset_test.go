package keyset_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/keyset"
)

var list = keyset.List{ID: "u.id", Number: true, Columns: map[string]keyset.Column{
	"email":      {SQL: "u.email_key", Nullable: true},
	"name":       {SQL: "u.name"},
	"created_at": {SQL: "u.created_at", Time: true},
}}

func order(t testing.TB, sort string) keyset.Order {
	t.Helper()
	o, err := list.Order(sort)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAPageBeginsAfterTheLastRow(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 30, 0, 123000, time.UTC)
	for _, c := range []struct {
		sort  string
		value any
		want  []keyset.Part
	}{
		{"created_at", at, []keyset.Part{{" and (u.created_at, u.id) > ($%d, $%d)", []any{at, "7"}, "u.created_at, u.id"}}},
		{"-created_at", at, []keyset.Part{{" and (u.created_at, u.id) < ($%d, $%d)", []any{at, "7"}, "u.created_at desc, u.id desc"}}},
		{"name", "", []keyset.Part{{" and (u.name, u.id) > ($%d, $%d)", []any{"", "7"}, "u.name, u.id"}}},
		{"-email", "m@x", []keyset.Part{
			{" and (u.email_key, u.id) < ($%d, $%d)", []any{"m@x", "7"}, "u.email_key desc, u.id desc"},
			{" and u.email_key is null", nil, "u.email_key desc, u.id desc"},
		}},
		{"email", "", []keyset.Part{{" and u.email_key is null and u.id > $%d", []any{"7"}, "u.email_key, u.id"}}},
	} {
		o := order(t, c.sort)
		parts, err := o.After(o.Cursor(c.value, "7"))
		same := slices.EqualFunc(parts, c.want, func(a, b keyset.Part) bool { return a.Where == b.Where && a.By == b.By && slices.Equal(a.Args, b.Args) })
		if err != nil || !same {
			t.Errorf("%s after %v: %v, %v", c.sort, c.value, parts, err)
		}
	}
}

func TestRowsWithoutAValueComeLastInBothDirections(t *testing.T) {
	for _, sort := range []string{"email", "-email"} {
		parts, err := order(t, sort).After("")
		if err != nil || len(parts) != 2 || parts[0].Where != " and u.email_key is not null" || parts[1].Where != " and u.email_key is null" {
			t.Errorf("%s: %v, %v", sort, parts, err)
		}
	}
}

func TestWhatIsNoCursorOfTheOrderIsRefused(t *testing.T) {
	raw := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for name, c := range map[string]struct{ sort, cursor string }{
		"of the other direction": {"email", order(t, "-email").Cursor("a", "7")},
		"of another column":      {"email", order(t, "name").Cursor("a", "7")},
		"of no order":            {"email", "7"},
		"no base64":              {"email", "??"},
		"no list":                {"email", raw(`{"a":1}`)},
		"too short":              {"email", raw(`["email","a"]`)},
		"no order in it":         {"email", raw(`[null,"a","7"]`)},
		"no id":                  {"email", raw(`["email","a",null]`)},
		"an id that is none":     {"email", raw(`["email","a","7;"]`)},
		"a NUL":                  {"email", raw(`["email","\u0000","7"]`)},
		"no value":               {"name", raw(`["name",null,"7"]`)},
		"a time that is none":    {"created_at", raw(`["created_at","noon","7"]`)},
		"a time beyond all":      {"created_at", raw(`["created_at","9223372036854775807","7"]`)},
	} {
		if _, err := order(t, c.sort).After(c.cursor); !errors.Is(err, fault.CursorInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, sort := range []string{"password_hash", "--email", "email desc", "", "-"} {
		if _, err := list.Order(sort); !errors.Is(err, fault.NotChoice) {
			t.Errorf("%s: %v", sort, err)
		}
	}
}
