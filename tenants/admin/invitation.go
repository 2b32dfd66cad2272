package admin

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/token"
)

// InviteOperator asks somebody to become an operator, and mails him; inviting him again sends a new link. Nothing is his
// before he accepts, not even when he administers a tenant already: such an account proves nothing about the address.
// Faults: BadEmail and OperatorTaken on "email", NotChoice on "role", NotAllowed.
func (s *Service) InviteOperator(ctx context.Context, by *Actor, email, role string, c identity.Client) (o Operator, err error) {
	key, err := seatKey(email, role, OperatorRoles)
	if err != nil {
		return o, err
	}
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		if err := stillOwner(ctx, tx, by); err != nil {
			return err
		}
		a, err := accountOf(ctx, tx, email, key)
		if err != nil {
			return err
		}
		if a.Operator {
			return fault.OperatorTaken.On("email")
		}
		if o, err = invitedOperator(ctx, tx, a.ID, email, role); err != nil {
			return err
		}
		o, err = s.mailOperator(ctx, tx, by, o, c)
		return err
	})
	return o, err
}

// InviteOperatorAgain sends a new link to one who is invited; the old one ends. Faults: PathUnknown, InvitationAccepted,
// NotAllowed.
func (s *Service) InviteOperatorAgain(ctx context.Context, by *Actor, id uuid.UUID, c identity.Client) (o Operator, err error) {
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		if o, err = openInvitation(ctx, tx, by, id); err != nil {
			return err
		}
		o, err = s.mailOperator(ctx, tx, by, o, c)
		return err
	})
	return o, err
}

// RevokeOperator takes an invitation back. Faults as InviteOperatorAgain.
func (s *Service) RevokeOperator(ctx context.Context, by *Actor, id uuid.UUID, c identity.Client) error {
	return s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		o, err := openInvitation(ctx, tx, by, id)
		if err != nil {
			return err
		}
		return s.revoke(ctx, tx, by, o, c)
	})
}

func (s *Service) revoke(ctx context.Context, tx *tenants.PlatformTx, by *Actor, o Operator, c identity.Client) error {
	if _, err := tx.Exec(ctx, `delete from operator_invitations where admin_id = $1`, o.ID); err != nil {
		return err
	}
	if err := s.Box.WithdrawPlatform(ctx, tx, string(message.OperatorInvitation), o.Email); err != nil {
		return err
	}
	return noteBy(ctx, tx, by.Who(c), "operator.uninvited", o.ID, map[string]any{})
}

// stillOwner looks once more, in the transaction, so that an owner who was removed a moment ago invites nobody. Fault:
// NotAllowed.
func stillOwner(ctx context.Context, tx *tenants.PlatformTx, by *Actor) error {
	owner := false
	if err := tx.Get(ctx, &owner, `select platform_owner from admins where id = $1 for share`, by.Admin.ID); err != nil {
		return err
	}
	if !owner {
		return fault.NotAllowed
	}
	return nil
}

func openInvitation(ctx context.Context, tx *tenants.PlatformTx, by *Actor, id uuid.UUID) (Operator, error) {
	if err := stillOwner(ctx, tx, by); err != nil {
		return Operator{}, err
	}
	o, err := operatorIn(ctx, tx, id)
	if err == nil && !o.Invited {
		return o, fault.InvitationAccepted
	}
	return o, err
}

// invitedOperator writes the invitation; mailOperator gives it a token that works.
func invitedOperator(ctx context.Context, tx *tenants.PlatformTx, id uuid.UUID, email, role string) (Operator, error) {
	_, err := tx.Exec(ctx, `insert into operator_invitations (admin_id, email, owner, token_hash, expires_at) values ($1, $2, $3, $4, now())
		on conflict (admin_id) do update set email = excluded.email, owner = excluded.owner`, id, email, role == RoleOwner, token.Hash(token.NewMailKey()))
	if err != nil {
		return Operator{}, err
	}
	return operatorIn(ctx, tx, id)
}

