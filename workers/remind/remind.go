// Package remind has tenants' admins told of applicants who have waited for long, over and over. Who is told, of whom and
// how often is identity's and admin's business.
package remind

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/admin"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// rounds is how many parts the tenants are divided into; each minute one part has its turn.
const rounds = 10

// Run reminds until ctx ends. Several processes may: one of them owes the mails.
func Run(ctx context.Context, registry *tenants.Registry, box *outbox.Box, log *slog.Logger) {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-minute.C:
			if err := round(ctx, registry, box, now); err != nil && ctx.Err() == nil {
				log.Warn("reminding was cut short; it goes on in the next round", "error", err)
			}
		}
	}
}

// round reminds the tenants whose turn it is. What is wrong with one of them keeps no other waiting.
func round(ctx context.Context, registry *tenants.Registry, box *outbox.Box, now time.Time) error {
	var ids []uuid.UUID
	if err := registry.Platform.Select(ctx, &ids, `select id from tenants where suspended_at is null and settings -> 'approval' ? 'remind_after_hours'`); err != nil {
		return err
	}
	var all error
	for _, id := range ids {
		if int(id[15])%rounds != now.Minute()%rounds {
			continue
		}
		in, err := registry.ByID(ctx, id)
		if err == nil {
			_, err = Tenant(ctx, registry.Platform, in, box)
		}
		all = errors.Join(all, err)
	}
	return all
}

// Tenant reminds the admins of one tenant, if it is time, and reports whether it did.
func Tenant(ctx context.Context, platform *tenants.DB, in *tenants.Scope, box *outbox.Box) (bool, error) {
	if in.Settings().Approval.RemindAfterHours == 0 {
		return false, nil
	}
	addresses, err := admin.Approvers(ctx, platform, in)
	if err != nil {
		return false, err
	}
	return identity.RemindOfApplicants(ctx, in, box, addresses)
}
