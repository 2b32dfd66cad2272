package identity

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/lib/pq"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// account is a user with what only the core may see.
type account struct {
	User
	UsernameKey  string
	EmailKey     string
	MobileKey    string
	PendingKey   string
	WantedKey    string // of PendingMobile
	PasswordHash string
}

// userColumns reads a userRow from users u join groups g.
const userColumns = `u.id, coalesce(u.external_id, '') as external_id, u.username, coalesce(u.username_key, '') as username_key, u.email, coalesce(u.email_key, '') as email_key,
	u.mobile, coalesce(u.mobile_key, '') as mobile_key, u.first_name, u.last_name, u.name, coalesce(u.password_hash, '') as password_hash,
	u.user_type, u.approval, u.approval_reason, u.active, u.email_verified_at is not null as email_verified, u.pending_email,
	coalesce(u.pending_email_key, '') as pending_email_key, u.mobile_verified_at is not null as mobile_verified, u.pending_mobile,
	coalesce(u.pending_mobile_key, '') as pending_mobile_key, u.avatar, u.picture, u.picture_file, u.locale, u.created_at, u.last_login_at, u.invited_until,
	g.id as group_id, g.name as group_name, g.permissions as group_permissions, g.fixed as group_fixed`

const fromUsers = ` from users u join groups g on g.tenant_id = u.tenant_id and g.id = u.group_id `

type userRow struct {
	ID               int64          `db:"id"`
	ExternalID       string         `db:"external_id"`
	Username         string         `db:"username"`
	UsernameKey      string         `db:"username_key"`
	Email            string         `db:"email"`
	EmailKey         string         `db:"email_key"`
	Mobile           string         `db:"mobile"`
	MobileKey        string         `db:"mobile_key"`
	FirstName        string         `db:"first_name"`
	LastName         string         `db:"last_name"`
	Name             string         `db:"name"`
	PasswordHash     string         `db:"password_hash"`
	Type             string         `db:"user_type"`
	Approval         string         `db:"approval"`
	ApprovalReason   string         `db:"approval_reason"`
	Active           bool           `db:"active"`
	EmailVerified    bool           `db:"email_verified"`
	PendingEmail     string         `db:"pending_email"`
	PendingEmailKey  string         `db:"pending_email_key"`
	MobileVerified   bool           `db:"mobile_verified"`
	PendingMobile    string         `db:"pending_mobile"`
	PendingMobileKey string         `db:"pending_mobile_key"`
	Avatar           string         `db:"avatar"`
	Picture          bool           `db:"picture"`
	PictureFile      string         `db:"picture_file"`
	Locale           string         `db:"locale"`
	CreatedAt        time.Time      `db:"created_at"`
	LastLoginAt      *time.Time     `db:"last_login_at"`
	InvitedUntil     *time.Time     `db:"invited_until"`
	GroupID          int64          `db:"group_id"`
	GroupName        string         `db:"group_name"`
	GroupPermissions pq.StringArray `db:"group_permissions"`
	GroupFixed       bool           `db:"group_fixed"`
}

func (r userRow) account() account {
	return account{
		User: User{
			ID: r.ID, ExternalID: r.ExternalID, Username: r.Username, Email: r.Email, EmailVerified: r.EmailVerified, PendingEmail: r.PendingEmail,
			Mobile: r.Mobile, MobileVerified: r.MobileVerified, PendingMobile: r.PendingMobile,
			FirstName: r.FirstName, LastName: r.LastName, Name: r.Name, Type: r.Type, Approval: r.Approval, ApprovalReason: r.ApprovalReason,
			Active: r.Active, HasPassword: r.PasswordHash != "", Avatar: r.Avatar, HasPicture: r.Picture, pictureFile: r.PictureFile, Locale: r.Locale,
			CreatedAt: r.CreatedAt.UTC(), LastLoginAt: r.LastLoginAt, InvitedUntil: r.InvitedUntil,
			Group: Group{ID: r.GroupID, Name: r.GroupName, Permissions: r.GroupPermissions, Fixed: r.GroupFixed},
		},
		UsernameKey: r.UsernameKey, EmailKey: r.EmailKey, MobileKey: r.MobileKey, PendingKey: r.PendingEmailKey, WantedKey: r.PendingMobileKey, PasswordHash: r.PasswordHash,
	}
}

// reader is a Scope (one read) or a Tx (a read among others).
type reader interface {
	Get(ctx context.Context, dst any, query string, args ...any) error
	Select(ctx context.Context, dst any, query string, args ...any) error
}

// accountBy reads one account, or returns fault.PathUnknown.
func accountBy(ctx context.Context, r reader, where string, args ...any) (account, error) {
	var row userRow
	err := r.Get(ctx, &row, `select `+userColumns+fromUsers+`where u.tenant_id = $1 and `+where, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return account{}, fault.PathUnknown
	}
	return row.account(), err
}

func accountByID(ctx context.Context, r reader, id int64) (account, error) {
	return accountBy(ctx, r, `u.id = $2`, id)
}

// accountForUpdate locks the row until the transaction ends, so that decisions about it queue up.
func accountForUpdate(ctx context.Context, tx *tenants.Tx, id int64) (account, error) {
	return accountBy(ctx, tx, `u.id = $2 for update of u`, id)
}

// User gives one account, or fault.PathUnknown.
func (s *Service) User(ctx context.Context, in *tenants.Scope, id int64) (User, error) {
	a, err := accountByID(ctx, in, id)
	return a.User, err
}
