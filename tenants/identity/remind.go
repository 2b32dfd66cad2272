package identity

import (
	"context"
	"strconv"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
)

const (
	countWaiting = `select count(*) from users where tenant_id = $1 and approval = 'pending' and greatest(created_at, approval_at) <= now() - make_interval(hours => $2)`
	// Of two at once the second waits for the first, and finds that it is too early.
	takeReminder = `insert into approval_reminders (tenant_id, sent_at) values ($1, now()) on conflict (tenant_id) do update
		set sent_at = excluded.sent_at where approval_reminders.sent_at <= excluded.sent_at - make_interval(hours => $2)`
)

// RemindOfApplicants owes a mail to each of the addresses when applicants have waited longer than the tenant's setting says, at
// most once in that time: it reports whether it did. Several may ask at once, and one that dies owes nothing.
func RemindOfApplicants(ctx context.Context, in *tenants.Scope, box *outbox.Box, addresses []string) (reminded bool, err error) {
	hours := in.Settings().Approval.RemindAfterHours
	if hours == 0 || len(addresses) == 0 {
		return false, nil
	}
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		reminded = false
		var waiting int
		if err := tx.Get(ctx, &waiting, countWaiting, hours); err != nil || waiting == 0 {
			return err
		}
		if n, err := tx.Exec(ctx, takeReminder, hours); err != nil || n == 0 {
			return err
		}
		jobs := make([]outbox.Job, len(addresses))
		for i, address := range addresses {
			jobs[i] = outbox.Job{Kind: "mail", Recipient: address, Payload: map[string]any{
				"message": message.ApprovalsWaiting, "count": strconv.Itoa(waiting), "lifetime": hours * 60 * 60,
			}}
		}
		if err := box.AddAll(ctx, tx, jobs); err != nil {
			return err
		}
		reminded = true
		return Note(ctx, tx, By{Kind: "system", ID: "approval.remind_after_hours"}, "approvals.reminded", map[string]any{"waiting": waiting, "admins": len(addresses)}, Client{})
	})
	return reminded && err == nil, err
}
