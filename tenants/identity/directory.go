package identity

import (
	"context"

	"github.com/keyhall/keyhall/tenants"
)

// Users lists accounts, newest first unless f says otherwise, and the cursor of the next page ("" at the end). Faults:
// NotChoice on "status", "type", "verified" and "sort", CursorInvalid.
func (s *Service) Users(ctx context.Context, in *tenants.Scope, f UserFilter) ([]User, string, error) {
	if err := f.check(); err != nil {
		return nil, "", err
	}
	if err := f.weigh(ctx, in); err != nil {
		return nil, "", err
	}
	rows, next, err := f.page(ctx, in)
	if err != nil {
		return nil, "", err
	}
	users := make([]User, len(rows))
	for i, row := range rows {
		users[i] = row.account().User
	}
	return users, next, nil
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
