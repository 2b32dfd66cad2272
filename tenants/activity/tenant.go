package activity

import (
	"context"
	"time"

	"github.com/keyhall/keyhall/tenants"
)

// counted are the events of the trail that count, as columns day, event, method and contract.
const counted = `select (at at time zone 'UTC')::date as day, case action when 'session.opened' then 'sign_in' else 'sign_up' end as event,
	case action when 'session.opened' then coalesce(details ->> 'method', '') else '' end as method, coalesce(details ->> 'contract', '') as contract
	from audit where tenant_id = $1 and action in ('session.opened', 'user.registered')`

// failed are messages to people that failed for good, and were not sent again since.
const failed = `select (done_at at time zone 'UTC')::date as day, 'delivery_failed' as event, '' as method, '' as contract
	from outbox where tenant_id = $1 and state = 'failed' and kind in ('mail', 'sms')`

const selectMark = `select users, pending, active_day, active_week, active_month, seen_at, now() as now
	from (select) one left join activity_marks on tenant_id = $1`

// What is not counted yet is added to what is; both are read at one moment. $2 and $3 are the first day and the one after
// the last.
const selectActivity = `select day, event, method, contract, sum(count)::bigint as count from (
	select day, event, method, contract, count from activity where tenant_id = $1 and event <> 'delivery_failed' and day >= $2 and day < $3
	union all
	select day, event, method, contract, count(*) from (` + counted + `
		and at >= greatest($2::date::timestamp at time zone 'UTC', (select counted_until from activity_marks where tenant_id = $1))
		and at < $3::date::timestamp at time zone 'UTC') fresh group by 1, 2, 3, 4
	union all
	select day, event, method, contract, count(*) from (` + failed + `
		and done_at >= $2::date::timestamp at time zone 'UTC' and done_at < $3::date::timestamp at time zone 'UTC') lost group by 1, 2, 3, 4
	) all_of_it group by 1, 2, 3, 4`

type mark struct {
	Users   *int64     `db:"users"`
	Pending *int64     `db:"pending"`
	Day     *int64     `db:"active_day"`
	Week    *int64     `db:"active_week"`
	Month   *int64     `db:"active_month"`
	SeenAt  *time.Time `db:"seen_at"`
	Now     time.Time  `db:"now"`
}

func (m mark) seen() *Seen {
	if m.SeenAt == nil {
		return nil
	}
	return &Seen{Users: *m.Users, Pending: *m.Pending, Day: *m.Day, Week: *m.Week, Month: *m.Month, At: m.SeenAt.UTC()}
}

// Of tells what happened in a tenant, up to this moment. Who was here lately is as of the last Count.
func Of(ctx context.Context, in *tenants.Scope, i Interval) (Report, error) {
	var m mark
	if err := in.Get(ctx, &m, selectMark); err != nil {
		return Report{}, err
	}
	var rows []row
	if err := in.List(ctx, &rows, selectActivity, i.before().From.Format(dayForm), i.To.AddDate(0, 0, 1).Format(dayForm)); err != nil {
		return Report{}, err
	}
	out := report(i, rows, m.Now)
	out.Seen = m.seen()
	return out, nil
}
