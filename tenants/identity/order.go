package identity

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/keyhall/keyhall/internal/keyset"
	"github.com/keyhall/keyhall/tenants"
)

// userOrders are what accounts can be sorted by, each with an index of its own: users_by_...
var userOrders = keyset.List{ID: "u.id", Number: true, Columns: map[string]keyset.Column{
	"created_at":    {SQL: "u.created_at", Time: true},
	"last_login_at": {SQL: "u.last_login_at", Time: true, Nullable: true},
	"invited_until": {SQL: "u.invited_until", Time: true, Nullable: true},
	"email":         {SQL: "u.email_key", Nullable: true},
	"username":      {SQL: "u.username_key", Nullable: true},
}}

// sortedBy is what a row has in the column that an order is of.
func (r userRow) sortedBy(sort string) any {
	switch strings.TrimPrefix(sort, "-") {
	case "created_at":
		return r.CreatedAt
	case "last_login_at":
		return r.LastLoginAt
	case "invited_until":
		return r.InvitedUntil
	case "email":
		return r.EmailKey
	}
	return r.UsernameKey
}

const withGroup = ` join groups g on g.tenant_id = u.tenant_id and g.id = u.group_id `

// page reads a page of accounts and gives the cursor of the next, "" at the end.
func (f UserFilter) page(ctx context.Context, in *tenants.Scope) (rows []userRow, next string, err error) {
	limit := pageSize(f.Limit)
	if f.Sort == "" {
		return f.newest(ctx, in, limit)
	}
	order, err := userOrders.Order(f.Sort)
	if err != nil {
		return nil, "", err
	}
	parts, err := order.After(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	for _, part := range parts {
		var more []userRow
		query, args := f.sorted(part, limit+1-len(rows))
		if err := in.List(ctx, &more, query, args...); err != nil {
			return nil, "", err
		}
		if rows = append(rows, more...); len(rows) > limit {
			last := rows[limit-1]
			return rows[:limit], order.Cursor(last.sortedBy(f.Sort), strconv.FormatInt(last.ID, 10)), nil
		}
	}
	return rows, "", nil
}

// newest reads users from the highest id down.
func (f UserFilter) newest(ctx context.Context, in *tenants.Scope, limit int) (rows []userRow, next string, err error) {
	before, err := intCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	if before == 0 {
		before = math.MaxInt64
	}
	q := f.ask()
	end := q.add(` and u.id < $%d order by u.id desc limit $%d`, before, limit+1)
	if err := in.List(ctx, &rows, `select `+userColumns+` from `+q.source+withGroup+q.where+end, q.args...); err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		return rows[:limit], strconv.FormatInt(rows[limit-1].ID, 10), nil
	}
	return rows, "", nil
}

// lookedUp reads each account once by its id, after who is on the page is known: sorting all hits with all they have takes
// twice as long. The fence keeps the planner from reading everybody in order instead.
const lookedUp = `(select u.id from %s order by %s limit $%d) c
	cross join lateral (select u.* from users u where u.tenant_id = $1 and u.id = c.id offset 0) u`

func (f UserFilter) sorted(part keyset.Part, limit int) (string, []any) {
	q := f.ask()
	q.where += q.add(part.Where, part.Args...)
	if !f.few {
		end := q.add(` order by `+part.By+` limit $%d`, limit)
		return `select ` + userColumns + ` from ` + q.source + withGroup + q.where + end, q.args
	}
	hits := `(select u.* from ` + q.source + q.where + ` offset 0) u`
	q.args = append(q.args, limit)
	page := fmt.Sprintf(lookedUp, hits, part.By, len(q.args)+1)
	return `select ` + userColumns + ` from ` + page + withGroup + `order by ` + part.By, q.args
}

// oldest reads records from above an id up.
func (f UserFilter) oldest(beyond int64, limit int) (string, []any) {
	q := f.ask()
	end := q.add(` and u.id > $%d order by u.id limit $%d`, beyond, limit)
	return selectRecords + q.source + withGroup + withProfile + q.where + end, q.args
}
