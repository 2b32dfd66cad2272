package admin

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/totp"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/limit"
)

// Both is proof of the password and of a second factor: a code, or an answer of a passkey to ProvePasskey.
type Both struct {
	Password   string
	Code       string
	Attempt    string
	Credential []byte
}

// withBoth runs a change that takes both factors. Faults: PasswordWrong on "password", FactorCodeWrong on "code",
// PasskeyRefused on "credential", FactorUnknown, RateLimited.
func (s *Service) withBoth(ctx context.Context, a *Actor, b Both, change func(tx *tenants.PlatformTx) error) error {
	if err := s.knowsPassword(ctx, a, "password", b.Password); err != nil {
		return err
	}
	if len(b.Credential) > 0 {
		if err := s.answersPasskey(ctx, a, b.Attempt, b.Credential); err != nil {
			return err
		}
		return s.Platform.Tx(ctx, change)
	}
	given, err := s.provesFactor(ctx, a.Admin.ID, b.Code)
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
	var row struct {
		factorRow
		App      bool `db:"app"`
		Enrolled bool `db:"enrolled"`
	}
	err = s.Platform.Get(ctx, &row, `select coalesce(f.sealed, '') as sealed, coalesce(f.last_step, 0) as last_step, f.admin_id is not null as app, exists (`+enrolled+`) as enrolled
		from (select) one left join admin_factors f on f.admin_id = $1 and f.confirmed_at is not null`, id)
	if err != nil || !row.Enrolled {
		return false, err
	}
	plain := plainCode(code)
	spent := false
	switch {
	case plain == "":
		return true, fault.SecondFactorNeeded
	case len(plain) > totp.Digits: // too long to be guessed, so whoever wastes the tries at six digits does not stop it
		spent, err = s.spendRecovery(ctx, id, plain)
	case row.App:
		spent, err = s.spendStep(ctx, id, row.factorRow, plain)
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

// knows checks the password of a proof, and tells what it charged for that. Faults: BadCredentials, RateLimited, Busy.
func (s *Service) knows(ctx context.Context, p Proof, c identity.Client) (adminRow, []limit.Charge, error) {
	charges := limit.SignIn(canonical(p.Email), c.Network())
	if err := s.Limiter.Take(ctx, pool, charges...); err != nil {
		return adminRow{}, nil, err
	}
	row, err := s.byEmail(ctx, p.Email)
	if err != nil && !errors.Is(err, fault.PathUnknown) {
		return adminRow{}, nil, err
	}
	if err := s.verify(ctx, row, p.Password); err != nil {
		return adminRow{}, nil, err
	}
	return row, charges, nil
}

// canonical is the one spelling of an address that limits count by.
func canonical(email string) string {
	text := strings.TrimSpace(email)
	if key, ok := identifier.Email(text); ok {
		return key
	}
	return strings.ToLower(text)
}
