package activity

import (
	"context"
	"errors"

	"github.com/keyhall/keyhall/tenants"
)

// A transaction may write rows of the trail with the time it began at. The last two minutes are left alone: no
// transaction that is still open began before them.
const (
	lag   = `interval '2 minutes'`
	piece = `interval '7 days'` // what one transaction counts at most, from the first row on that is not counted
)

const (
	makeMark = `insert into activity_marks (tenant_id) values ($1) on conflict do nothing`
	lockMark = `select true from activity_marks where tenant_id = $1 for update skip locked`

	// advance says how far to count now. Where nothing happened there is nothing to go through.
	advance = `with first as (select least(
		(select min(at) from audit where tenant_id = $1 and action = 'session.opened' and at >= m.counted_until),
		(select min(at) from audit where tenant_id = $1 and action = 'user.registered' and at >= m.counted_until),
		(select min(done_at) from outbox where tenant_id = $1 and state = 'failed' and done_at >= m.counted_until)) as at
		from activity_marks m where m.tenant_id = $1)
	select least(coalesce(first.at, now()) + ` + piece + `, now() - ` + lag + `)::text as until,
		coalesce(first.at + ` + piece + ` < now() - ` + lag + `, false) as more from first`

	addUp = `insert into activity (tenant_id, day, event, method, contract, count)
	select $1, day, event, method, contract, count(*) from (` + counted + ` and at >= (select counted_until from activity_marks where tenant_id = $1) and at < $2::timestamptz
		union all ` + failed + ` and done_at >= (select counted_until from activity_marks where tenant_id = $1) and done_at < $2::timestamptz) fresh
	group by 2, 3, 4, 5
	on conflict (tenant_id, day, event, method, contract) do update set count = activity.count + excluded.count, changed_at = now()`

	moveMark = `update activity_marks set counted_until = greatest(counted_until, $2::timestamptz) where tenant_id = $1`

	countPeople = `update activity_marks set (users, pending) = (select count(*), count(*) filter (where approval = 'pending') from users where tenant_id = $1),
		(active_day, active_week, active_month) = (
			select count(*) filter (where seen > now() - interval '1 day'), count(*) filter (where seen > now() - interval '7 days'), count(*)
			from (select max(last_seen_at) as seen from sessions where tenant_id = $1 and last_seen_at > now() - interval '30 days' group by user_id) lately),
		seen_at = now() where tenant_id = $1`
)

// Count adds up what has happened in a tenant since it was last called, each row of the trail once, whatever happens
// meanwhile. Several processes may call it.
func Count(ctx context.Context, in *tenants.Scope) error {
	for more := true; more; {
		err := in.Tx(ctx, func(tx *tenants.Tx) (err error) {
			more, err = countSome(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func countSome(ctx context.Context, tx *tenants.Tx) (more bool, err error) {
	if _, err := tx.Exec(ctx, makeMark); err != nil {
		return false, err
	}
	var mine bool
	if err := tx.Get(ctx, &mine, lockMark); errors.Is(err, tenants.ErrNoRows) {
		return false, nil // somebody else counts
	} else if err != nil {
		return false, err
	}
	var next struct {
		Until string `db:"until"`
		More  bool   `db:"more"`
	}
	if err := tx.Get(ctx, &next, advance); err != nil {
		return false, err
	}
	for _, statement := range []string{addUp, moveMark} {
		if _, err := tx.Exec(ctx, statement, next.Until); err != nil {
			return false, err
		}
	}
	if next.More {
		return true, nil
	}
	_, err = tx.Exec(ctx, countPeople)
	return false, err
}
