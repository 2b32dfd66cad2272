package identity

import (
	"context"
	"crypto/hmac"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"
)

// guess checks a code: first one of its tries is charged, for good, and only then the codes are compared. The caller
// spends what it gets in the transaction of what the code was for. Faults: CodeNone, CodeWrong with "left", CodeDead for
// the last wrong try; RateLimited.
func (s *Service) guess(ctx context.Context, in *tenants.Scope, to Destination, purpose Purpose, code string, c Client) (codeRow, error) {
	tenant := in.ID().String()
	if err := s.Limiter.Take(ctx, tenant, limit.Charge{Rule: limit.VerifyNetwork, Subject: c.Network()}); err != nil {
		return codeRow{}, err
	}
	var row codeRow
	err := s.unit(ctx, in, c, func(u *unit) (err error) {
		row, err = u.charge(ctx, to)
		return err
	})
	if err != nil {
		return codeRow{}, err
	}
	daily := limit.Charge{Rule: limit.CodeGuess, Subject: to.Key}
	if err := s.Limiter.Take(ctx, tenant, daily); err != nil {
		return codeRow{}, err
	}
	switch {
	case hmac.Equal(row.Hash, s.Tokens.CodeMAC(in, string(purpose), to.Key, code)):
		s.Limiter.Refund(ctx, tenant, daily, limit.Charge{Rule: limit.CodeDestination, Subject: sentTo(in, to)})
		return row, nil
	case row.Left == 0:
		return codeRow{}, fault.CodeDead
	}
	return codeRow{}, fault.CodeWrong.With("left", row.Left)
}

// sentTo is what the budget of a destination is kept by.
func sentTo(in *tenants.Scope, to Destination) string {
	if number, err := in.Settings().SMS.Reach(to.Key); to.Mobile && err == nil {
		return number
	}
	return to.Key
}

// LoginByCode signs in with a code that was sent for it. The destination is proven by that. Faults: those of a code, see
// guess; with the right code BadCredentials for an account that is not there any more or is disabled, Rejected,
// PendingApproval, EmailUnverified.
func (s *Service) LoginByCode(ctx context.Context, in *tenants.Scope, to Destination, code string, want Shape, c Client) (Grant, error) {
	row, err := s.guess(ctx, in, to, ForSignIn, code, c)
	if err != nil {
		return Grant{}, err
	}
	var g Grant
	err = s.unit(ctx, in, c, func(u *unit) (err error) {
		g, err = u.enter(ctx, row, to, want)
		return err
	})
	if err != nil {
		return Grant{}, err
	}
	return g, s.sign(ctx, in, &g)
}

// enter spends a code and opens a session of the account that has its destination.
func (u *unit) enter(ctx context.Context, row codeRow, to Destination, want Shape) (Grant, error) {
	if err := u.spendCode(ctx, row); err != nil {
		return Grant{}, err
	}
	a, err := u.lockHolder(ctx, to)
	if err != nil {
		return Grant{}, orElse(err, fault.BadCredentials)
	}
	if err := maySignInBy(u.Scope(), a, to, u.client); err != nil {
		return Grant{}, err
	}
	if a, err = u.proven(ctx, a, to); err != nil {
		return Grant{}, err
	}
	return u.signIn(ctx, a, want, byCode)
}

// lockHolder is holderOf for a change, or PathUnknown.
func (u *unit) lockHolder(ctx context.Context, to Destination) (account, error) {
	a, err := accountBy(ctx, u.Tx, whereName+` for update of u`, to.Key)
	if err == nil && !to.isOf(a) {
		err = fault.PathUnknown
	}
	return a, err
}

// Prove spends a code that shows that somebody reads what is sent to a destination. For a quarter of an hour one sign-up
// or change from the same network may build on that. What the actor, if there is one, has or wants is proven at once.
// Faults: those of a code, see guess; MobileTaken on "mobile" when another account has proven the actor's number.
func (s *Service) Prove(ctx context.Context, in *tenants.Scope, a *Actor, to Destination, code string, c Client) error {
	row, err := s.guess(ctx, in, to, ForProof, code, c)
	if err != nil {
		return err
	}
	return s.unit(ctx, in, c, func(u *unit) error {
		if err := u.spendCode(ctx, row); err != nil {
			return err
		}
		if a != nil {
			if used, err := u.proveOwn(ctx, a.User.ID, to); used || err != nil {
				return err
			}
		}
		_, err := u.Exec(ctx, noteProof, to.Key, u.Now(), c.Network())
		return err
	})
}

// proveOwn makes use of a proof for the account that it was asked for by, and reports whether that had any.
func (u *unit) proveOwn(ctx context.Context, userID int64, to Destination) (bool, error) {
	a, err := accountForUpdate(ctx, u.Tx, userID)
	switch {
	case err != nil:
		return false, err
	case to.isOf(a):
		_, err = u.proven(ctx, a, to)
	case to.Mobile && a.WantedKey == to.Key:
		if err = u.takeOver(ctx, to.Key); err == nil {
			err = u.moveToMobile(ctx, a, a.PendingMobile, to.Key, true)
		}
	case !to.Mobile && a.PendingKey == to.Key:
		_, err = u.moveTo(ctx, a)
		err = orTaken(err, fault.EmailTaken.On("email"))
	default:
		return false, nil
	}
	return true, err
}

// ResetByCode sets a new password with a code that proves the account's e-mail address. All sessions, reset links and
// pending changes of address and number end in the same transaction, and a notice is mailed. Complaints about the
// password do not use the code up. Faults, in this order: the password rules on "password"; those of a code, see guess;
// CodeNone for an address that no account, or none that may recover, has.
func (s *Service) ResetByCode(ctx context.Context, in *tenants.Scope, to Destination, code, password string, c Client) error {
	p := fault.Problems(policyOf(in).Check("password", password, about(User{Email: to.Text})...))
	if err := p.Err(); err != nil {
		return err
	}
	row, err := s.guess(ctx, in, to, ForProof, code, c)
	if err != nil {
		return err
	}
	a, err := holderOf(ctx, in, to)
	if err != nil {
		return err
	}
	hash, err := s.newPassword(ctx, in, a.User, password, policyOf(in)) // now that his names may play a part
	if err != nil {
		return err
	}
	return s.unit(ctx, in, c, func(u *unit) error { return u.resetBy(ctx, row, to, hash) })
}

func (u *unit) resetBy(ctx context.Context, row codeRow, to Destination, hash string) error {
	if err := u.spendCode(ctx, row); err != nil {
		return err
	}
	a, err := u.lockHolder(ctx, to)
	if err != nil || !mayReset(a.User) {
		return orElse(err, fault.CodeNone)
	}
	if _, err := u.proven(ctx, a, to); err != nil {
		return err
	}
	if err := u.setPassword(ctx, a, hash, uuid.Nil); err != nil {
		return err
	}
	for _, q := range []string{dropPendingEmail, dropPendingMobile} {
		if _, err := u.Exec(ctx, q, a.ID, u.Now()); err != nil {
			return err
		}
	}
	return u.note(ctx, self(a.ID), "password.reset", a.ID, nil)
}
