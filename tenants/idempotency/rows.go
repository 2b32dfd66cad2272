package idempotency

import (
	"context"
	"errors"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// An answer whose time is over is as good as gone, whether or not it was swept.
const (
	findInTenant = `select id, fingerprint, status, sealed from idempotency_keys
		where tenant_id = $1 and id = $2 and created_at > now() - make_interval(secs => $3)`
	lockInTenant = `select pg_try_advisory_xact_lock(hashtextextended('idempotency/' || $1::text || '/' || encode($2::bytea, 'hex'), 0))`
	keepInTenant = `insert into idempotency_keys (tenant_id, id, fingerprint, status, sealed) values ($1, $2, $3, $4, $5)
		on conflict (tenant_id, id) do update set fingerprint = excluded.fingerprint, status = excluded.status, sealed = excluded.sealed, created_at = now()`

	findOnPlatform = `select id, fingerprint, status, sealed from platform_idempotency_keys
		where id = $1 and created_at > now() - make_interval(secs => $2)`
	lockOnPlatform = `select pg_try_advisory_xact_lock(hashtextextended('idempotency/' || encode($1::bytea, 'hex'), 0))`
	keepOnPlatform = `insert into platform_idempotency_keys (id, fingerprint, status, sealed) values ($1, $2, $3, $4)
		on conflict (id) do update set fingerprint = excluded.fingerprint, status = excluded.status, sealed = excluded.sealed, created_at = now()`
)

// getter reads one row in a transaction of either door.
type getter interface {
	Get(ctx context.Context, dst any, query string, args ...any) error
}

// take lets one call with a key in at a time, and none that another one has been answered since.
func take(ctx context.Context, tx getter, lock, find string, id []byte) error {
	var mine bool
	if err := tx.Get(ctx, &mine, lock, id); err != nil {
		return err
	}
	if !mine {
		return fault.IdempotencyBusy.After(time.Second)
	}
	var r row
	err := tx.Get(ctx, &r, find, id, Life.Seconds())
	switch {
	case err == nil:
		return errKept
	case errors.Is(err, tenants.ErrNoRows):
		return nil
	default:
		return err
	}
}

type tenantDoor struct{ in *tenants.Scope }

func (d tenantDoor) find(ctx context.Context, id []byte) (r row, err error) {
	err = d.in.Get(ctx, &r, findInTenant, id, Life.Seconds())
	return r, err
}

func (d tenantDoor) jointly(ctx context.Context, id []byte, do func(ctx context.Context) error) error {
	return d.in.Jointly(ctx, func(ctx context.Context, tx *tenants.Tx) error { return take(ctx, tx, lockInTenant, findInTenant, id) }, do)
}

func (d tenantDoor) keep(ctx context.Context, r row) error {
	return d.in.Tx(ctx, func(tx *tenants.Tx) error {
		_, err := tx.Exec(ctx, keepInTenant, r.ID, r.Fingerprint, r.Status, r.Sealed)
		return err
	})
}

type platformDoor struct{ db *tenants.DB }

func (d platformDoor) find(ctx context.Context, id []byte) (r row, err error) {
	err = d.db.Get(ctx, &r, findOnPlatform, id, Life.Seconds())
	return r, err
}

func (d platformDoor) jointly(ctx context.Context, id []byte, do func(ctx context.Context) error) error {
	return d.db.Jointly(ctx, func(ctx context.Context, tx *tenants.PlatformTx) error {
		return take(ctx, tx, lockOnPlatform, findOnPlatform, id)
	}, do)
}

func (d platformDoor) keep(ctx context.Context, r row) error {
	return d.db.Tx(ctx, func(tx *tenants.PlatformTx) error {
		_, err := tx.Exec(ctx, keepOnPlatform, r.ID, r.Fingerprint, r.Status, r.Sealed)
		return err
	})
}
