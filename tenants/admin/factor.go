package admin

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/totp"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"
)

// Factor tells of an administrator's second factor, an authenticator app.
type Factor struct {
	Since     *time.Time `db:"confirmed_at"` // nil: there is none
	CodesLeft int        `db:"codes_left"`   // recovery codes that were not used
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
		(select count(*) from admin_recovery_codes c where c.admin_id = $1 and c.used_at is null) as codes_left
		from admin_factors f where f.admin_id = $1`, a.Admin.ID)
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

// RemoveFactor takes the second factor away, with the password and a code of it. Faults: PasswordWrong on "password",
// FactorCodeWrong on "code", FactorUnknown, RateLimited.
func (s *Service) RemoveFactor(ctx context.Context, a *Actor, text, code string) error {
	return s.withBoth(ctx, a, text, code, func(tx *tenants.PlatformTx) error {
		return forgetFactor(ctx, tx, a.Admin.ID, "admin.factor_removed")
	})
}

// ResetFactor takes an administrator's second factor away at the command line of the server, for one who has lost phone
// and recovery codes, and ends his sessions. Faults: PathUnknown, FactorUnknown.
func (s *Service) ResetFactor(ctx context.Context, email string) error {
	row, err := s.byEmail(ctx, email)
	if err != nil {
		return err
	}
	return s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		if err := forgetFactor(ctx, tx, row.ID, "admin.factor_reset"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update admin_sessions set revoked_at = now() where admin_id = $1 and revoked_at is null`, row.ID)
		return err
	})
}

func forgetFactor(ctx context.Context, tx *tenants.PlatformTx, id uuid.UUID, action string) error {
	n, err := tx.Exec(ctx, `delete from admin_factors where admin_id = $1`, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.FactorUnknown
	}
	if _, err := tx.Exec(ctx, `delete from admin_recovery_codes where admin_id = $1`, id); err != nil {
		return err
	}
	return note(ctx, tx, action, id)
}

// RenewCodes makes ten new recovery codes; the old ones end. Faults as RemoveFactor.
func (s *Service) RenewCodes(ctx context.Context, a *Actor, text, code string) (codes []string, err error) {
	err = s.withBoth(ctx, a, text, code, func(tx *tenants.PlatformTx) error {
		if codes, err = s.replaceCodes(ctx, tx, a.Admin.ID); err != nil {
			return err
		}
		return note(ctx, tx, "admin.recovery_codes_renewed", a.Admin.ID)
	})
	return codes, err
}

// withBoth runs a change that takes both factors.
func (s *Service) withBoth(ctx context.Context, a *Actor, text, code string, change func(tx *tenants.PlatformTx) error) error {
	if err := s.knowsPassword(ctx, a, "password", text); err != nil {
		return err
	}
	given, err := s.provesFactor(ctx, a.Admin.ID, code)
	if errors.Is(err, fault.SecondFactorWrong) || errors.Is(err, fault.SecondFactorNeeded) { // a hyphen alone is no code
		return fault.FactorCodeWrong.On("code")
	}
	if err != nil {
		return err
	}
	if !given {
		return fault.FactorUnknown
	}
	return s.Platform.Tx(ctx, change)
}

// factorCharge counts wrong codes of one administrator's app, wherever they come from: six digits are soon guessed.
func factorCharge(id uuid.UUID) limit.Charge {
	return limit.Charge{Rule: limit.FactorGuess, Subject: id.String()}
}

// provesFactor checks and spends a code of the app, or a recovery code; given is false when the administrator has no
// second factor. Faults: SecondFactorNeeded without a code, SecondFactorWrong, RateLimited.
func (s *Service) provesFactor(ctx context.Context, id uuid.UUID, code string) (given bool, err error) {
	var row factorRow
	err = s.Platform.Get(ctx, &row, `select sealed, last_step from admin_factors where admin_id = $1 and confirmed_at is not null`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	plain := plainCode(code)
	spent := false
	switch {
	case plain == "":
		return true, fault.SecondFactorNeeded
	case len(plain) > totp.Digits: // too long to be guessed, so whoever wastes the tries at six digits does not stop it
		spent, err = s.spendRecovery(ctx, id, plain)
	default:
		spent, err = s.spendStep(ctx, id, row, plain)
	}
	if err == nil && !spent {
		err = fault.SecondFactorWrong
	}
	return true, err
}

// plainCode is a code however it was typed: apps and people set spaces, hyphens and capitals as they like.
func plainCode(code string) string {
	return strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(code))
}

// spendStep takes a code of the app for the only time it counts. Of two at once the row lets one through.
func (s *Service) spendStep(ctx context.Context, id uuid.UUID, row factorRow, code string) (bool, error) {
	if err := s.Limiter.Take(ctx, pool, factorCharge(id)); err != nil {
		return false, err
	}
	step, ok, err := s.match(id, row, code)
	if err != nil || !ok {
		return false, err
	}
	n, err := s.Platform.Exec(ctx, `update admin_factors set last_step = $2 where admin_id = $1 and last_step < $2 and confirmed_at is not null and sealed = $3`,
		id, step, row.Sealed)
	if err == nil && n == 1 {
		s.Limiter.Refund(ctx, pool, factorCharge(id))
	}
	return n == 1, err
}

func (s *Service) spendRecovery(ctx context.Context, id uuid.UUID, code string) (bool, error) {
	n, err := s.Platform.Exec(ctx, `update admin_recovery_codes set used_at = now() where admin_id = $1 and code_hash = $2 and used_at is null`, id, s.codeHash(id, code))
	return n == 1, err
}

func (s *Service) match(id uuid.UUID, row factorRow, code string) (int64, bool, error) {
	secret, err := s.Sealer.Open(row.Sealed, factorPlace(id))
	if err != nil {
		return 0, false, err
	}
	step, ok := totp.Match(secret, code, s.Now(), row.LastStep)
	return step, ok, nil
}
