package admin

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/password"
)

// Config is what a Service stands on.
type Config struct {
	Platform *tenants.DB
	Registry *tenants.Registry
	Sealer   *seal.Sealer
	Box      *outbox.Box
	Hashes   *password.Pool
	Limiter  *limit.Limiter
	Now      func() time.Time
}

// Service looks after administrators. Safe for parallel use.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service { return &Service{c} }

// Admin is an operator or an admin of tenants.
type Admin struct {
	ID        uuid.UUID
	Email     string
	Name      string
	Operator  bool
	Owner     bool // of the platform; an operator too
	Invited   bool // has not chosen a password yet
	CreatedAt time.Time
	Roles     []Role
}

// Role is what an admin is in one tenant.
type Role struct {
	TenantID   uuid.UUID `db:"tenant_id"`
	Slug       string    `db:"slug"`
	TenantName string    `db:"name"`
	Role       string    `db:"role"`
}

type adminRow struct {
	ID           uuid.UUID `db:"id"`
	Email        string    `db:"email"`
	Name         string    `db:"name"`
	Operator     bool      `db:"operator"`
	Owner        bool      `db:"platform_owner"`
	PasswordHash string    `db:"password_hash"`
	CreatedAt    time.Time `db:"created_at"`
}

func (r adminRow) admin() Admin {
	return Admin{ID: r.ID, Email: r.Email, Name: r.Name, Operator: r.Operator, Owner: r.Owner, Invited: r.PasswordHash == "", CreatedAt: r.CreatedAt.UTC()}
}

const adminColumns = `a.id, a.email, a.name, a.operator, a.platform_owner, coalesce(a.password_hash, '') as password_hash, a.created_at`

// rolesOf reads what an admin is, in every tenant.
func (s *Service) rolesOf(ctx context.Context, id uuid.UUID) ([]Role, error) {
	roles := []Role{}
	err := s.Platform.Select(ctx, &roles, `select r.tenant_id, t.slug, t.name, r.role from admin_roles r join tenants t on t.id = r.tenant_id
		where r.admin_id = $1 order by t.slug`, id)
	return roles, err
}

// policy for those who hold the keys to everybody's data: longer than a user's.
var policy = password.Policy{MinLength: 10, CheckCommon: true, CheckSimilarity: true}

func (s *Service) hash(ctx context.Context, a Admin, field, text string) (string, error) {
	p := fault.Problems(policy.Check(field, text, password.Attribute{Label: "email address", Value: a.Email}, password.Attribute{Label: "name", Value: a.Name}))
	if err := p.Err(); err != nil {
		return "", err
	}
	return s.Hashes.Hash(ctx, pool, text)
}

func (s *Service) hashIf(ctx context.Context, check PasswordCheck, a Admin, text string) (string, error) {
	if check {
		return s.hash(ctx, a, "password", text)
	}
	return s.Hashes.Hash(ctx, pool, text)
}

// pool is the hash pool's queue of all administrators together.
const pool = "platform"

// PasswordCheck says whether a new password has to pass the rules for administrators.
type PasswordCheck bool

// The two ways to take a password.
const (
	CheckPassword PasswordCheck = true
	TrustPassword PasswordCheck = false // chosen in the environment of `keyhall dev`
)

// SetPassword gives an administrator another password at the command line of the server and ends his sessions. Fault:
// PathUnknown.
func (s *Service) SetPassword(ctx context.Context, email, text string) error {
	a, err := s.byEmail(ctx, email)
	if err != nil {
		return err
	}
	hash, err := s.hash(ctx, a.admin(), "password", text)
	if err != nil {
		return err
	}
	return s.storePassword(ctx, a.ID, hash, uuid.Nil)
}

const insertNote = `insert into platform_audit (id, actor_kind, actor_id, action, object) values ($1, 'admin', $3::text, $2, $3::text)`

// noteBy is note about somebody else, with who did it and what else is known.
func noteBy(ctx context.Context, tx *tenants.PlatformTx, who tenants.Who, action string, about uuid.UUID, details map[string]any) error {
	raw, err := json.Marshal(details)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into platform_audit (id, actor_kind, actor_id, action, object, details, ip, request_id) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		uuid.Must(uuid.NewV7()), who.Kind, who.ID, action, about.String(), string(raw), who.IP, who.RequestID)
	return err
}

// note writes down what happened to the platform as a whole; what happens to a tenant goes into the tenant's trail.
func note(ctx context.Context, tx *tenants.PlatformTx, action string, about uuid.UUID) error {
	_, err := tx.Exec(ctx, insertNote, uuid.Must(uuid.NewV7()), action, about)
	return err
}

// ChangePassword is an administrator's own change. Faults: PasswordWrong on "current_password", the rules on
// "new_password", RateLimited for who tries passwords with a stolen session.
func (s *Service) ChangePassword(ctx context.Context, a *Actor, old, text string) error {
	if err := s.knowsPassword(ctx, a, "current_password", old); err != nil {
		return err
	}
	hash, err := s.hash(ctx, a.Admin, "new_password", text)
	if err != nil {
		return err
	}
	return s.storePassword(ctx, a.Admin.ID, hash, a.SessionID)
}

// knowsPassword asks the actor for his password once more. Faults: PasswordWrong on the field, RateLimited.
func (s *Service) knowsPassword(ctx context.Context, a *Actor, field, text string) error {
	row, err := s.byEmail(ctx, a.Admin.Email)
	if err != nil {
		return err
	}
	charge := limit.Charge{Rule: limit.LoginIdentifier, Subject: "session/" + a.SessionID.String()}
	if err := s.Limiter.Take(ctx, pool, charge); err != nil {
		return err
	}
	ok, _, err := s.Hashes.Verify(ctx, pool, row.PasswordHash, text)
	if err != nil {
		return err
	}
	if !ok {
		return fault.PasswordWrong.On(field)
	}
	s.Limiter.Refund(ctx, pool, charge)
	return nil
}

func (s *Service) storePassword(ctx context.Context, id uuid.UUID, hash string, keep uuid.UUID) error {
	return s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		if _, err := tx.Exec(ctx, `update admins set password_hash = $2 where id = $1`, id, hash); err != nil {
			return err
		}
		if err := note(ctx, tx, "admin.password_set", id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update admin_sessions set revoked_at = now() where admin_id = $1 and id <> $2 and revoked_at is null`, id, keep)
		return err
	})
}

func (s *Service) byEmail(ctx context.Context, email string) (adminRow, error) {
	key, _ := identifier.Email(strings.TrimSpace(email))
	var row adminRow
	err := s.Platform.Get(ctx, &row, `select `+adminColumns+` from admins a where a.email_key = $1`, key)
	if errors.Is(err, sql.ErrNoRows) {
		return row, fault.PathUnknown
	}
	return row, err
}
