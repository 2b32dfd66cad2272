package activity

import (
	"context"
	"time"

	"github.com/keyhall/keyhall/tenants"
)

// Usage is what a tenant makes use of.
type Usage struct {
	Since    time.Time // the first day of the month, in UTC
	SignIns  int64     // since then
	Mails    int64     `db:"mails"`    // sent since then, without those that were deleted meanwhile
	SMS      int64     `db:"sms"`      // the same
	Invited  int64     `db:"invited"`  // invitations of the last 24 hours
	Pictures int64     `db:"pictures"` // files
	Bytes    int64     `db:"bytes"`    // their size
}

const selectUsage = `select count(*) filter (where kind = 'mail') as mails, count(*) filter (where kind = 'sms') as sms,
	(select count(*) from audit where tenant_id = $1 and action = 'user.invited' and at > now() - interval '1 day') as invited,
	(select count(*) from blobs where tenant_id = $1) as pictures, (select coalesce(sum(size), 0)::bigint from blobs where tenant_id = $1) as bytes
	from outbox where tenant_id = $1 and created_at >= $2 and state = 'sent' and kind in ('mail', 'sms')`

// UsageOf tells what a tenant has made use of this month, up to this moment.
func UsageOf(ctx context.Context, in *tenants.Scope, now time.Time) (Usage, error) {
	now = now.UTC()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	out := Usage{Since: month}
	if err := in.Get(ctx, &out, selectUsage, month); err != nil {
		return out, err
	}
	happened, err := Of(ctx, in, Interval{From: month, To: now.Truncate(24 * time.Hour)})
	out.SignIns = happened.Total.SignIns
	return out, err
}
