package activity

import (
	"context"

	"github.com/keyhall/keyhall/tenants"
)

// One process sums at a time; the others have nothing to do.
const onlyOne = `select pg_try_advisory_xact_lock(hashtext('keyhall.platform_activity'))`

// A transaction of Count that was slow to commit is found by the next sum: the days of the last ten minutes are summed again.
const (
	touched = `select distinct day::text from activity where changed_at >= (select coalesce(max(summed_at), '-infinity') from platform_activity) - interval '10 minutes'`
	clear   = `delete from platform_activity where day = $1::date`
	sum     = `insert into platform_activity (day, event, method, contract, count)
		select day, event, method, contract, sum(count) from activity where day = $1::date group by 1, 2, 3, 4`
)

// Sum adds up what was counted in all tenants, for the days in which something was. The platform's numbers of a day stay as
// they are when a tenant is deleted.
func Sum(ctx context.Context, platform *tenants.DB) error {
	return platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		var mine bool
		if err := tx.Get(ctx, &mine, onlyOne); err != nil || !mine {
			return err
		}
		var days []string
		if err := tx.Select(ctx, &days, touched); err != nil {
			return err
		}
		for _, day := range days {
			for _, statement := range []string{clear, sum} {
				if _, err := tx.Exec(ctx, statement, day); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Platform is the platform in numbers.
type Platform struct {
	Report
	Tenants, Suspended int64
	Newest             []tenants.Tenant
	Failing            []Failing // the tenants with most failed messages in the interval
}

// Failing is a tenant whose messages fail.
type Failing struct {
	Slug   string `db:"slug"`
	Name   string `db:"name"`
	Failed int64  `db:"failed"`
}

// most is how long the platform's lists are.
const most = 5

const (
	selectSums    = `select day, event, method, contract, count from platform_activity where day >= $1 and day < $2`
	selectTenants = `select count(*) as tenants, count(suspended_at) as suspended from tenants`
	// The platform knows what all its tenants knew when the one that waits longest was counted.
	selectPeople = `select sum(users)::bigint as users, sum(pending)::bigint as pending, sum(active_day)::bigint as active_day, sum(active_week)::bigint as active_week,
		sum(active_month)::bigint as active_month, min(seen_at) as seen_at, coalesce(min(nullif(counted_until, '-infinity')), now()) as now from activity_marks`
	selectFailing = `select t.slug, t.name, f.failed from (
		select tenant_id, sum(count)::bigint as failed from activity where event = 'delivery_failed' and day >= $1 and day < $2 group by tenant_id order by 2 desc limit $3
		) f join tenants t on t.id = f.tenant_id order by f.failed desc, t.slug`
)

// OfPlatform tells what happened in all tenants, as far as it is counted.
func OfPlatform(ctx context.Context, r *tenants.Registry, i Interval) (Platform, error) {
	var out Platform
	var m mark
	if err := r.Platform.Get(ctx, &m, selectPeople); err != nil {
		return out, err
	}
	var rows []row
	after := i.To.AddDate(0, 0, 1).Format(dayForm)
	if err := r.Platform.Select(ctx, &rows, selectSums, i.before().From.Format(dayForm), after); err != nil {
		return out, err
	}
	out.Report = report(i, rows, m.Now)
	out.Seen = m.seen()
	var n struct{ Tenants, Suspended int64 }
	if err := r.Platform.Get(ctx, &n, selectTenants); err != nil {
		return out, err
	}
	out.Tenants, out.Suspended = n.Tenants, n.Suspended
	out.Failing = []Failing{}
	if err := r.Platform.Select(ctx, &out.Failing, selectFailing, i.From.Format(dayForm), after, most); err != nil {
		return out, err
	}
	var err error
	out.Newest, err = r.Newest(ctx, most)
	return out, err
}
