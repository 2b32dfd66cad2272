package admin

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/token"
)

// Member is an admin as one tenant sees him.
type Member struct {
	ID        uuid.UUID `db:"id"`
	Email     string    `db:"email"`
	Name      string    `db:"name"`
	Role      string    `db:"role"`
	Invited   bool      `db:"invited"`  // has not accepted yet
	Enrolled  bool      `db:"enrolled"` // has a second factor
	CreatedAt time.Time `db:"created_at"`

	LastLoginAt *time.Time `db:"last_login_at"`
}

const selectMembers = `select a.id, a.email, a.name, r.role, a.password_hash is null as invited, r.created_at, a.last_login_at,
	` + isEnrolled + ` from admin_roles r
	join admins a on a.id = r.admin_id where r.tenant_id = $1 and ($2::uuid is null or a.id = $2) order by r.created_at, a.id`

// Members lists who administers a tenant.
func (s *Service) Members(ctx context.Context, in *tenants.Scope) ([]Member, error) {
	all := []Member{}
	err := s.Platform.Select(ctx, &all, selectMembers, in.ID(), nil)
	return all, err
}

func (s *Service) member(ctx context.Context, in *tenants.Scope, id uuid.UUID) (Member, error) {
	var m Member
	err := s.Platform.Get(ctx, &m, selectMembers, in.ID(), id)
	if errors.Is(err, sql.ErrNoRows) {
		return m, fault.PathUnknown
	}
	return m, err
}

const invitationLife = 7 * 24 * time.Hour

// Invite makes somebody an admin of the tenant and mails him. One who has no password yet gets a link to choose one;
// inviting him again sends a new link. Faults: BadEmail, AdminTaken on "email"; NotChoice on "role".
func (s *Service) Invite(ctx context.Context, in *tenants.Scope, by *Actor, email, role string, c identity.Client) (Member, error) {
	key, err := seatKey(email, role, Roles)
	if err != nil {
		return Member{}, err
	}
	var id uuid.UUID
	secret := ""
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		var err error
		id, secret, err = s.invite(ctx, tx, in, email, key, role)
		return err
	})
	if err != nil {
		return Member{}, err
	}
	if err := s.mailInvitation(ctx, in, by, invitation{id, email, role, secret}, c); err != nil {
		return Member{}, err
	}
	return s.member(ctx, in, id)
}

// seatKey checks what somebody is given a seat with, and gives the address' canonical form. Faults: BadEmail on "email",
// NotChoice on "role".
func seatKey(email, role string, roles []string) (string, error) {
	var p fault.Problems
	key, ok := identifier.Email(email)
	if !ok {
		p.Add("email", fault.BadEmail)
	}
	if !slices.Contains(roles, role) {
		p.Add("role", fault.NotChoice, "value", role)
	}
	return key, p.Err()
}

// accountOf locks the account that an address has, and makes one without a password where there is none.
func accountOf(ctx context.Context, tx *tenants.PlatformTx, email, key string) (a adminRow, err error) {
	if _, err := tx.Exec(ctx, `insert into admins (id, email, email_key) values ($1, $2, $3) on conflict (email_key) do nothing`, uuid.Must(uuid.NewV7()), email, key); err != nil {
		return a, err
	}
	return a, tx.Get(ctx, &a, `select `+adminColumns+` from admins a where a.email_key = $1 for update`, key)
}

