package identity

import (
	"context"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
)

// RequestMobile notes a number as the one that the actor wants and texts a code to it. Until that comes back the number
// is shown and nothing else; the one before goes on. Faults: BadMobile and MobileTaken on "mobile" (in tenants that hide
// accounts, a taken one is found out at the confirmation only); PasswordWrong on "password"; ReauthRequired; those of
// SendCode.
func (s *Service) RequestMobile(ctx context.Context, in *tenants.Scope, a *Actor, mobile, password string, c Client) error {
	if err := s.signedInRecently(in, a); err != nil {
		return err
	}
	key, ok := identifier.Mobile(mobile, "")
	if !ok {
		return fault.BadMobile.On("mobile")
	}
	if err := s.confirmPassword(ctx, in, a, password); err != nil {
		return err
	}
	to := Destination{Text: mobile, Key: key, Mobile: true}
	if to.isOf(a.account) && a.User.MobileVerified {
		return fault.MobileTaken.On("mobile")
	}
	holder, err := holderOf(ctx, in, to)
	if err != nil {
		return err
	}
	if holder.ID != 0 && holder.ID != a.User.ID && !holder.yields(key) && !in.Settings().Privacy.HideAccountExistence {
		return fault.MobileTaken.On("mobile")
	}
	return s.sendCodesAnd(ctx, in, ForProof, c, func(u *unit) error {
		if to.isOf(a.account) {
			return nil
		}
		return u.wantMobile(ctx, a.account, mobile, key)
	}, sending{to: to, account: a.account})
}

// ConfirmMobile makes the number that the actor wants, or has not proven yet, his own, with the code that was texted to
// it. Faults: those of a code, see guess; MobileTaken on "mobile" when somebody else has proven it.
func (s *Service) ConfirmMobile(ctx context.Context, in *tenants.Scope, a *Actor, code string, c Client) (User, error) {
	to := Destination{Text: a.User.PendingMobile, Key: a.account.WantedKey, Mobile: true}
	if to.Key == "" && !a.User.MobileVerified {
		to.Text, to.Key = a.User.Mobile, a.account.MobileKey
	}
	return s.confirmOwn(ctx, in, a, to, code, c)
}

// SendEmailCode mails a code with which the actor proves the address he has. Faults: AlreadyVerified; NotAllowed for an
// account without an address; those of SendCode.
func (s *Service) SendEmailCode(ctx context.Context, in *tenants.Scope, a *Actor, c Client) error {
	switch {
	case a.account.EmailKey == "":
		return fault.NotAllowed
	case a.User.EmailVerified:
		return fault.AlreadyVerified
	}
	to := Destination{Text: a.User.Email, Key: a.account.EmailKey}
	return s.sendCodes(ctx, in, ForProof, c, sending{to: to, account: a.account})
}

// ConfirmEmailByCode proves the actor's address with the code that was mailed to it. Faults: those of a code, see guess.
func (s *Service) ConfirmEmailByCode(ctx context.Context, in *tenants.Scope, a *Actor, code string, c Client) (User, error) {
	return s.confirmOwn(ctx, in, a, Destination{Text: a.User.Email, Key: a.account.EmailKey}, code, c)
}

func (s *Service) confirmOwn(ctx context.Context, in *tenants.Scope, a *Actor, to Destination, code string, c Client) (User, error) {
	if to.Key == "" {
		return User{}, fault.CodeNone
	}
	row, err := s.guess(ctx, in, to, ForProof, code, c)
	if err != nil {
		return User{}, err
	}
	var user User
	err = s.unit(ctx, in, c, func(u *unit) error {
		if err := u.spendCode(ctx, row); err != nil {
			return err
		}
		used, err := u.proveOwn(ctx, a.User.ID, to)
		if err != nil {
			return err
		}
		if !used { // it is not his any more, nor does he want it
			return fault.CodeNone
		}
		now, err := accountByID(ctx, u.Tx, a.User.ID)
		user = now.User
		return err
	})
	return user, err
}
