package migrations_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
)

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// list gives the first column of every row.
func list(t *testing.T, db querier, query string, args ...any) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func join(all []string) string  { return strings.Join(all, ",") }
func lines(all []string) string { return strings.Join(all, "\n") }
