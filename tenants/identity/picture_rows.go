package identity

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
)

type pictureRow struct {
	Raw        string    `db:"raw"`
	MediaType  string    `db:"media_type"`
	State      string    `db:"state"`
	UploadedAt time.Time `db:"uploaded_at"`
}

const selectPicture = `select raw, media_type, state, uploaded_at from pictures where tenant_id = $1 and user_id = $2`

// pictureOf reads what a user uploaded, or returns fault.NoPicture.
func pictureOf(ctx context.Context, r reader, userID int64) (pictureRow, error) {
	var row pictureRow
	err := r.Get(ctx, &row, selectPicture, userID)
	if errors.Is(err, sql.ErrNoRows) {
		return row, fault.NoPicture
	}
	return row, err
}

// rawNames gives the file of the upload, if there is one.
func (u *unit) rawNames(ctx context.Context, userID int64) ([]string, error) {
	names := []string{}
	err := u.Select(ctx, &names, `select raw from pictures where tenant_id = $1 and user_id = $2`, userID)
	return names, err
}

// The states of an upload.
const (
	pictureWaiting = "waiting" // nobody has looked at it yet
	pictureReady   = "ready"   // its variants are shown
	pictureRefused = "refused" // it cannot be shown
)

const (
	upsertPicture = `insert into pictures (tenant_id, user_id, raw, media_type, uploaded_at) values ($1, $2, $3, $4, $5)
		on conflict (tenant_id, user_id) do update set raw = excluded.raw, media_type = excluded.media_type, state = 'waiting',
		uploaded_at = excluded.uploaded_at`
	markPicture   = `update users set picture = true where tenant_id = $1 and id = $2 and not picture`
	erasePicture  = `delete from pictures where tenant_id = $1 and user_id = $2`
	endWaiting    = `update pictures set state = $4 where tenant_id = $1 and user_id = $2 and raw = $3 and state = 'waiting'`
	showPicture   = `update users set picture_file = $3 where tenant_id = $1 and id = $2`
	unmarkPicture = `update users set picture = false, picture_file = '' where tenant_id = $1 and id = $2`
)

// savePicture makes the file the user's upload; the caller holds the lock on the user's row.
func (u *unit) savePicture(ctx context.Context, userID int64, raw, mediaType string) error {
	if _, err := u.Exec(ctx, upsertPicture, userID, raw, mediaType, u.Now()); err != nil {
		return err
	}
	_, err := u.Exec(ctx, markPicture, userID)
	return err
}

func (u *unit) deletePicture(ctx context.Context, userID int64) error {
	for _, q := range []string{erasePicture, unmarkPicture} {
		if _, err := u.Exec(ctx, q, userID); err != nil {
			return err
		}
	}
	return nil
}
