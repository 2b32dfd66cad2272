package identity

import (
	"context"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/token"
)

// Invitation is what the mail says of who invites. An invitation is a link to choose the first password, and lives
// longer than one to choose another: settings lifetimes.invitation_seconds.
type Invitation struct {
	From string // the name or address of an administrator; "": the mail names nobody
}

const (
	updateInvited = `update users set invited_until = $3, updated_at = $4 where tenant_id = $1 and id = $2`
	// The link came by mail, so who follows it reads the mailbox.
	updateJoined = `update users set invited_until = null, email_verified_at = coalesce(email_verified_at, $3), updated_at = $3
		where tenant_id = $1 and id = $2 and invited_until is not null`
)

// Invite mails an account that has no password its invitation, whether or not it had one; the link before works no
// more. Faults: PathUnknown; InvitationAccepted once there is a password; NotAllowed for an account that is closed or
// has no address; RateLimited.
func (s *Service) Invite(ctx context.Context, in *tenants.Scope, by By, id int64, i Invitation, c Client) (User, error) {
	if err := s.chargeInvitation(ctx, in); err != nil {
		return User{}, err
	}
	var user User
	err := s.unit(ctx, in, c, func(u *unit) error {
		a, err := accountForUpdate(ctx, u.Tx, id)
		switch {
		case err != nil:
			return err
		case a.HasPassword:
			return fault.InvitationAccepted
		case !mayReset(a.User), a.EmailKey == "":
			return fault.NotAllowed
		}
		user, err = u.invite(ctx, by, a, i)
		return err
	})
	return user, err
}

// Uninvite takes an invitation back: the account, which nobody has used, is erased. Faults: PathUnknown,
// InvitationAccepted for an account that is not invited or has joined.
func (s *Service) Uninvite(ctx context.Context, in *tenants.Scope, by By, id int64, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error {
		a, err := accountForUpdate(ctx, u.Tx, id)
		if err != nil {
			return err
		}
		if a.InvitedUntil == nil {
			return fault.InvitationAccepted
		}
		if err := u.note(ctx, by, "user.uninvited", a.ID, nil); err != nil {
			return err
		}
		return u.erase(ctx, by, a.ID)
	})
}

// chargeInvitation bounds the mails that a tenant sends to addresses nobody has proven.
func (s *Service) chargeInvitation(ctx context.Context, in *tenants.Scope) error {
	return s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.Invitations})
}

func (u *unit) invite(ctx context.Context, by By, a account, i Invitation) (User, error) {
	secret, life := token.NewResetToken(u.Now()), u.settings().Lifetimes.Invitation
	expires, err := u.giveProof(ctx, a, proofReset, secret, a.EmailKey, seconds(life))
	if err != nil {
		return User{}, err
	}
	if _, err := u.Exec(ctx, updateInvited, a.ID, expires, u.Now()); err != nil {
		return User{}, err
	}
	data := map[string]any{"lifetime": life}
	if i.From != "" {
		data["inviter"] = i.From
	}
	err = u.send(ctx, letter{
		message: "user_invitation", to: a, expires: expires, data: data,
		secret: map[string]any{"uid": token.UID(a.ID), "token": secret},
	})
	if err != nil {
		return User{}, err
	}
	a.InvitedUntil = &expires
	return a.User, u.note(ctx, by, "user.invited", a.ID, nil)
}

// joined ends the invitation of an account that has got its first password by a mailed link.
func (u *unit) joined(ctx context.Context, a account) error {
	if a.InvitedUntil == nil {
		return nil
	}
	if _, err := u.Exec(ctx, updateJoined, a.ID, u.Now()); err != nil {
		return err
	}
	return u.note(ctx, self(a.ID), "user.joined", a.ID, nil)
}
