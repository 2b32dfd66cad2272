package identity

import (
	"context"
	"errors"
	"slices"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// AccountChange is everything a user changes about his account in one go; nil leaves a field as it is.
type AccountChange struct {
	Username, Name  *string
	Email, Password *string
	Mobile          *string // "" takes the number away
	Grammar         Grammar
	Proof           Proof          // whether a new address or number was proven by code before
	Known           fault.Problems // complaints the contract has already; told with the core's own
}

// ChangeAccount changes all that is given, or nothing. A new address or number that was not proven by code is noted as
// pending: the one before goes on to sign in, to recover and to receive, and is told. A new password ends all other sessions.
// Faults per field: Blank, BadUsername, UsernameTaken, BadEmail, EmailTaken, EmailUnproven, BadMobile, MobileTaken,
// MobileUnproven, TooLong, BadCharacters, the password rules; ReauthRequired, see signedInRecently.
func (s *Service) ChangeAccount(ctx context.Context, in *tenants.Scope, a *Actor, ch AccountChange, c Client) (User, error) {
	if ch.Email != nil || ch.Mobile != nil || ch.Password != nil {
		if err := s.signedInRecently(in, a); err != nil {
			return User{}, err
		}
	}
	w, err := s.checkChange(ctx, in, a, ch, c)
	if err != nil {
		return User{}, err
	}
	hash := ""
	if ch.Password != nil {
		if hash, err = s.Hashes.Hash(ctx, in.ID().String(), *ch.Password); err != nil {
			return User{}, err
		}
	}
	var user User
	err = s.unit(ctx, in, c, func(u *unit) (err error) {
		user, err = u.changeAccount(ctx, a, ch, w, hash)
		return err
	})
	return user, err
}

// wishes are the canonical forms of an address and a number that the account does not have yet; "" for none.
type wishes struct{ email, mobile string }

// checkChange collects every complaint.
func (s *Service) checkChange(ctx context.Context, in *tenants.Scope, a *Actor, ch AccountChange, c Client) (wishes, error) {
	p, before := slices.Clone(ch.Known), a.account
	after := before
	n := after.rewrite(ProfileChange{Username: ch.Username, Name: ch.Name, Grammar: ch.Grammar}, &p, map[string]any{})
	w := ch.wishes(before, &p)
	if err := complainTaken(ctx, in, &p, names{username: n.username, mobile: w.mobile}, before.ID); err != nil {
		return w, err
	}
	if ch.Proof != ProofIgnored {
		if err := forgiveYielding(ctx, in, &p, w.mobile, c); err != nil {
			return w, err
		}
	}
	if !in.Settings().Privacy.HideAccountExistence {
		if err := complainTaken(ctx, in, &p, names{email: w.email}, before.ID); err != nil {
			return w, err
		}
	}
	if ch.Proof == ProofNeeded {
		if err := complainUnproven(ctx, in, &p, names{email: w.email, mobile: w.mobile}, c); err != nil {
			return w, err
		}
	}
	if ch.Password != nil && !p.Has("password") {
		p = append(p, policyOf(in).Check("password", *ch.Password, about(after.User)...)...)
	}
	return w, p.Err()
}

func (c AccountChange) wishes(a account, p *fault.Problems) (w wishes) {
	if c.Email != nil {
		if *c.Email == "" && !p.Has("email") {
			p.Add("email", fault.Blank)
		}
		if w.email = c.Grammar.checkEmail(p, "email", *c.Email); w.email == a.EmailKey {
			w.email = ""
		}
	}
	if c.Mobile != nil {
		if w.mobile = c.Grammar.checkMobile(p, *c.Mobile); w.mobile == a.MobileKey {
			w.mobile = ""
		}
	}
	return w
}

func (u *unit) changeAccount(ctx context.Context, actor *Actor, ch AccountChange, w wishes, hash string) (User, error) {
	a, err := accountForUpdate(ctx, u.Tx, actor.User.ID)
	if err != nil {
		return User{}, err
	}
	if _, err := u.changeProfile(ctx, self(a.ID), a, ProfileChange{Username: ch.Username, Name: ch.Name, Grammar: ch.Grammar}); err != nil {
		return User{}, err
	}
	for _, step := range []func(context.Context, account, AccountChange, wishes) error{u.changeEmail, u.changeMobile} {
		if a, err = accountByID(ctx, u.Tx, a.ID); err != nil {
			return User{}, err
		}
		if err := step(ctx, a, ch, w); err != nil {
			return User{}, err
		}
	}
	if hash != "" {
		if err := u.setPassword(ctx, a, hash, actor.Session.ID); err != nil {
			return User{}, err
		}
		if err := u.note(ctx, self(a.ID), "password.changed", a.ID, nil); err != nil {
			return User{}, err
		}
	}
	a, err = accountByID(ctx, u.Tx, a.ID)
	return a.User, err
}

const (
	dropPendingMobile = `update users set pending_mobile = '', pending_mobile_key = null, updated_at = $3 where tenant_id = $1 and id = $2`
	setMobile         = `update users set mobile = $3, mobile_key = nullif($4, ''), mobile_verified_at = $5, pending_mobile = '', pending_mobile_key = null,
		updated_at = $6 where tenant_id = $1 and id = $2`
)

func (u *unit) changeEmail(ctx context.Context, a account, ch AccountChange, w wishes) error {
	switch {
	case ch.Email == nil:
		return nil
	case w.email == "":
		_, err := u.Exec(ctx, dropPendingEmail, a.ID, u.Now())
		return err
	}
	proven, err := u.proofFor(ctx, ch.Proof, w.email)
	if err != nil {
		return err
	}
	if !proven {
		return u.wantEmail(ctx, a, *ch.Email, w.email)
	}
	if _, err := u.Exec(ctx, setPendingEmail, a.ID, *ch.Email, w.email, u.Now()); err != nil {
		return err
	}
	a.PendingEmail, a.PendingKey = *ch.Email, w.email
	_, err = u.moveTo(ctx, a)
	return orTaken(err, fault.EmailTaken.On("email"))
}

func (u *unit) changeMobile(ctx context.Context, a account, ch AccountChange, w wishes) error {
	switch {
	case ch.Mobile == nil:
		return nil
	case *ch.Mobile == "":
		return u.moveToMobile(ctx, a, "", "", false)
	case w.mobile == "":
		_, err := u.Exec(ctx, dropPendingMobile, a.ID, u.Now())
		return err
	}
	proven, err := u.proofFor(ctx, ch.Proof, w.mobile)
	if err != nil {
		return err
	}
	if proven {
		if err := u.takeOver(ctx, w.mobile); err != nil {
			return err
		}
		return u.moveToMobile(ctx, a, *ch.Mobile, w.mobile, true)
	}
	if a.MobileKey == "" { // there is none to go on with; it is as good as one that is named at sign-up
		return u.moveToMobile(ctx, a, *ch.Mobile, w.mobile, false)
	}
	return u.wantMobile(ctx, a, *ch.Mobile, w.mobile)
}

// proofFor spends a proof by code where that counts.
func (u *unit) proofFor(ctx context.Context, use Proof, key string) (bool, error) {
	if use == ProofIgnored {
		return false, nil
	}
	return u.takeProof(ctx, key)
}

// wantMobile notes a number as the account's pending one.
func (u *unit) wantMobile(ctx context.Context, a account, mobile, key string) error {
	if _, err := u.Exec(ctx, setPendingMobile, a.ID, mobile, key, u.Now()); err != nil {
		return err
	}
	return u.note(ctx, self(a.ID), "mobile.change_requested", a.ID, nil)
}

// moveToMobile makes a number the account's own, or takes its number away. Fault: MobileTaken on "mobile".
func (u *unit) moveToMobile(ctx context.Context, a account, mobile, key string, proven bool) error {
	if err := u.rename(ctx, a, names{username: a.UsernameKey, email: a.EmailKey, mobile: key}); err != nil {
		return err
	}
	var verified any
	if proven {
		verified = u.Now()
	}
	if _, err := u.Exec(ctx, setMobile, a.ID, mobile, key, verified, u.Now()); err != nil {
		return err
	}
	return u.note(ctx, self(a.ID), "mobile.changed", a.ID, nil)
}

// orTaken says in the words of a change why moveTo did not.
func orTaken(err, taken error) error {
	if errors.Is(err, fault.KeyInvalid) {
		return taken
	}
	return err
}
