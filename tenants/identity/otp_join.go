package identity

import (
	"context"
	"errors"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
)

// Join is what somebody gives who signs in by code, or up if there is no such account yet.
type Join struct {
	Name   string
	Email  Destination
	Mobile Destination
	Want   Shape
}

// SendJoinCodes sends two different codes, one to the address and one to the number. Faults: BadCharacters and TooLong on
// "name"; EmailElsewhere, MobileElsewhere when one of them belongs to an account that does not have the other one;
// RegistrationClosed; those of SendCode.
func (s *Service) SendJoinCodes(ctx context.Context, in *tenants.Scope, j Join, c Client) error {
	a, err := s.pair(ctx, in, j)
	if err != nil {
		return err
	}
	all := []sending{{to: j.Email, account: a}, {to: j.Mobile, account: a}}
	for i, x := range all {
		all[i].decoy = a.ID != 0 && (!x.to.isOf(a) || maySignInBy(in, a, x.to, c) != nil)
	}
	return s.sendCodes(ctx, in, ForProof, c, all...)
}

// JoinByCode signs in with one of the two codes; a new account is made first. What the other code was sent to stays
// unproven: a number beside a proven address is pending, an address beside a proven number is to be confirmed. Faults:
// those of SendJoinCodes and of guess; with the right code those of LoginByCode.
func (s *Service) JoinByCode(ctx context.Context, in *tenants.Scope, j Join, code string, c Client) (Grant, error) {
	a, err := s.pair(ctx, in, j)
	if err != nil {
		return Grant{}, err
	}
	by, other, row, err := s.guessEither(ctx, in, j, code, c)
	if err != nil {
		return Grant{}, err
	}
	var g Grant
	if a.ID == 0 {
		g, err = s.joinNew(ctx, in, j, by, row, c)
	} else {
		err = s.unit(ctx, in, c, func(u *unit) (err error) {
			if g, err = u.enter(ctx, row, by, j.Want); err != nil {
				return err
			}
			return u.voidCode(ctx, other)
		})
	}
	if err != nil {
		return Grant{}, err
	}
	return g, s.sign(ctx, in, &g)
}

// pair finds the account that has both the address and the number; ID 0 when neither is anybody's.
func (s *Service) pair(ctx context.Context, in *tenants.Scope, j Join) (account, error) {
	var p fault.Problems
	if checkText(&p, "name", j.Name, maxFullName); len(p) > 0 {
		return account{}, p.Err()
	}
	a, err := holderOf(ctx, in, j.Email)
	switch {
	case err != nil:
		return account{}, err
	case a.ID != 0 && a.MobileKey != j.Mobile.Key && a.WantedKey != j.Mobile.Key:
		return account{}, fault.EmailElsewhere.With("email", j.Email.Text, "mobile", j.Mobile.Text)
	case a.ID != 0:
		return a, nil
	}
	if a, err = whoHasOrWants(ctx, in, j.Mobile); err != nil {
		return account{}, err
	}
	if a.ID != 0 {
		return account{}, fault.MobileElsewhere.With("email", j.Email.Text, "mobile", j.Mobile.Text)
	}
	if !in.Settings().Registration.Open {
		return account{}, fault.RegistrationClosed
	}
	return account{}, nil
}

// whoHasOrWants also finds an account with the number pending.
func whoHasOrWants(ctx context.Context, in *tenants.Scope, to Destination) (account, error) {
	a, err := holderOf(ctx, in, to)
	if err != nil || a.ID != 0 {
		return a, err
	}
	a, err = accountBy(ctx, in, `u.pending_mobile_key = $2 order by u.id limit 1`, to.Key)
	if errors.Is(err, fault.PathUnknown) {
		return account{}, nil
	}
	return a, err
}

// guessEither takes the code of the address or of the number. A wrong one costs both a try; what is told is about the
// address.
func (s *Service) guessEither(ctx context.Context, in *tenants.Scope, j Join, code string, c Client) (by, other Destination, row codeRow, err error) {
	if row, err = s.guess(ctx, in, j.Email, ForProof, code, c); err == nil {
		return j.Email, j.Mobile, row, nil
	}
	row, second := s.guess(ctx, in, j.Mobile, ForProof, code, c)
	if second == nil {
		return j.Mobile, j.Email, row, nil
	}
	if fault.From(second).Code.Kind != fault.Forbidden {
		err = second
	}
	return by, other, row, err
}

func (s *Service) joinNew(ctx context.Context, in *tenants.Scope, j Join, by Destination, row codeRow, c Client) (Grant, error) {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.SignUpNetwork, Subject: c.Network()}); err != nil {
		return Grant{}, err
	}
	r := Registration{Username: j.Mobile.Key, Email: j.Email.Text, Name: j.Name, Grammar: Loose, MakeUsername: true}
	if by.Mobile {
		r.Mobile = j.Mobile.Text
	}
	if taken, err := isTaken(ctx, in, r.Username); err != nil || taken {
		if r.Username = ""; err != nil {
			return Grant{}, err
		}
	}
	n, err := s.checkNewAccount(ctx, in, r, c)
	if err != nil {
		return Grant{}, err
	}
	var g Grant
	err = s.unit(ctx, in, c, func(u *unit) (err error) {
		g, err = u.joinNew(ctx, r, n, j, by, row)
		return err
	})
	return g, err
}

func isTaken(ctx context.Context, r reader, username string) (bool, error) {
	var p fault.Problems
	err := complainTaken(ctx, r, &p, names{username: identifier.CanonicalUsername(username)}, 0)
	return len(p) > 0, err
}

const setPendingMobile = `update users set pending_mobile = $3, pending_mobile_key = nullif($4, ''), updated_at = $5 where tenant_id = $1 and id = $2`

// joinNew spends the code and makes the account in one transaction: of any number of parallel calls one does.
func (u *unit) joinNew(ctx context.Context, r Registration, n names, j Join, by Destination, row codeRow) (Grant, error) {
	if err := u.spendCode(ctx, row); err != nil {
		return Grant{}, err
	}
	a, err := u.insert(ctx, r, n, "")
	if err != nil {
		return Grant{}, err
	}
	if err := u.note(ctx, self(a.ID), "user.registered", a.ID, map[string]any{"contract": u.client.Contract, "user_type": a.Type}); err != nil {
		return Grant{}, err
	}
	if a, err = u.proven(ctx, a, by); err != nil {
		return Grant{}, err
	}
	other := j.Email
	if by.Mobile {
		err = u.askToVerify(ctx, a)
	} else {
		other = j.Mobile
		_, err = u.Exec(ctx, setPendingMobile, a.ID, j.Mobile.Text, j.Mobile.Key, u.Now())
	}
	if err != nil {
		return Grant{}, err
	}
	if err := u.voidCode(ctx, other); err != nil {
		return Grant{}, err
	}
	if standing(a.User, u.settings()) != nil {
		return Grant{User: a.User}, nil
	}
	return u.signIn(ctx, a, j.Want, byCode)
}
