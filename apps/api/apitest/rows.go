package apitest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants"
)

// Rows are all rows that a tenant owns, each as JSON with its table before it, in order. What the mere use of a token
// notes (last_seen_at, last_used_at) is left out.
func (s *Server) Rows(t testing.TB, in *tenants.Scope) []string {
	t.Helper()
	rows, err := s.Owner.QueryContext(t.Context(), s.everything(t), in.ID())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := []string{}
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// Search gives the tables of a tenant that hold a text.
func (s *Server) Search(t testing.TB, in *tenants.Scope, text string) []string {
	t.Helper()
	var found []string
	for _, row := range s.Rows(t, in) {
		if table, _, _ := strings.Cut(row, " "); strings.Contains(row, text) {
			found = append(found, table)
		}
	}
	return found
}

// Changed tells which rows a tenant lost ("-") and got ("+") since Rows gave before.
func (s *Server) Changed(t testing.TB, in *tenants.Scope, before []string) []string {
	t.Helper()
	return difference(before, s.Rows(t, in))
}

func difference(before, after []string) []string {
	var changed []string
	for _, row := range before {
		if _, found := slices.BinarySearch(after, row); !found {
			changed = append(changed, "- "+row)
		}
	}
	for _, row := range after {
		if _, found := slices.BinarySearch(before, row); !found {
			changed = append(changed, "+ "+row)
		}
	}
	return changed
}

const tablesOfTenants = `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
	where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`

// everything is the query for all rows of a tenant, $1. A table added by a migration is in it by itself.
func (s *Server) everything(t testing.TB) string {
	s.tables.Do(func() {
		rows, err := s.Owner.QueryContext(t.Context(), tablesOfTenants)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		const row = `'%[1]s ' || (to_jsonb(x) - 'last_seen_at' - 'last_used_at')::text from %[1]s x where `
		parts := []string{
			fmt.Sprintf(`select `+row+`x.id = $1`, "tenants"),
			fmt.Sprintf(`select `+row+`x.id in (select admin_id from admin_roles where tenant_id = $1)`, "admins"),
			fmt.Sprintf(`select `+row+`x.admin_id in (select admin_id from admin_roles where tenant_id = $1)`, "admin_sessions"),
		}
		for rows.Next() {
			var table string
			if err := rows.Scan(&table); err != nil {
				t.Fatal(err)
			}
			parts = append(parts, fmt.Sprintf(`select `+row+`x.tenant_id = $1`, table))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		s.allRows = strings.Join(parts, " union all ")
	})
	return s.allRows
}
