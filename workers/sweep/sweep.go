// Package sweep deletes what has outlived its use, tenant by tenant. It knows which rows are of no more use to anybody;
// what they were for is their owners' business.
package sweep

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/blob"
)

// rounds is how many parts the tenants are divided into; each minute one part has its turn.
const rounds = 60

// Run sweeps until ctx ends. Several processes may: what one has deleted the others do not find.
func Run(ctx context.Context, registry *tenants.Registry, blobs *blob.Store, log *slog.Logger) {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-minute.C:
			if err := round(ctx, registry, blobs, now); err != nil && ctx.Err() == nil {
				log.Warn("sweeping was cut short; it goes on in the next round", "error", err)
			}
		}
	}
}

// round sweeps the tenants whose turn it is.
func round(ctx context.Context, registry *tenants.Registry, blobs *blob.Store, now time.Time) error {
	if err := blobs.Tidy(now, unused); err != nil {
		return err
	}
	if err := platform(ctx, registry); err != nil {
		return err
	}
	var ids []uuid.UUID
	if err := registry.Platform.Select(ctx, &ids, `select id from tenants`); err != nil {
		return err
	}
	for _, id := range ids {
		if int(id[15])%rounds != now.Minute()%rounds {
			continue
		}
		in, err := registry.ByID(ctx, id)
		if err == nil {
			err = Tenant(ctx, in, blobs)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// platform clears up what belongs to no tenant.
func platform(ctx context.Context, registry *tenants.Registry) error {
	for _, statement := range stalePlatform {
		for n := int64(chunk); n == chunk; {
			var err error
			if n, err = registry.Platform.Exec(ctx, statement, chunk); err != nil {
				return err
			}
		}
	}
	return nil
}

// stalePlatform is stale for what belongs to no tenant; $1 is the chunk.
var stalePlatform = []string{
	`delete from platform_idempotency_keys where id in (select id from platform_idempotency_keys
		where created_at < now() - interval '1 day' limit $1)`,
	`delete from platform_outbox where id in (select id from platform_outbox
		where state <> 'pending' and done_at < now() - interval '180 days' limit $1)`,
	`delete from platform_dev_messages where id in (select id from platform_dev_messages
		where sent_at < now() - interval '7 days' limit $1)`,
	// Invitations of operators stay in the team's list for a month after they expired, to be sent again.
	`delete from operator_invitations where admin_id in (select admin_id from operator_invitations
		where expires_at < now() - interval '30 days' limit $1)`,
}

// chunk bounds how much one transaction deletes.
const chunk = 2000

// stale are the statements that clear up; $2 is the chunk.
var stale = []string{
	// Proofs: a month after they stopped working.
	`delete from proofs where tenant_id = $1 and id in (select id from proofs
		where tenant_id = $1 and least(expires_at, used_at, voided_at) < now() - interval '30 days' limit $2)`,
	// One-time codes: a day after they stopped working, when no pause is counted from them any more.
	`delete from codes where tenant_id = $1 and destination in (select destination from codes
		where tenant_id = $1 and greatest(expires_at, proven_at) < now() - interval '1 day' limit $2)`,
	// Sign-ins begun at a provider: a day after they could be finished.
	`delete from social_states where tenant_id = $1 and state_hash in (select state_hash from social_states
		where tenant_id = $1 and expires_at < now() - interval '1 day' limit $2)`,
	// What came of them: as soon as nobody may fetch it any more, for it says who somebody is.
	`delete from social_arrivals where tenant_id = $1 and key_hash in (select key_hash from social_arrivals
		where tenant_id = $1 and expires_at < now() limit $2)`,
	// Sessions: 90 days after they ended.
	`delete from sessions where tenant_id = $1 and id in (select id from sessions where tenant_id = $1
		and least(expires_at, revoked_at, last_seen_at + make_interval(secs => idle_seconds)) < now() - interval '90 days' limit $2)`,
	// The secrets of failed jobs are kept for sending them again, but not once they work no more.
	`update outbox set sealed = null where tenant_id = $1 and id in (select id from outbox where tenant_id = $1
		and state <> 'pending' and sealed is not null and (state <> 'failed' or expires_at < now()) limit $2)`,
	// Messages, with their attempts: half a year after they were done with.
	`delete from outbox where tenant_id = $1 and id in (select id from outbox where tenant_id = $1
		and state <> 'pending' and done_at < now() - interval '180 days' limit $2)`,
	// What endpoints were told: a month, for it says much about people.
	`delete from outbox where tenant_id = $1 and id in (select id from outbox where tenant_id = $1
		and kind = 'webhook' and state <> 'pending' and done_at < now() - interval '30 days' limit $2)`,
	// Replaced secrets of endpoints that sign no more.
	`update webhook_endpoints set old_sealed = null, old_until = null where tenant_id = $1 and id in (select id from webhook_endpoints
		where tenant_id = $1 and old_until < now() limit $2)`,
	// Decisions about many: a month after the last of them; the trail has each one.
	`delete from approval_runs where tenant_id = $1 and id in (select id from approval_runs
		where tenant_id = $1 and finished_at < now() - interval '30 days' limit $2)`,
	// Answers to calls that may be repeated: a day.
	`delete from idempotency_keys where tenant_id = $1 and id in (select id from idempotency_keys
		where tenant_id = $1 and created_at < now() - interval '1 day' limit $2)`,
	// The sink of development: a week.
	`delete from dev_messages where tenant_id = $1 and id in (select id from dev_messages
		where tenant_id = $1 and sent_at < now() - interval '7 days' limit $2)`,
}

// Tenant sweeps one tenant.
func Tenant(ctx context.Context, in *tenants.Scope, blobs *blob.Store) error {
	for _, statement := range stale {
		for n := int64(chunk); n == chunk; {
			err := in.Tx(ctx, func(tx *tenants.Tx) (err error) {
				n, err = tx.Exec(ctx, statement, chunk)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return files(ctx, in, blobs)
}

// unused is how old a file is that nothing refers to, when nobody can be about to refer to it any more.
const unused = time.Hour

const orphans = `select b.name from blobs b where b.tenant_id = $1 and b.created_at < now() - make_interval(secs => $2)
	and not exists (select from pictures p where p.tenant_id = $1 and p.raw = b.name)
	and not exists (select from users u where u.tenant_id = $1 and u.picture_file <> '' and u.picture_file = split_part(b.name, '/', 2))
	limit $3`

// files deletes those that a crash, or a store that was away, has left.
func files(ctx context.Context, in *tenants.Scope, blobs *blob.Store) error {
	for {
		var names []string
		if err := in.Select(ctx, &names, orphans, unused.Seconds(), chunk); err != nil {
			return err
		}
		if err := blobs.Drop(ctx, in, names...); err != nil || len(names) < chunk {
			return err
		}
	}
}
