package identity

import (
	"context"
	"strconv"

	"github.com/keyhall/keyhall/tenants"
)

// Users lists accounts, newest first, and the cursor of the next page ("" at the end). Faults: NotChoice on "status",
// "type" and "verified", CursorInvalid.
func (s *Service) Users(ctx context.Context, in *tenants.Scope, f UserFilter) ([]User, string, error) {
	before, err := intCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	if err := f.check(); err != nil {
		return nil, "", err
	}
	if err := f.weigh(ctx, in); err != nil {
		return nil, "", err
	}
	limit := pageSize(f.Limit)
	var rows []userRow
	query, args := f.newest(before, limit+1)
	if err := in.List(ctx, &rows, query, args...); err != nil {
		return nil, "", err
	}
	users := make([]User, 0, len(rows))
	for _, row := range rows[:min(limit, len(rows))] {
		users = append(users, row.account().User)
	}
	if len(rows) <= limit {
		return users, "", nil
	}
	return users, strconv.FormatInt(users[limit-1].ID, 10), nil
}

// Overview counts what an admin looks for first.
type Overview struct {
	Users            int64 `db:"users"`
	Active           int64 `db:"active"`
	Disabled         int64 `db:"disabled"`
	Unverified       int64 `db:"unverified"`
	Pending          int64 `db:"pending"`
	Rejected         int64 `db:"rejected"`
	SignUpsDay       int64 `db:"sign_ups_day"`
	SignInsDay       int64 `db:"sign_ins_day"`
	DeliveriesFailed int64 `db:"deliveries_failed"`
}

const selectOverview = `select count(*) as users, count(*) filter (where active and approval in ('approved', 'not_required')) as active,
	count(*) filter (where not active) as disabled, count(*) filter (where email_verified_at is null) as unverified,
	count(*) filter (where approval = 'pending') as pending, count(*) filter (where approval = 'rejected') as rejected,
	count(*) filter (where created_at > now() - interval '1 day') as sign_ups_day,
	(select count(*) from audit a where a.tenant_id = $1 and a.action = 'session.opened' and a.at > now() - interval '1 day') as sign_ins_day,
	(select count(*) from outbox o where o.tenant_id = $1 and o.state = 'failed' and o.created_at > now() - interval '1 day') as deliveries_failed
	from users where tenant_id = $1`

// Overview counts a tenant's accounts and the last day's events.
func (s *Service) Overview(ctx context.Context, in *tenants.Scope) (Overview, error) {
	var o Overview
	err := in.Get(ctx, &o, selectOverview)
	return o, err
}
