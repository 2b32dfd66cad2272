package identity

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/social"
)

// SocialIdentity is an account elsewhere that its owner signs in with.
type SocialIdentity struct {
	ID          int64     `db:"id"` // sequential in the tenant
	UserID      int64     `db:"user_id"`
	Provider    string    `db:"provider"`
	Issuer      string    `db:"issuer"`
	Subject     string    `db:"subject"`
	Email       string    `db:"email"` // as the provider last told it
	CreatedAt   time.Time `db:"created_at"`
	LastLoginAt time.Time `db:"last_login_at"`
}

const (
	socialColumns = `select id, user_id, provider, issuer, subject, email, created_at, last_login_at from social_identities where tenant_id = $1 and `
	nextSocialID  = `update tenant_counters set social_identities = social_identities + 1 where tenant_id = $1 returning social_identities`
	insertSocial  = `insert into social_identities (tenant_id, id, user_id, provider, issuer, subject, email, created_at, last_login_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict on constraint social_identities_who do nothing`
	noteSocialLogin = `update social_identities set last_login_at = $3, email = $4 where tenant_id = $1 and id = $2`
	deleteSocial    = `delete from social_identities where tenant_id = $1 and user_id = $2 and id = $3 returning provider`
	deleteAllSocial = `delete from social_identities where tenant_id = $1 and user_id = $2`
	otherSocial     = `select count(*) from social_identities where tenant_id = $1 and user_id = $2 and id <> $3 and provider = any(string_to_array($4, ' '))`
	forgetOldWays   = `update users set password_hash = null, password_changed_at = $3, pending_email = '', pending_email_key = null, mobile = '', mobile_key = null,
		mobile_verified_at = null, pending_mobile = '', pending_mobile_key = null, invited_until = null, updated_at = $3 where tenant_id = $1 and id = $2`
	deleteCodesOfOne = `delete from codes where tenant_id = $1 and (user_id = $2
		or destination in (select value from identifiers where tenant_id = $1 and user_id = $2))`
)

// socialOf finds whose identity somebody is, locked; ID 0 when nobody's.
func (u *unit) socialOf(ctx context.Context, p social.Person) (SocialIdentity, error) {
	var one SocialIdentity
	err := u.Get(ctx, &one, socialColumns+`provider = $2 and issuer = $3 and subject = $4 for update`, p.Provider, p.Issuer, p.Subject)
	if errors.Is(err, sql.ErrNoRows) {
		return SocialIdentity{}, nil
	}
	return one, err
}

// connect writes an identity. Fault: SocialTaken when it is somebody's already, also between parallel calls.
func (u *unit) connect(ctx context.Context, userID int64, p social.Person) (SocialIdentity, error) {
	one := SocialIdentity{UserID: userID, Provider: p.Provider, Issuer: p.Issuer, Subject: p.Subject, Email: p.Email, CreatedAt: u.Now(), LastLoginAt: u.Now()}
	if err := u.Get(ctx, &one.ID, nextSocialID); err != nil {
		return SocialIdentity{}, err
	}
	n, err := u.Exec(ctx, insertSocial, one.ID, userID, p.Provider, p.Issuer, p.Subject, p.Email, u.Now())
	if err != nil {
		return SocialIdentity{}, err
	}
	if n == 0 {
		return SocialIdentity{}, fault.SocialTaken.With("provider", p.Provider)
	}
	return one, u.note(ctx, self(userID), "social.connected", userID, map[string]any{"provider": p.Provider})
}

// SocialIdentities lists what an account is connected to, oldest first. Never nil.
func (s *Service) SocialIdentities(ctx context.Context, in *tenants.Scope, userID int64) ([]SocialIdentity, error) {
	all := []SocialIdentity{}
	err := in.Select(ctx, &all, socialColumns+`user_id = $2 order by id limit 100`, userID)
	return all, err
}
