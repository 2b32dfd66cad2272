package admin

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/totp"
	"github.com/keyhall/keyhall/tenants"
)

// Factor tells of an administrator's second factors.
type Factor struct {
	Since     *time.Time `db:"confirmed_at"` // of the authenticator app; nil: there is none
	Passkeys  int        `db:"passkeys"`
	Demanded  bool       // by the platform, or by a tenant that he administers
	CodesLeft int        `db:"codes_left"` // recovery codes that were not used
}

// Enrolment is what an app has to be told, once.
type Enrolment struct {
	Secret string // to be typed
	URI    string // for a QR code
}

type factorRow struct {
	Sealed   []byte `db:"sealed"`
	LastStep int64  `db:"last_step"`
}

// Factor looks whether the actor has a second factor.
func (s *Service) Factor(ctx context.Context, a *Actor) (Factor, error) {
	var f Factor
	err := s.Platform.Get(ctx, &f, `select max(f.confirmed_at) as confirmed_at,
		(select count(*) from admin_passkeys k where k.admin_id = $1) as passkeys,
		(select count(*) from admin_recovery_codes c where c.admin_id = $1 and c.used_at is null) as codes_left
		from admin_factors f where f.admin_id = $1`, a.Admin.ID)
	if err != nil {
		return f, err
	}
	f.Demanded, err = s.demands(ctx, a)
	return f, err
}

// BeginFactor makes a shared secret for the actor's app. It counts only after ConfirmFactor; beginning again makes
// another one. Faults: PasswordWrong on "password", FactorExists, RateLimited.
func (s *Service) BeginFactor(ctx context.Context, a *Actor, text string) (Enrolment, error) {
	if err := s.knowsPassword(ctx, a, "password", text); err != nil {
		return Enrolment{}, err
	}
	secret := totp.NewSecret()
	n, err := s.Platform.Exec(ctx, `insert into admin_factors (admin_id, sealed) values ($1, $2)
		on conflict (admin_id) do update set sealed = excluded.sealed, last_step = 0, created_at = now() where admin_factors.confirmed_at is null`,
		a.Admin.ID, s.Sealer.Seal(secret, factorPlace(a.Admin.ID)))
	if err != nil {
		return Enrolment{}, err
	}
	if n == 0 {
		return Enrolment{}, fault.FactorExists
	}
	return Enrolment{Secret: totp.Text(secret), URI: totp.URI("Keyhall", a.Admin.Email, secret)}, nil
}

func factorPlace(id uuid.UUID) string { return "admin factor/" + id.String() }

// ConfirmFactor makes the second factor count, with a first code of the app, and gives the recovery codes in clear, for
// the only time. The actor's other sessions end: they were opened with a password alone. Faults: FactorCodeWrong on "code",
// FactorUnknown, FactorExists, RateLimited.
func (s *Service) ConfirmFactor(ctx context.Context, a *Actor, code string) ([]string, error) {
	if err := s.Limiter.Take(ctx, pool, factorCharge(a.Admin.ID)); err != nil {
		return nil, err
	}
	var row struct {
		factorRow
		Confirmed bool `db:"confirmed"`
	}
	err := s.Platform.Get(ctx, &row, `select sealed, last_step, confirmed_at is not null as confirmed from admin_factors where admin_id = $1`, a.Admin.ID)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, fault.FactorUnknown
	case err != nil:
		return nil, err
	case row.Confirmed:
		return nil, fault.FactorExists
	}
	step, ok, err := s.match(a.Admin.ID, row.factorRow, plainCode(code))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.FactorCodeWrong.On("code")
	}
	var codes []string
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		// The sealed secret is compared, so that a code counts only for the secret it was checked with.
		n, err := tx.Exec(ctx, `update admin_factors set confirmed_at = now(), last_step = $2 where admin_id = $1 and confirmed_at is null and sealed = $3`,
			a.Admin.ID, step, row.Sealed)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.FactorExists
		}
		if codes, err = s.replaceCodes(ctx, tx, a.Admin.ID); err != nil {
			return err
		}
		if err := endOthers(ctx, tx, a); err != nil {
			return err
		}
		return note(ctx, tx, "admin.factor_added", a.Admin.ID)
	})
	if err != nil {
		return nil, err
	}
	s.Limiter.Refund(ctx, pool, factorCharge(a.Admin.ID))
	return codes, nil
}

// RemoveFactor takes the authenticator app away, with proof of both factors. Faults: as withBoth, and FactorUnknown.
func (s *Service) RemoveFactor(ctx context.Context, a *Actor, b Both) error {
	return s.withBoth(ctx, a, b, func(tx *tenants.PlatformTx) error {
		n, err := tx.Exec(ctx, `delete from admin_factors where admin_id = $1 and confirmed_at is not null`, a.Admin.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.FactorUnknown
		}
		return s.afterRemoval(ctx, tx, a, "admin.factor_removed")
	})
}

// afterRemoval ends the recovery codes once nothing is left that they could stand in for. Fault: FactorDemanded, if
// something has to be left.
func (s *Service) afterRemoval(ctx context.Context, tx *tenants.PlatformTx, a *Actor, action string) error {
	id, left := a.Admin.ID, false
	// Of two removals at once the second sees what the first has left.
	if _, err := tx.Exec(ctx, `select from admins where id = $1 for update`, id); err != nil {
		return err
	}
	if err := tx.Get(ctx, &left, `select exists (`+enrolled+`)`, id); err != nil {
		return err
	}
	if !left {
		if demanded, err := s.demands(ctx, a); err != nil || demanded {
			return orElse(err, fault.FactorDemanded)
		}
	}
	if _, err := tx.Exec(ctx, `delete from admin_recovery_codes c where c.admin_id = $1 and not exists (`+enrolled+`)`, id); err != nil {
		return err
	}
	return note(ctx, tx, action, id)
}

// enrolled has a row if the administrator $1 has a second factor of any kind.
const enrolled = `select from admin_factors f where f.admin_id = $1 and f.confirmed_at is not null
	union all select from admin_passkeys k where k.admin_id = $1`

// isEnrolled is the same as a column, of the administrators a.
const isEnrolled = `exists (select from admin_factors f where f.admin_id = a.id and f.confirmed_at is not null)
	or exists (select from admin_passkeys k where k.admin_id = a.id) as enrolled`

// RenewCodes makes ten new recovery codes; the old ones end. Faults as withBoth.
func (s *Service) RenewCodes(ctx context.Context, a *Actor, b Both) (codes []string, err error) {
	err = s.withBoth(ctx, a, b, func(tx *tenants.PlatformTx) error {
		if codes, err = s.replaceCodes(ctx, tx, a.Admin.ID); err != nil {
			return err
		}
		return note(ctx, tx, "admin.recovery_codes_renewed", a.Admin.ID)
	})
	return codes, err
}
