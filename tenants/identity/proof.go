package identity

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants/token"
)

// What a mailed token proves.
const (
	proofVerify = "verify_email"
	proofReset  = "reset_password"
	proofChange = "change_email"
	proofSignIn = "sign_in"
)

type proof struct {
	ID          uuid.UUID  `db:"id"`
	UserID      int64      `db:"user_id"`
	Destination string     `db:"destination"` // canonical address it was mailed to
	CreatedAt   time.Time  `db:"created_at"`
	UsedAt      *time.Time `db:"used_at"`
}

const (
	insertProof = `insert into proofs (tenant_id, id, user_id, purpose, token_hash, destination, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`
	voidProofs = `update proofs set voided_at = $4 where tenant_id = $1 and user_id = $2 and purpose = $3
		and used_at is null and voided_at is null`
	liveProof = `select id, user_id, destination, created_at, used_at from proofs where tenant_id = $1 and purpose = $2 and token_hash = $3
		and voided_at is null and expires_at > now()`
	spendProof = `update proofs set used_at = $3 where tenant_id = $1 and id = $2 and used_at is null and voided_at is null and expires_at > $3`
	lastProof  = `select coalesce(max(created_at), 'epoch') from proofs where tenant_id = $1 and user_id = $2 and purpose = $3`
)

// giveProof makes secret the one live proof of its purpose: older ones are void. It returns when it expires.
func (u *unit) giveProof(ctx context.Context, a account, purpose, secret, destination string, life time.Duration) (time.Time, error) {
	if err := u.voidProofs(ctx, a.ID, purpose); err != nil {
		return time.Time{}, err
	}
	expires := u.Now().Add(life)
	_, err := u.Exec(ctx, insertProof, uuid.Must(uuid.NewV7()), a.ID, purpose, token.Hash(secret), destination, u.Now(), expires)
	return expires, err
}

func (u *unit) voidProofs(ctx context.Context, userID int64, purpose string) error {
	_, err := u.Exec(ctx, voidProofs, userID, purpose, u.Now())
	return err
}

// voidWaysIn voids the links that would hand the account over to whoever reads its mail.
func (u *unit) voidWaysIn(ctx context.Context, userID int64) error {
	if err := u.voidProofs(ctx, userID, proofReset); err != nil {
		return err
	}
	return u.voidProofs(ctx, userID, proofSignIn)
}

// findProof reads a proof that is neither void nor expired; it may have been used. Otherwise it returns otherwise.
func findProof(ctx context.Context, r reader, purpose, secret string, otherwise error) (proof, error) {
	var p proof
	err := r.Get(ctx, &p, liveProof, purpose, token.Hash(secret))
	if errors.Is(err, sql.ErrNoRows) {
		return proof{}, otherwise
	}
	return p, err
}

// spend uses a proof up. Of any number of parallel attempts one succeeds; the others get otherwise.
func (u *unit) spend(ctx context.Context, p proof, otherwise error) error {
	n, err := u.Exec(ctx, spendProof, p.ID, u.Now())
	if err == nil && n == 0 {
		return otherwise
	}
	return err
}

// cooling reports whether a proof of this purpose went out so lately that another mail would be a nuisance.
func (u *unit) cooling(ctx context.Context, userID int64, purpose string, pause time.Duration) (bool, error) {
	var last time.Time
	err := u.Get(ctx, &last, lastProof, userID, purpose)
	return u.Now().Sub(last) < pause, err
}
