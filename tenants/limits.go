package tenants

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
)

// Limits are what operators allow a tenant; nil means no limit. Days and months are those of UTC.
type Limits struct {
	MaxUsers      *int64 `json:"max_users"`
	MailsPerDay   *int64 `json:"mails_per_day"`
	MailsPerMonth *int64 `json:"mails_per_month"`
	TextsPerDay   *int64 `json:"texts_per_day"`
	TextsPerMonth *int64 `json:"texts_per_month"`
}

// maxLimit is the highest limit; more is the same as none.
const maxLimit = 1_000_000_000

func (l Limits) check() error {
	var p fault.Problems
	within := func(field string, value *int64, least int64) {
		if value != nil && (*value < least || *value > maxLimit) {
			p.Add(field, fault.OutOfRange, "min", least, "max", maxLimit)
		}
	}
	within("max_users", l.MaxUsers, 1)
	within("mails_per_day", l.MailsPerDay, 0)
	within("mails_per_month", l.MailsPerMonth, 0)
	within("texts_per_day", l.TextsPerDay, 0)
	within("texts_per_month", l.TextsPerMonth, 0)
	return p.Err()
}

const (
	lockLimits = `select max_users from tenants where id = $1 for no key update`
	setUsers   = `update tenants set max_users = $2, updated_at = now() where id = $1`
	oldPer     = `select kind, per_day, per_month from message_limits where tenant_id = $1 for update`
	// Whatever waits is looked at again under the new limits.
	setPer = `insert into message_limits as m (tenant_id, kind, day, per_day, per_month) values ($1, $2, (now() at time zone 'utc')::date, $3, $4)
		on conflict (tenant_id, kind) do update set per_day = excluded.per_day, per_month = excluded.per_month,
			full_until = case when m.full_until is not null then now() end`
)

// Limit says what a tenant may have and send. Users who are there already stay, and messages over a limit wait for the next
// day or month, or for another limit. Faults: OutOfRange on the fields, TenantUnknown.
func (r *Registry) Limit(ctx context.Context, who Who, id uuid.UUID, to Limits) error {
	if err := to.check(); err != nil {
		return err
	}
	err := r.Platform.Tx(ctx, func(tx *PlatformTx) error {
		from, err := limitsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setUsers, id, to.MaxUsers); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setPer, id, "mail", to.MailsPerDay, to.MailsPerMonth); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setPer, id, "sms", to.TextsPerDay, to.TextsPerMonth); err != nil {
			return err
		}
		return tx.Note(ctx, id, who, "tenant.limited", map[string]any{"from": from, "to": to})
	})
	if errors.Is(err, ErrNoRows) {
		return fault.TenantUnknown
	}
	if err == nil {
		r.forget(id.String())
	}
	return err
}

// limitsOf reads the limits and locks them.
func limitsOf(ctx context.Context, tx *PlatformTx, id uuid.UUID) (l Limits, err error) {
	if err := tx.Get(ctx, &l.MaxUsers, lockLimits, id); err != nil {
		return l, err
	}
	var rows []struct {
		Kind     string `db:"kind"`
		PerDay   *int64 `db:"per_day"`
		PerMonth *int64 `db:"per_month"`
	}
	if err := tx.Select(ctx, &rows, oldPer, id); err != nil {
		return l, err
	}
	for _, row := range rows {
		switch row.Kind {
		case "mail":
			l.MailsPerDay, l.MailsPerMonth = row.PerDay, row.PerMonth
		case "sms":
			l.TextsPerDay, l.TextsPerMonth = row.PerDay, row.PerMonth
		}
	}
	return l, nil
}
