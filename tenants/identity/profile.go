package identity

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/password"
)

// ProfileChange holds what a user changes about himself; nil leaves a field as it is.
type ProfileChange struct {
	Username, FirstName, LastName, Name, Avatar, Locale *string
	About                                               func(*Profile) // changes the rest of the profile as it is now; nil: nothing
	Grammar                                             Grammar        // what may be a username
	Password                                            *string        // another password, set in the same step
	AnyPassword                                         bool           // ask nothing of it but its length
	Known                                               fault.Problems // complaints the contract has already; told with the core's own
}

// UpdateProfile changes what the actor says of himself, and his password if one is given: then as ChangePassword does, with
// his own session living on. Faults per field: Blank, TooLong, BadUsername, UsernameTaken, BadCharacters, on "password" the
// password rules; ReauthRequired, see signedInRecently; Busy.
func (s *Service) UpdateProfile(ctx context.Context, in *tenants.Scope, a *Actor, ch ProfileChange, c Client) (User, error) {
	if ch.Password == nil {
		return s.changeProfile(ctx, in, self(a.User.ID), a.User.ID, ch, c)
	}
	if err := errors.Join(s.signedInRecently(in, a), ch.Known.Err()); err != nil {
		return User{}, err
	}
	hash, err := s.newPassword(ctx, in, a.User, *ch.Password, ch.policy(in))
	if err != nil {
		return User{}, err
	}
	var user User
	err = s.unit(ctx, in, c, func(u *unit) error {
		locked, err := accountForUpdate(ctx, u.Tx, a.User.ID)
		if err != nil {
			return err
		}
		if user, err = u.changeProfile(ctx, self(a.User.ID), locked, ch); err != nil {
			return err
		}
		if err := u.setPassword(ctx, locked, hash, a.Session.ID); err != nil {
			return err
		}
		return u.note(ctx, self(a.User.ID), "password.changed", a.User.ID, nil)
	})
	return user, err
}

func (c ProfileChange) policy(in *tenants.Scope) password.Policy {
	if c.AnyPassword {
		return lengthAlone(in)
	}
	return policyOf(in)
}

func (s *Service) changeProfile(ctx context.Context, in *tenants.Scope, by By, id int64, ch ProfileChange, c Client) (User, error) {
	var user User
	err := s.unit(ctx, in, c, func(u *unit) error {
		a, err := accountForUpdate(ctx, u.Tx, id)
		if err != nil {
			return err
		}
		user, err = u.changeProfile(ctx, by, a, ch)
		return err
	})
	return user, err
}

const updateProfile = `update users set username = $3, username_key = nullif($4, ''), first_name = $5, last_name = $6, first_name_key = $7,
	last_name_key = $8, locale = $9, name = $10, avatar = $11, updated_at = $12 where tenant_id = $1 and id = $2`

func (u *unit) changeProfile(ctx context.Context, by By, a account, ch ProfileChange) (User, error) {
	p := slices.Clone(ch.Known)
	changed := map[string]any{}
	n := a.rewrite(ch, &p, changed)
	if err := complainTaken(ctx, u, &p, names{username: n.username}, a.ID); err != nil {
		return User{}, err
	}
	about, err := u.editAbout(ctx, a.ID, ch.About, &p)
	if err != nil {
		return User{}, err
	}
	if about != nil {
		changed["profile"] = true
	}
	if err := p.Err(); err != nil || len(changed) == 0 {
		return a.User, err
	}
	if err := u.rename(ctx, a, n); err != nil {
		return User{}, err
	}
	_, err = u.Exec(ctx, updateProfile, a.ID, a.Username, n.username, a.FirstName, a.LastName, nameKey(a.FirstName), nameKey(a.LastName), a.Locale,
		a.Name, a.Avatar, u.Now())
	if err != nil {
		return User{}, err
	}
	if about != nil {
		if err := u.saveProfile(ctx, a.ID, *about); err != nil {
			return User{}, err
		}
	}
	return a.User, u.note(ctx, by, "user.profile_changed", a.ID, changed)
}

// rewrite puts the change into a, notes which fields it touched, and gives the names a then goes by.
func (a *account) rewrite(ch ProfileChange, p *fault.Problems, changed map[string]any) names {
	set := func(field string, to *string, now *string) {
		if to != nil && *to != *now {
			*now, changed[field] = *to, true
		}
	}
	n := names{username: a.UsernameKey, email: a.EmailKey, mobile: a.MobileKey}
	if ch.Username != nil {
		if *ch.Username == "" {
			p.Add("username", fault.Blank)
		}
		n.username = ch.Grammar.checkUsername(p, *ch.Username)
	}
	set("username", ch.Username, &a.Username)
	set("first_name", ch.FirstName, &a.FirstName)
	set("last_name", ch.LastName, &a.LastName)
	set("name", ch.Name, &a.Name)
	set("avatar", ch.Avatar, &a.Avatar)
	set("locale", ch.Locale, &a.Locale)
	checkPersonName(p, "first_name", a.FirstName)
	checkPersonName(p, "last_name", a.LastName)
	checkText(p, "name", a.Name, maxFullName)
	checkStory(p, "avatar", &a.Avatar)
	return n
}

// editAbout gives the edited profile, or nil when nothing is edited. Counters are not the user's to change.
func (u *unit) editAbout(ctx context.Context, userID int64, edit func(*Profile), p *fault.Problems) (*Profile, error) {
	if edit == nil {
		return nil, nil
	}
	before, err := profileOf(ctx, u, userID)
	if err != nil {
		return nil, err
	}
	after := before
	edit(&after)
	after.Counters = before.Counters
	after.check(p)
	if reflect.DeepEqual(before, after) {
		return nil, nil
	}
	return &after, nil
}

// rename makes the account go by n and by nothing else.
func (u *unit) rename(ctx context.Context, a account, n names) error {
	if n == (names{username: a.UsernameKey, email: a.EmailKey, mobile: a.MobileKey}) {
		return nil
	}
	if err := u.claim(ctx, n, a.ID); err != nil {
		return err
	}
	return u.release(ctx, n, a.ID)
}
