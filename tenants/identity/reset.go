package identity

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/token"
)

// RequestReset mails a reset link to the stored address of the account with that e-mail, if there is one that may
// recover. The answer is the same otherwise. A mailbox gets a few such mails an hour at most. Faults: BadEmail on
// "email"; RateLimited for a busy network.
func (s *Service) RequestReset(ctx context.Context, in *tenants.Scope, email string, c Client) error {
	_, err := s.requestReset(ctx, in, email, c)
	return err
}

// RequestResetOfAccount is RequestReset for a contract whose document tells when there is nobody to mail to. A tenant
// that hides its accounts does not say so here either. Fault besides: AccountUnknown on "email".
func (s *Service) RequestResetOfAccount(ctx context.Context, in *tenants.Scope, email string, c Client) error {
	found, err := s.requestReset(ctx, in, email, c)
	if err == nil && !found && !in.Settings().Privacy.HideAccountExistence {
		return fault.AccountUnknown.On("email")
	}
	return err
}

func (s *Service) requestReset(ctx context.Context, in *tenants.Scope, email string, c Client) (found bool, err error) {
	key, ok := identifier.LooseEmail(email)
	if !ok {
		return false, fault.BadEmail.On("email")
	}
	tenant := in.ID().String()
	if err := s.Limiter.Take(ctx, tenant, limit.Charge{Rule: limit.ResetNetwork, Subject: c.Network()}); err != nil {
		return false, err
	}
	enough := s.Limiter.Take(ctx, tenant, limit.Charge{Rule: limit.ResetIdentifier, Subject: key}) != nil
	err = s.unit(ctx, in, c, func(u *unit) error {
		a, err := accountBy(ctx, u.Tx, `u.email_key = $2`, key)
		found = err == nil && mayRecover(a.User)
		switch {
		case err != nil && !errors.Is(err, fault.PathUnknown):
			return err
		case !found, enough: // the mailbox has had enough; the caller need not know
			return u.voidProofs(ctx, 0, proofReset) // the same trips as for a real account
		default:
			return u.mailReset(ctx, self(a.ID), a)
		}
	})
	return found, err
}

// StartReset mails a reset link at an admin's word, who never picks the password. Faults: PathUnknown, NotAllowed for
// an account that is closed or has no address.
func (s *Service) StartReset(ctx context.Context, in *tenants.Scope, by By, id int64, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error {
		a, err := accountForUpdate(ctx, u.Tx, id)
		if err != nil {
			return err
		}
		if !a.Active || a.Approval == ApprovalRejected || a.EmailKey == "" {
			return fault.NotAllowed
		}
		return u.mailReset(ctx, by, a)
	})
}

func (u *unit) mailReset(ctx context.Context, by By, a account) error {
	secret := token.NewResetToken(u.Now())
	expires, err := u.giveProof(ctx, a, proofReset, secret, a.EmailKey, seconds(u.settings().Lifetimes.Reset))
	if err != nil {
		return err
	}
	err = u.send(ctx, letter{
		message: "password_reset", to: a, expires: expires,
		secret: map[string]any{"uid": token.UID(a.ID), "token": secret},
	})
	if err != nil {
		return err
	}
	return u.note(ctx, by, "password.reset_requested", a.ID, nil)
}

// ResetConfirmation is what comes back from a reset link.
type ResetConfirmation struct {
	UserID   int64 // from the uid; 0 when that could not be read
	ByToken  bool  // the token alone says whose it is (native)
	Token    string
	Password string
	Again    *string // the password a second time, where the contract asks for it
}

// ConfirmReset sets a new password with a mailed token. All sessions, other reset links and a pending change of
// address end in the same transaction, and a notice is mailed. A complaint about the password does not use the token
// up. Faults, in this order: ResetUserUnknown on "uid", ResetTokenInvalid on "token", PasswordsDiffer on
// "password_again", the password rules on "password".
func (s *Service) ConfirmReset(ctx context.Context, in *tenants.Scope, r ResetConfirmation, c Client) error {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.VerifyNetwork, Subject: c.Network()}); err != nil {
		return err
	}
	a, p, err := s.resetTarget(ctx, in, r)
	if err != nil {
		return err
	}
	if r.Again != nil && *r.Again != r.Password {
		return fault.PasswordsDiffer.On("password_again")
	}
	hash, err := s.newPassword(ctx, in, a.User, r.Password, policyOf(in))
	if err != nil {
		return err
	}
	return s.unit(ctx, in, c, func(u *unit) error {
		if err := u.spend(ctx, p, fault.ResetTokenInvalid.On("token")); err != nil {
			return err
		}
		if err := u.setPassword(ctx, a, hash, uuid.Nil); err != nil {
			return err
		}
		if _, err := u.Exec(ctx, dropPendingEmail, a.ID, u.Now()); err != nil {
			return err
		}
		if err := u.joined(ctx, a); err != nil {
			return err
		}
		return u.note(ctx, self(a.ID), "password.reset", a.ID, nil)
	})
}

// resetTarget finds the account and the live, unused proof that the token is for it.
func (s *Service) resetTarget(ctx context.Context, in *tenants.Scope, r ResetConfirmation) (account, proof, error) {
	invalid := error(fault.ResetTokenInvalid.On("token"))
	p, err := findProof(ctx, in, proofReset, r.Token, invalid)
	if err != nil && !errors.Is(err, fault.ResetTokenInvalid) {
		return account{}, proof{}, err
	}
	if r.ByToken {
		r.UserID = p.UserID
	}
	a, lookup := accountByID(ctx, in, r.UserID)
	switch {
	case errors.Is(lookup, fault.PathUnknown) && !r.ByToken:
		return account{}, proof{}, fault.ResetUserUnknown.On("uid")
	case lookup != nil && !errors.Is(lookup, fault.PathUnknown):
		return account{}, proof{}, lookup
	case err != nil, lookup != nil, p.UserID != a.ID, p.UsedAt != nil, p.Destination != a.EmailKey, !mayReset(a.User):
		return account{}, proof{}, invalid
	}
	return a, p, nil
}

// mayReset: an invited account has no password yet and gets its first one by the same link.
func mayReset(u User) bool { return u.Active && u.Approval != ApprovalRejected }
