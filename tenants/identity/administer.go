package identity

import (
	"context"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// CreateUser makes an account at an admin's word, without a password: the new user gets a link to choose one, if
// there is an invitation. It counts as approved. Group 0 is that of its type. Faults as Register, per field;
// GroupUnknown on "group"; RateLimited.
func (s *Service) CreateUser(ctx context.Context, in *tenants.Scope, by By, r Registration, group int64, i *Invitation, c Client) (User, error) {
	r.Want = NoToken
	n, err := s.checkNewAccount(ctx, in, r, c)
	if err != nil {
		return User{}, err
	}
	if i != nil {
		if err := s.chargeInvitation(ctx, in); err != nil {
			return User{}, err
		}
	}
	var user User
	err = s.unit(ctx, in, c, func(u *unit) error {
		a, err := u.insert(ctx, r, n, "")
		if err != nil {
			return err
		}
		if err := u.note(ctx, by, "user.created", a.ID, map[string]any{"user_type": a.Type}); err != nil {
			return err
		}
		if a.Approval == ApprovalPending {
			if _, err := u.Exec(ctx, updateApproval, a.ID, ApprovalApproved, "", u.Now()); err != nil {
				return err
			}
			a.Approval = ApprovalApproved
		}
		if user, err = u.settle(ctx, by, a, group); err != nil || i == nil {
			return err
		}
		invited, err := u.invite(ctx, by, a, *i)
		user.InvitedUntil = invited.InvitedUntil
		return err
	})
	return user, err
}

// settle moves a new account into the group it was made for.
func (u *unit) settle(ctx context.Context, by By, a account, group int64) (User, error) {
	if group == 0 || group == a.Group.ID {
		return a.User, nil
	}
	if err := u.setGroup(ctx, by, a, &group); err != nil {
		return User{}, err
	}
	a, err := accountByID(ctx, u.Tx, a.ID)
	return a.User, err
}

// checkNewAccount is checkRegistration without the rules for a password.
func (s *Service) checkNewAccount(ctx context.Context, in *tenants.Scope, r Registration, c Client) (names, error) {
	n, err := s.checkRegistration(ctx, in, r, c)
	if err == nil {
		return n, nil
	}
	f := fault.From(err)
	var p fault.Problems
	for _, field := range f.Fields {
		if field.Name != "password" {
			p = append(p, field)
		}
	}
	if len(f.Fields) == 0 {
		return n, err
	}
	return n, p.Err()
}

// UserChange holds what an admin changes about an account; nil leaves a field as it is.
type UserChange struct {
	ProfileChange
	Active *bool
	Group  *int64
}

// ChangeUser changes an account at an admin's word. A disabled account's tokens fail from the next request on, and say
// why; they do not come back to life when it is enabled again. A new group's permissions act on the next request. Faults: PathUnknown, GroupUnknown on "group", and those of a
// profile.
func (s *Service) ChangeUser(ctx context.Context, in *tenants.Scope, by By, id int64, ch UserChange, c Client) (User, error) {
	var user User
	err := s.unit(ctx, in, c, func(u *unit) error {
		a, err := accountForUpdate(ctx, u.Tx, id)
		if err != nil {
			return err
		}
		if _, err := u.changeProfile(ctx, by, a, ch.ProfileChange); err != nil {
			return err
		}
		if err := u.setGroup(ctx, by, a, ch.Group); err != nil {
			return err
		}
		if err := u.setActive(ctx, by, a, ch.Active); err != nil {
			return err
		}
		a, err = accountByID(ctx, u.Tx, id)
		user = a.User
		return err
	})
	return user, err
}

const (
	updateGroupOf = `update users set group_id = $3, updated_at = $4 where tenant_id = $1 and id = $2`
	updateActive  = `update users set active = $3, updated_at = $4 where tenant_id = $1 and id = $2`
)

func (u *unit) setGroup(ctx context.Context, by By, a account, to *int64) error {
	if to == nil || *to == a.Group.ID {
		return nil
	}
	if err := u.groupExists(ctx, *to); err != nil {
		return err
	}
	if _, err := u.Exec(ctx, updateGroupOf, a.ID, *to, u.Now()); err != nil {
		return err
	}
	return u.note(ctx, by, "user.group_changed", a.ID, map[string]any{"from": a.Group.ID, "to": *to})
}

func (u *unit) setActive(ctx context.Context, by By, a account, to *bool) error {
	if to == nil || *to == a.Active {
		return nil
	}
	if _, err := u.Exec(ctx, updateActive, a.ID, *to, u.Now()); err != nil {
		return err
	}
	if err := u.voidProofs(ctx, a.ID, proofReset); err != nil {
		return err
	}
	if !*to {
		return u.note(ctx, by, "user.disabled", a.ID, nil)
	}
	if _, err := u.endSessions(ctx, a.ID, uuid.Nil, "disabled"); err != nil {
		return err
	}
	return u.note(ctx, by, "user.enabled", a.ID, nil)
}

const (
	eraseOutbox = `delete from outbox where tenant_id = $1 and user_id = $2`
	// Codes and messages from before there was the account: they know its address or number only.
	eraseCodes  = `delete from codes where tenant_id = $1 and destination in (select value from identifiers where tenant_id = $1 and user_id = $2)`
	eraseStrays = `delete from outbox where tenant_id = $1 and user_id is null and recipient in (select value from identifiers where tenant_id = $1 and user_id = $2)`
	eraseUser   = `delete from users where tenant_id = $1 and id = $2`
	// Not where others acted on the account: those addresses are theirs.
	eraseTrail = `update audit set ip = '' where tenant_id = $1 and ip <> '' and actor_kind = 'user' and actor_id = $2::bigint::text`
)

// EraseUser deletes an account with all that is personal about it: names, sessions, proofs, messages, its picture and the
// addresses it came from. What stays is the audit trail, which holds ids only. Fault: PathUnknown.
func (s *Service) EraseUser(ctx context.Context, in *tenants.Scope, by By, id int64, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error { return u.erase(ctx, by, id) })
}

func (u *unit) erase(ctx context.Context, by By, id int64) error {
	a, err := accountForUpdate(ctx, u.Tx, id)
	if err != nil {
		return err
	}
	if err := u.dropPicture(ctx, a); err != nil {
		return err
	}
	if err := u.note(ctx, by, "user.erased", id, nil); err != nil {
		return err
	}
	for _, q := range []string{eraseOutbox, eraseCodes, eraseStrays, eraseUser, eraseTrail} {
		if _, err := u.Exec(ctx, q, id); err != nil {
			return err
		}
	}
	return nil
}
