package identity

import (
	"context"
	"errors"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
)

// markVerified proves the address only while it is still the account's.
const markVerified = `update users set email_verified_at = coalesce(email_verified_at, $4), updated_at = $4
	where tenant_id = $1 and id = $2 and email_key = $3`

// VerifyEmail spends the key of a confirmation mail. The same key again, while it has not expired, is a success that
// changes nothing (a double click). Fault: KeyInvalid.
func (s *Service) VerifyEmail(ctx context.Context, in *tenants.Scope, key string, c Client) (User, error) {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.VerifyNetwork, Subject: c.Network()}); err != nil {
		return User{}, err
	}
	var user User
	err := s.unit(ctx, in, c, func(u *unit) error {
		p, err := findProof(ctx, u, proofVerify, key, fault.KeyInvalid)
		if err != nil {
			return err
		}
		a, err := accountForUpdate(ctx, u.Tx, p.UserID)
		if err != nil || a.EmailKey != p.Destination || !a.Active {
			return orElse(err, fault.KeyInvalid)
		}
		// The other click of a double click may have spent the key while this one waited for the account.
		if p, err = findProof(ctx, u, proofVerify, key, fault.KeyInvalid); err != nil {
			return err
		}
		user = a.User
		user.EmailVerified = true
		if p.UsedAt != nil {
			return nil
		}
		return u.verified(ctx, a, p)
	})
	return user, err
}

// orElse gives the fault a caller may know for an account that went away, and any other error as it is.
func orElse(err error, otherwise *fault.Code) error {
	if err == nil || errors.Is(err, fault.PathUnknown) {
		return otherwise
	}
	return err
}

func (u *unit) verified(ctx context.Context, a account, p proof) error {
	if err := u.spend(ctx, p, fault.KeyInvalid); err != nil {
		return err
	}
	if _, err := u.Exec(ctx, markVerified, a.ID, p.Destination, u.Now()); err != nil {
		return err
	}
	if err := u.note(ctx, self(a.ID), "email.verified", a.ID, nil); err != nil {
		return err
	}
	return u.approveByRule(ctx, a.ID)
}

// resendPause holds a second confirmation mail to the same address back, as allauth does.
const resendPause = 180 * time.Second

// ResendVerification mails a fresh key to an account that has not proven its address. It says nothing about whether
// there is one, and does nothing within three minutes of the last mail, or when the mailbox has had enough.
func (s *Service) ResendVerification(ctx context.Context, in *tenants.Scope, email string, c Client) error {
	key, ok := identifier.LooseEmail(email)
	if !ok {
		return fault.BadEmail.On("email")
	}
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.ResetNetwork, Subject: c.Network()}); err != nil {
		return err
	}
	enough := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.ResendMailbox, Subject: key}) != nil
	return s.unit(ctx, in, c, func(u *unit) error {
		a, err := accountBy(ctx, u.Tx, `u.email_key = $2`, key)
		if errors.Is(err, fault.PathUnknown) || err == nil && (a.EmailVerified || !a.Active || enough) {
			return nil
		}
		if err != nil {
			return err
		}
		wait, err := u.cooling(ctx, a.ID, proofVerify, resendPause)
		if err != nil || wait {
			return err
		}
		return u.askToVerify(ctx, a)
	})
}

// SendVerification mails a fresh key at an admin's word. Faults: PathUnknown, AlreadyVerified, NotAllowed for an account
// without an address.
func (s *Service) SendVerification(ctx context.Context, in *tenants.Scope, by By, id int64, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error {
		a, err := accountForUpdate(ctx, u.Tx, id)
		if err != nil {
			return err
		}
		switch {
		case a.EmailKey == "":
			return fault.NotAllowed
		case a.EmailVerified:
			return fault.AlreadyVerified
		}
		if err := u.askToVerify(ctx, a); err != nil {
			return err
		}
		return u.note(ctx, by, "email.verification_sent", id, nil)
	})
}