// invite writes the admin, the role and, for one without a password, the invitation.
func (s *Service) invite(ctx context.Context, tx *tenants.PlatformTx, in *tenants.Scope, email, key, role string) (uuid.UUID, string, error) {
	row, err := accountOf(ctx, tx, email, key)
	if err != nil {
		return uuid.Nil, "", err
	}
	a := row.admin()
	n, err := tx.Exec(ctx, `insert into admin_roles (tenant_id, admin_id, role) values ($1, $2, $3) on conflict (tenant_id, admin_id)
		do update set role = excluded.role where $4`, in.ID(), a.ID, role, a.Invited)
	if err != nil {
		return uuid.Nil, "", err
	}
	if n == 0 {
		return uuid.Nil, "", fault.AdminTaken.On("email")
	}
	if !a.Invited {
		return a.ID, "", nil
	}
	if _, err := tx.Exec(ctx, `update admin_invitations set used_at = now() where admin_id = $1 and tenant_id = $2 and used_at is null`, a.ID, in.ID()); err != nil {
		return uuid.Nil, "", err
	}
	secret := token.NewMailKey()
	_, err = tx.Exec(ctx, `insert into admin_invitations (id, tenant_id, admin_id, token_hash, expires_at) values ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
		uuid.Must(uuid.NewV7()), in.ID(), a.ID, token.Hash(secret), invitationLife.Seconds())
	return a.ID, secret, err
}

type invitation struct {
	admin               uuid.UUID
	email, role, secret string // no secret for one who has a password already
}

// mailInvitation owes the mail in the tenant's outbox. It is a transaction after the platform's: should the process
// die between the two, the caller got no answer, and inviting again is safe.
func (s *Service) mailInvitation(ctx context.Context, in *tenants.Scope, by *Actor, i invitation, c identity.Client) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		job := outbox.Job{Kind: "mail", Recipient: i.email, Payload: map[string]any{"message": "admin_invitation", "language": c.Language}}
		if i.secret != "" {
			job.Secret = map[string]any{"key": i.secret}
			job.ExpiresAt = tx.Now().Add(invitationLife)
		}
		if _, err := s.Box.Add(ctx, tx, job); err != nil {
			return err
		}
		return identity.Note(ctx, tx, by.By(), "admin.invited", map[string]any{"admin": i.admin, "role": i.role}, c)
	})
}

// SetRole changes what an admin is in the tenant. Faults: PathUnknown, NotChoice on "role", LastOwner, NotAllowed for
// one's own role.
func (s *Service) SetRole(ctx context.Context, in *tenants.Scope, by *Actor, id uuid.UUID, role string, c identity.Client) (Member, error) {
	if !slices.Contains(Roles, role) {
		return Member{}, fault.NotChoice.On("role", "value", role)
	}
	old, err := s.member(ctx, in, id)
	if err != nil {
		return Member{}, err
	}
	ch := teamChange{id, "admin.role_changed", map[string]any{"admin": id, "from": old.Role, "to": role}}
	err = s.changeTeam(ctx, in, by, ch, c, func(tx *tenants.PlatformTx) (int64, error) {
		return tx.Exec(ctx, `update admin_roles set role = $3 where tenant_id = $1 and admin_id = $2`, in.ID(), id, role)
	})
	if err != nil {
		return Member{}, err
	}
	return s.member(ctx, in, id)
}

// Remove takes an admin's power over the tenant; it acts on his next request. Faults as SetRole.
func (s *Service) Remove(ctx context.Context, in *tenants.Scope, by *Actor, id uuid.UUID, c identity.Client) error {
	return s.changeTeam(ctx, in, by, teamChange{id, "admin.removed", map[string]any{"admin": id}}, c, func(tx *tenants.PlatformTx) (int64, error) {
		return tx.Exec(ctx, `delete from admin_roles where tenant_id = $1 and admin_id = $2`, in.ID(), id)
	})
}

// teamChange says whom a change is about and what the trail tells of it.
type teamChange struct {
	admin   uuid.UUID
	action  string
	details map[string]any
}

// changeTeam runs one change of the team under a lock on its rows, and refuses to leave a tenant that had an owner
// without one.
func (s *Service) changeTeam(ctx context.Context, in *tenants.Scope, by *Actor, ch teamChange, c identity.Client, change func(*tenants.PlatformTx) (int64, error)) error {
	if by.Admin.ID == ch.admin && !by.Admin.Operator {
		return fault.NotAllowed
	}
	return s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		before, err := owners(ctx, tx, in.ID())
		if err != nil {
			return err
		}
		n, err := change(tx)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.PathUnknown
		}
		after, err := owners(ctx, tx, in.ID())
		if err != nil {
			return err
		}
		if len(before) > 0 && len(after) == 0 {
			return fault.LastOwner
		}
		return tx.Note(ctx, in.ID(), by.Who(c), ch.action, ch.details)
	})
}

func owners(ctx context.Context, tx *tenants.PlatformTx, tenant uuid.UUID) (ids []uuid.UUID, err error) {
	err = tx.Select(ctx, &ids, `select admin_id from admin_roles where tenant_id = $1 and role = 'owner' order by admin_id for update`, tenant)
	return ids, err
}
