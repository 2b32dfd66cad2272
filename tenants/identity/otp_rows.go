package identity

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
)

// codeRow is a code of which one try has been charged.
type codeRow struct {
	ID          uuid.UUID `db:"id"` // of this sending: the next one to the same destination has another
	Destination string    `db:"destination"`
	Hash        []byte    `db:"code_hash"`
	Left        int       `db:"attempts_left"`
}

// proofLife is how long a proven destination waits to be made use of.
const proofLife = 15 * time.Minute

const (
	// putCode leaves the row alone within the pause ($10 is the latest start of one that is over).
	putCode = `insert into codes (tenant_id, destination, id, purpose, code_hash, user_id, attempts_left, created_at, expires_at)
		values ($1, $2, $3, $4, $5, nullif($6::bigint, 0), $7, $8, $9)
		on conflict (tenant_id, destination) do update set id = excluded.id, purpose = excluded.purpose, code_hash = excluded.code_hash,
		user_id = excluded.user_id, attempts_left = excluded.attempts_left, created_at = excluded.created_at, expires_at = excluded.expires_at,
		used_at = null where codes.created_at <= $10`
	codeSentAt = `select created_at from codes where tenant_id = $1 and destination = $2`
	// chargeCode: of any number of parallel tries no more than there are left get the hash to compare with.
	chargeCode = `update codes set attempts_left = attempts_left - 1 where tenant_id = $1 and destination = $2 and attempts_left > 0
		and used_at is null and expires_at > $3 returning id, destination, code_hash, attempts_left`
	spendCode       = `update codes set used_at = $4 where tenant_id = $1 and destination = $2 and id = $3 and used_at is null`
	voidCode        = `update codes set used_at = $3 where tenant_id = $1 and destination = $2 and used_at is null`
	voidSignInCodes = `update codes set used_at = $3 where tenant_id = $1 and user_id = $2 and purpose = 'sign_in' and used_at is null`
	// A proof is of use to the network that it came from: else a stranger could sign up with the address meanwhile.
	noteProof   = `update codes set proven_at = $3, proven_network = $4 where tenant_id = $1 and destination = $2`
	spendProven = `update codes set proven_at = null where tenant_id = $1 and destination = $2 and proven_at > $3 and proven_network = $4`
	isProven    = `select exists (select from codes where tenant_id = $1 and destination = $2 and proven_at > $3 and proven_network = $4)`

	proveEmail  = `update users set email_verified_at = coalesce(email_verified_at, $3), updated_at = $3 where tenant_id = $1 and id = $2`
	proveMobile = `update users set mobile_verified_at = coalesce(mobile_verified_at, $3), updated_at = $3 where tenant_id = $1 and id = $2`
)

// codeCooling reads when the code went out that has to be waited for.
func (u *unit) codeCooling(ctx context.Context, to Destination, pause time.Duration) error {
	var sent time.Time
	if err := u.Get(ctx, &sent, codeSentAt, to.Key); err != nil {
		return err
	}
	until := sent.Add(pause)
	return cooling(until, until.Sub(u.Now()))
}

// charge takes one try. Fault: CodeNone when none is left, or no code.
func (u *unit) charge(ctx context.Context, to Destination) (codeRow, error) {
	var row codeRow
	err := u.Get(ctx, &row, chargeCode, to.Key, u.Now())
	if errors.Is(err, sql.ErrNoRows) {
		return codeRow{}, fault.CodeNone
	}
	return row, err
}

// spendCode uses a code up. Of any number of parallel attempts one succeeds, the others get CodeNone.
func (u *unit) spendCode(ctx context.Context, row codeRow) error {
	n, err := u.Exec(ctx, spendCode, row.Destination, row.ID, u.Now())
	if err == nil && n == 0 {
		return fault.CodeNone
	}
	return err
}

// takeProof makes use of a proof by code, once, and reports whether there was one.
func (u *unit) takeProof(ctx context.Context, key string) (bool, error) {
	if key == "" {
		return false, nil
	}
	n, err := u.Exec(ctx, spendProven, key, u.Now().Add(-proofLife), u.client.Network())
	return n == 1, err
}

// proven notes that the account's own destination reaches it.
func (u *unit) proven(ctx context.Context, a account, to Destination) (account, error) {
	if to.Mobile && a.MobileVerified || !to.Mobile && a.EmailVerified {
		return a, nil
	}
	statement, action := proveEmail, "email.verified"
	if to.Mobile {
		statement, action = proveMobile, "mobile.verified"
	}
	if _, err := u.Exec(ctx, statement, a.ID, u.Now()); err != nil {
		return account{}, err
	}
	if err := u.note(ctx, self(a.ID), action, a.ID, nil); err != nil {
		return account{}, err
	}
	if err := u.approveByRule(ctx, a.ID); err != nil || to.Mobile {
		a.MobileVerified = true
		return a, err
	}
	return accountForUpdate(ctx, u.Tx, a.ID)
}

// voidCode kills the code that waits for a destination, if any.
func (u *unit) voidCode(ctx context.Context, to Destination) error {
	_, err := u.Exec(ctx, voidCode, to.Key, u.Now())
	return err
}
