package tenants

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/keyset"
)

// Filter narrows and sorts a list of tenants.
type Filter struct {
	Query  string      // start of the slug or part of the name, in any case
	Status string      // active, suspended
	Only   []uuid.UUID // nil: all
	Sort   string      // slug, name or created_at, with a minus before it to begin at the end; "" is slug
	Cursor string      // what the page before said is next
	Limit  int
}

var tenantOrders = keyset.List{ID: "t.id", Columns: map[string]keyset.Column{
	"slug":       {SQL: "t.slug"},
	"name":       {SQL: `lower(t.name) collate "C"`},
	"created_at": {SQL: "t.created_at", Time: true},
}}

// sortedBy is what a tenant has in the column that an order is of.
func (r listedRow) sortedBy(sort string) any {
	switch strings.TrimPrefix(sort, "-") {
	case "name":
		return r.NameKey // the database's lower case, not Go's
	case "created_at":
		return r.CreatedAt
	}
	return r.Slug
}

type listedRow struct {
	tenantRow
	NameKey string `db:"name_key"`
}

const selectListed = `select ` + tenantColumns + `, lower(t.name) as name_key from tenants t
	where ($1 = '' or starts_with(t.slug, lower($1)) or strpos(lower(t.name), lower($1)) > 0)
	and ($2 = '' or (t.suspended_at is not null) = ($2 = 'suspended'))
	and ($3 or t.id = any(string_to_array($4, ',')::uuid[]))`

// List gives tenants, by slug unless f says otherwise, and the cursor of the next page ("" at the end). Faults: NotChoice on
// "sort", CursorInvalid.
func (r *Registry) List(ctx context.Context, f Filter) ([]Tenant, string, error) {
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	f.Sort = cmp.Or(f.Sort, "slug")
	order, err := tenantOrders.Order(f.Sort)
	if err != nil {
		return nil, "", err
	}
	parts, err := order.After(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	only := make([]string, 0, len(f.Only))
	for _, id := range f.Only {
		only = append(only, id.String())
	}
	args := append([]any{f.Query, f.Status, f.Only == nil, strings.Join(only, ","), f.Limit + 1}, parts[0].Args...)
	query := selectListed
	switch len(parts[0].Args) {
	case 0:
		query += parts[0].Where
	default:
		query += fmt.Sprintf(parts[0].Where, 6, 7)
	}
	var rows []listedRow
	if err := r.Platform.Select(ctx, &rows, query+" order by "+parts[0].By+" limit $5", args...); err != nil {
		return nil, "", err
	}
	all := make([]Tenant, 0, len(rows))
	for _, row := range rows[:min(f.Limit, len(rows))] {
		t, err := row.tenant()
		if err != nil {
			return nil, "", err
		}
		all = append(all, t)
	}
	if len(rows) <= f.Limit {
		return all, "", nil
	}
	last := rows[f.Limit-1]
	return all, order.Cursor(last.sortedBy(f.Sort), last.ID.String()), nil
}

// Newest gives the tenants that were made last.
func (r *Registry) Newest(ctx context.Context, limit int) ([]Tenant, error) {
	var rows []tenantRow
	if err := r.Platform.Select(ctx, &rows, `select `+tenantColumns+` from tenants t order by t.created_at desc, t.id desc limit $1`, limit); err != nil {
		return nil, err
	}
	all := make([]Tenant, len(rows))
	for i, row := range rows {
		var err error
		if all[i], err = row.tenant(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
