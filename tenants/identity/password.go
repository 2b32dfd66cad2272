package identity

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/password"
)

// PasswordChange is a signed-in user's wish for another password.
type PasswordChange struct {
	Old           *string // nil: not asked for by the contract, or not sent
	OldRequired   bool
	New           string
	Again         *string        // New a second time, where the contract asks for it
	Known         fault.Problems // complaints the contract has already; told with the one about Old
	EndOwnSession bool           // else the session that asks lives on; all others end in any case
}

// ChangePassword sets another password, ends the other sessions, voids reset links and mails a notice. Faults: on
// "old_password" Required and PasswordWrong; then PasswordsDiffer on "password_again"; then on "password" the password
// rules; ReauthRequired, see signedInRecently; RateLimited; Busy.
func (s *Service) ChangePassword(ctx context.Context, in *tenants.Scope, a *Actor, ch PasswordChange, c Client) error {
	if err := s.signedInRecently(in, a); err != nil {
		return err
	}
	if err := s.checkOld(ctx, in, a, ch); err != nil {
		return err
	}
	if ch.Again != nil && *ch.Again != ch.New {
		return fault.PasswordsDiffer.On("password_again")
	}
	hash, err := s.newPassword(ctx, in, a.User, ch.New, policyOf(in))
	if err != nil {
		return err
	}
	keep := a.Session.ID
	if ch.EndOwnSession {
		keep = uuid.Nil
	}
	return s.unit(ctx, in, c, func(u *unit) error {
		if err := u.setPassword(ctx, a.account, hash, keep); err != nil {
			return err
		}
		return u.note(ctx, self(a.User.ID), "password.changed", a.User.ID, nil)
	})
}

// reauthLife is how long a sign-in counts as recent.
const reauthLife = 15 * time.Minute

// signedInRecently asks for a new sign-in before a change that hands the account over, in tenants that hide accounts:
// there a stolen session is not enough, whether or not the contract asks for the old password. A refresh does not
// renew auth_time (OpenID Connect Core 1.0, section 2). Fault: ReauthRequired.
func (s *Service) signedInRecently(in *tenants.Scope, a *Actor) error {
	if in.Settings().Privacy.HideAccountExistence && s.now().Sub(a.Session.AuthTime) > reauthLife {
		return fault.ReauthRequired
	}
	return nil
}

// checkOld complains about the old password together with what the contract found wrong.
func (s *Service) checkOld(ctx context.Context, in *tenants.Scope, a *Actor, ch PasswordChange) error {
	p := slices.Clone(ch.Known)
	if ch.Old == nil && ch.OldRequired && !p.Has("old_password") {
		p.Add("old_password", fault.Required)
	}
	if ch.Old != nil {
		if err := s.isOld(ctx, in, a, *ch.Old); err != nil && !p.AddErr(err) {
			return err
		}
	}
	return p.Err()
}

func (s *Service) isOld(ctx context.Context, in *tenants.Scope, a *Actor, old string) error {
	charge := limit.Charge{Rule: limit.LoginIdentifier, Subject: "session/" + a.Session.ID.String()}
	if err := s.Limiter.Take(ctx, in.ID().String(), charge); err != nil {
		return err
	}
	ok, _, err := s.Hashes.Verify(ctx, in.ID().String(), a.account.PasswordHash, old)
	if err != nil {
		return err
	}
	if !ok {
		return fault.PasswordWrong.On("old_password")
	}
	s.Limiter.Refund(ctx, in.ID().String(), charge)
	return nil
}

// newPassword checks a password against the policy and hashes it, outside any transaction.
func (s *Service) newPassword(ctx context.Context, in *tenants.Scope, u User, password string, rules password.Policy) (string, error) {
	p := fault.Problems(rules.Check("password", password, about(u)...))
	if err := p.Err(); err != nil {
		return "", err
	}
	return s.Hashes.Hash(ctx, in.ID().String(), password)
}

const updatePassword = `update users set password_hash = $3, password_changed_at = $4, updated_at = $4 where tenant_id = $1 and id = $2`

// setPassword stores a hash and ends everything that rested on the old password, but for one session.
func (u *unit) setPassword(ctx context.Context, a account, hash string, keep uuid.UUID) error {
	if _, err := u.Exec(ctx, updatePassword, a.ID, hash, u.Now()); err != nil {
		return err
	}
	if _, err := u.endSessions(ctx, a.ID, keep, "password changed"); err != nil {
		return err
	}
	if err := u.voidWaysIn(ctx, a.ID); err != nil {
		return err
	}
	if _, err := u.Exec(ctx, voidSignInCodes, a.ID, u.Now()); err != nil {
		return err
	}
	return u.send(ctx, letter{message: "password_changed", to: a})
}
