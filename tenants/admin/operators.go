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
	"github.com/keyhall/keyhall/tenants/identity"
)

// Operator is an operator of the platform, or somebody who was invited to become one.
type Operator struct {
	ID           uuid.UUID  `db:"id"`
	Email        string     `db:"email"`
	Name         string     `db:"name"`
	Role         string     `db:"role"`          // one of OperatorRoles
	Invited      bool       `db:"invited"`       // has not accepted yet
	InvitedUntil *time.Time `db:"invited_until"` // nil once accepted
	Enrolled     bool       `db:"enrolled"`      // has a second factor
	CreatedAt    time.Time  `db:"created_at"`
	LastLoginAt  *time.Time `db:"last_login_at"`
}

const selectOperators = `select a.id, coalesce(i.email, a.email) as email, a.name, not a.operator as invited, i.expires_at as invited_until,
	case when coalesce(i.owner, a.platform_owner) then 'owner' else 'operator' end as role, coalesce(i.created_at, a.created_at) as created_at, a.last_login_at,
	` + isEnrolled + ` from admins a left join operator_invitations i on i.admin_id = a.id where (a.operator or i.admin_id is not null)`

// OperatorRole is what an operator is; "" for others.
func (a Admin) OperatorRole() string {
	switch {
	case a.Owner:
		return RoleOwner
	case a.Operator:
		return RoleOperator
	default:
		return ""
	}
}

// OperatorFilter narrows a look at the operators. Zero values do not narrow.
type OperatorFilter struct {
	Query  string // a part of the name or the address
	Cursor string
	Limit  int
}

// Operators lists the operators and who is invited, by address, and the cursor of the next page ("" at the end). Fault:
// CursorInvalid.
func (s *Service) Operators(ctx context.Context, f OperatorFilter) ([]Operator, string, error) {
	after := uuid.Nil
	if f.Cursor != "" {
		var err error
		if after, err = uuid.Parse(f.Cursor); err != nil {
			return nil, "", fault.CursorInvalid
		}
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	all := []Operator{}
	err := s.Platform.Select(ctx, &all, selectOperators+` and ($1 = '' or strpos(lower(coalesce(i.email, a.email)), lower($1)) > 0 or strpos(lower(a.name), lower($1)) > 0)
		and ($2 = '00000000-0000-0000-0000-000000000000'::uuid or a.email_key > (select c.email_key from admins c where c.id = $2)) order by a.email_key limit $3`,
		f.Query, after, f.Limit+1)
	if err != nil || len(all) <= f.Limit {
		return all, "", err
	}
	return all[:f.Limit], all[f.Limit-1].ID.String(), nil
}

// NewOperator is an operator who is made at the command line of the server, with a password.
type NewOperator struct {
	Email, Password string
	Role            string // one of OperatorRoles
	Check           PasswordCheck
}

// CreateOperator makes an operator of the platform. Faults: BadEmail and AdminTaken on "email", NotChoice on "role", the
// password rules.
func (s *Service) CreateOperator(ctx context.Context, o NewOperator) (Admin, error) {
	key, err := seatKey(o.Email, o.Role, OperatorRoles)
	if err != nil {
		return Admin{}, err
	}
	a := Admin{ID: uuid.Must(uuid.NewV7()), Email: o.Email, Operator: true, Owner: o.Role == RoleOwner, Roles: []Role{}}
	hash, err := s.hashIf(ctx, o.Check, a, o.Password)
	if err != nil {
		return Admin{}, err
	}
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		_, err := tx.Exec(ctx, `insert into admins (id, email, email_key, password_hash, operator, platform_owner) values ($1, $2, $3, $4, true, $5)`, a.ID, o.Email, key, hash, a.Owner)
		if err != nil {
			return err
		}
		return note(ctx, tx, "operator.created", a.ID)
	})
	if tenants.Constraint(err) == "admins_email_key" {
		return Admin{}, fault.AdminTaken.On("email")
	}
	return a, err
}

// SetOperatorRole changes what an operator is, or what one who is invited will be. Faults: PathUnknown, NotChoice on
// "role", NotOneself, LastOwner, NotAllowed.
func (s *Service) SetOperatorRole(ctx context.Context, by *Actor, id uuid.UUID, role string, c identity.Client) (o Operator, err error) {
	if !slices.Contains(OperatorRoles, role) {
		return o, fault.NotChoice.On("role", "value", role)
	}
	err = s.changeOperators(ctx, by, id, func(tx *tenants.PlatformTx, old Operator) error {
		change := `update admins set platform_owner = $2 where id = $1`
		if old.Invited {
			change = `update operator_invitations set owner = $2 where admin_id = $1`
		}
		if _, err := tx.Exec(ctx, change, id, role == RoleOwner); err != nil {
			return err
		}
		if err := noteBy(ctx, tx, by.Who(c), "operator.role_changed", id, map[string]any{"from": old.Role, "to": role}); err != nil {
			return err
		}
		o, err = operatorIn(ctx, tx, id)
		return err
	})
	return o, err
}

// RemoveOperator takes the platform away from an operator and ends his sessions; of one who is invited, the invitation.
// What he administers as an admin of tenants stays. Faults as SetOperatorRole.
func (s *Service) RemoveOperator(ctx context.Context, by *Actor, id uuid.UUID, c identity.Client) error {
	return s.changeOperators(ctx, by, id, func(tx *tenants.PlatformTx, old Operator) error {
		if old.Invited {
			return s.revoke(ctx, tx, by, old, c)
		}
		if _, err := tx.Exec(ctx, `update admins set operator = false, platform_owner = false where id = $1`, id); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, id); err != nil {
			return err
		}
		return noteBy(ctx, tx, by.Who(c), "operator.removed", id, map[string]any{"role": old.Role})
	})
}

// changeOperators runs one change of somebody else's seat, with all owners locked, and refuses to leave the platform
// without an owner.
func (s *Service) changeOperators(ctx context.Context, by *Actor, id uuid.UUID, change func(*tenants.PlatformTx, Operator) error) error {
	return s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		old, err := s.operatorFor(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if err := change(tx, old); err != nil {
			return err
		}
		left, err := platformOwners(ctx, tx)
		if err == nil && len(left) == 0 {
			return fault.LastOwner
		}
		return err
	})
}

// operatorFor locks the owners, so that they change one after another, and reads somebody else's seat for one who is an
// owner still: whoever was removed a moment ago changes nothing any more.
func (s *Service) operatorFor(ctx context.Context, tx *tenants.PlatformTx, by *Actor, id uuid.UUID) (Operator, error) {
	if by.Admin.ID == id {
		return Operator{}, fault.NotOneself
	}
	owners, err := platformOwners(ctx, tx)
	if err != nil {
		return Operator{}, err
	}
	if !slices.Contains(owners, by.Admin.ID) {
		return Operator{}, fault.NotAllowed
	}
	return operatorIn(ctx, tx, id)
}

func platformOwners(ctx context.Context, tx *tenants.PlatformTx) (ids []uuid.UUID, err error) {
	return ids, tx.Select(ctx, &ids, `select id from admins where platform_owner order by id for update`)
}

// operatorIn reads an operator and locks him. Fault: PathUnknown.
func operatorIn(ctx context.Context, tx *tenants.PlatformTx, id uuid.UUID) (o Operator, err error) {
	err = tx.Get(ctx, &o, selectOperators+` and a.id = $1 for update of a`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return o, fault.PathUnknown
	}
	return o, err
}