// mailOperator makes the invitation's token anew, owes the mail with it, and withdraws an older mail that waits still.
func (s *Service) mailOperator(ctx context.Context, tx *tenants.PlatformTx, by *Actor, o Operator, c identity.Client) (Operator, error) {
	secret, until := token.NewMailKey(), s.Now().Add(invitationLife)
	if _, err := tx.Exec(ctx, `update operator_invitations set token_hash = $2, expires_at = $3 where admin_id = $1`, o.ID, token.Hash(secret), until); err != nil {
		return o, err
	}
	if err := s.Box.WithdrawPlatform(ctx, tx, string(message.OperatorInvitation), o.Email); err != nil {
		return o, err
	}
	err := s.Box.AddPlatform(ctx, tx, outbox.Job{
		Recipient: o.Email, Secret: map[string]any{"key": secret}, ExpiresAt: until,
		Payload: map[string]any{"message": message.OperatorInvitation, "inviter": called(by.Admin), "language": c.Language},
	})
	if err != nil {
		return o, err
	}
	if err := noteBy(ctx, tx, by.Who(c), "operator.invited", o.ID, map[string]any{"role": o.Role}); err != nil {
		return o, err
	}
	return operatorIn(ctx, tx, o.ID)
}

// Accept spends an invitation, of a tenant or of the platform: the administrator chooses a password and is signed in.
// Faults: InvitationInvalid on "token", the password rules on "password".
func (s *Service) Accept(ctx context.Context, secret, text, name string, c identity.Client) (Grant, error) {
	row, take, err := s.invitee(ctx, token.Hash(secret))
	if errors.Is(err, sql.ErrNoRows) {
		return Grant{}, fault.InvitationInvalid.On("token")
	}
	if err != nil {
		return Grant{}, err
	}
	a := row.admin()
	a.Name = name
	hash, err := s.hash(ctx, a, "password", text)
	if err != nil {
		return Grant{}, err
	}
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		n, err := tx.Exec(ctx, take, token.Hash(secret), hash, name)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.InvitationInvalid.On("token")
		}
		// Other invitations would let their holders choose the password once more.
		if _, err := tx.Exec(ctx, `update admin_invitations set used_at = now() where admin_id = $1 and used_at is null`, a.ID); err != nil {
			return err
		}
		if take == takeSeat {
			return joined(ctx, tx, a.ID, c)
		}
		return nil
	})
	if err != nil {
		return Grant{}, err
	}
	if row, err = s.byEmail(ctx, a.Email); err != nil {
		return Grant{}, err
	}
	return s.open(ctx, row.admin(), false, c)
}

// What an invitation gives, and its only use. One of a tenant gives a password only to whoever has none.
const (
	takeRole = `with used as (update admin_invitations set used_at = now() where token_hash = $1 and used_at is null and expires_at > now() returning admin_id)
		update admins a set password_hash = $2, name = $3 from used where a.id = used.admin_id and a.password_hash is null`
	takeSeat = `with used as (delete from operator_invitations where token_hash = $1 and expires_at > now() returning admin_id, email, owner)
		update admins a set password_hash = $2, name = $3, email = used.email, operator = true, platform_owner = used.owner from used where a.id = used.admin_id`
)

// invitee finds whom a token invites, and how it is spent.
func (s *Service) invitee(ctx context.Context, hash []byte) (row adminRow, take string, err error) {
	err = s.Platform.Get(ctx, &row, `select `+adminColumns+` from operator_invitations i join admins a on a.id = i.admin_id
		where i.token_hash = $1 and i.expires_at > now()`, hash)
	if !errors.Is(err, sql.ErrNoRows) {
		return row, takeSeat, err
	}
	err = s.Platform.Get(ctx, &row, `select `+adminColumns+` from admin_invitations i join admins a on a.id = i.admin_id
		where i.token_hash = $1 and i.used_at is null and i.expires_at > now() and a.password_hash is null`, hash)
	return row, takeRole, err
}

// joined ends every other way into an account that became an operator's: it may have been opened by an invitation that
// never reached this person, for tenants may have mail servers of their own.
func joined(ctx context.Context, tx *tenants.PlatformTx, id uuid.UUID, c identity.Client) error {
	if _, err := forgetFactors(ctx, tx, id); err != nil {
		return err
	}
	if err := endSessions(ctx, tx, id); err != nil {
		return err
	}
	return noteBy(ctx, tx, tenants.Who{Kind: "operator", ID: id.String(), IP: c.IP, RequestID: c.RequestID}, "operator.joined", id, map[string]any{})
}
