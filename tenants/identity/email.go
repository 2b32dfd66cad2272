package identity

import (
	"context"
	"errors"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/token"
)

const (
	setPendingEmail  = `update users set pending_email = $3, pending_email_key = $4, updated_at = $5 where tenant_id = $1 and id = $2`
	dropPendingEmail = `update users set pending_email = '', pending_email_key = null, updated_at = $3 where tenant_id = $1 and id = $2`
	takePendingEmail = `update users set email = pending_email, email_key = pending_email_key, email_verified_at = $3, pending_email = '',
		pending_email_key = null, updated_at = $3 where tenant_id = $1 and id = $2`
)

// RequestEmailChange notes another address, mails a proof link there and tells the old one. Until it is proven the new address is shown
// and nothing else: the old one signs in, recovers and receives. Faults: PasswordWrong on "password"; BadEmail,
// EmailTaken on "email" (in tenants that hide accounts, a taken one is found out at the confirmation only);
// ReauthRequired, see signedInRecently.
func (s *Service) RequestEmailChange(ctx context.Context, in *tenants.Scope, a *Actor, email, password string, c Client) error {
	if err := s.signedInRecently(in, a); err != nil {
		return err
	}
	var p fault.Problems
	key := Django.checkEmail(&p, "email", email)
	if email == "" {
		p.Add("email", fault.Required)
	}
	if len(p) == 0 && !in.Settings().Privacy.HideAccountExistence {
		if err := complainTaken(ctx, in, &p, names{email: key}, a.User.ID); err != nil {
			return err
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	if err := s.confirmPassword(ctx, in, a, password); err != nil {
		return err
	}
	return s.unit(ctx, in, c, func(u *unit) error { return u.wantEmail(ctx, a.account, email, key) })
}

// wantEmail notes an address as the account's pending one, mails a proof link there and tells the present one.
func (u *unit) wantEmail(ctx context.Context, a account, email, key string) error {
	secret := token.NewMailKey()
	expires, err := u.giveProof(ctx, a, proofChange, secret, key, seconds(u.settings().Lifetimes.EmailKey))
	if err != nil {
		return err
	}
	if _, err := u.Exec(ctx, setPendingEmail, a.ID, email, key, u.Now()); err != nil {
		return err
	}
	err = u.send(ctx, letter{message: "email_change", to: a, address: email, secret: map[string]any{"key": secret}, expires: expires})
	if err != nil {
		return err
	}
	if err := u.send(ctx, letter{message: "email_change_requested", to: a, data: map[string]any{"new_email": email}}); err != nil {
		return err
	}
	return u.note(ctx, self(a.ID), "email.change_requested", a.ID, nil)
}

// confirmPassword asks for the password again before something that cannot be undone. Fault: PasswordWrong on
// "password".
func (s *Service) confirmPassword(ctx context.Context, in *tenants.Scope, a *Actor, password string) error {
	err := s.checkOld(ctx, in, a, PasswordChange{Old: &password})
	if f := fault.From(err); err != nil && f.Code == fault.ValidationFailed {
		return fault.PasswordWrong.On("password")
	}
	return err
}

// ConfirmEmailChange spends the key that was mailed to a new address. The address becomes the account's, is proven,
// and the old one is told; reset links end. Faults: KeyInvalid, also when somebody else has proven the address since.
func (s *Service) ConfirmEmailChange(ctx context.Context, in *tenants.Scope, key string, c Client) (User, error) {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.VerifyNetwork, Subject: c.Network()}); err != nil {
		return User{}, err
	}
	var user User
	err := s.unit(ctx, in, c, func(u *unit) error {
		p, err := findProof(ctx, u, proofChange, key, fault.KeyInvalid)
		if err != nil {
			return err
		}
		a, err := accountForUpdate(ctx, u.Tx, p.UserID)
		if err != nil || a.PendingKey != p.Destination || !a.Active {
			return orElse(err, fault.KeyInvalid)
		}
		if err := u.spend(ctx, p, fault.KeyInvalid); err != nil {
			return err
		}
		user, err = u.moveTo(ctx, a)
		return err
	})
	return user, err
}

// moveTo makes the proven pending address the account's own.
func (u *unit) moveTo(ctx context.Context, a account) (User, error) {
	n := names{username: a.UsernameKey, email: a.PendingKey, mobile: a.MobileKey}
	err := u.rename(ctx, a, n)
	if errors.Is(err, fault.EmailTaken) {
		return User{}, fault.KeyInvalid
	}
	if err != nil {
		return User{}, err
	}
	if _, err := u.Exec(ctx, takePendingEmail, a.ID, u.Now()); err != nil {
		return User{}, err
	}
	for _, purpose := range []string{proofReset, proofSignIn, proofVerify} {
		if err := u.voidProofs(ctx, a.ID, purpose); err != nil {
			return User{}, err
		}
	}
	if err := u.send(ctx, letter{message: "email_changed_notice", to: a, data: map[string]any{"new_email": a.PendingEmail}}); err != nil {
		return User{}, err
	}
	if err := u.note(ctx, self(a.ID), "email.changed", a.ID, nil); err != nil {
		return User{}, err
	}
	if err := u.approveByRule(ctx, a.ID); err != nil {
		return User{}, err
	}
	moved, err := accountByID(ctx, u.Tx, a.ID)
	return moved.User, err
}
