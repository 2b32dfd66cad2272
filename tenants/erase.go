package tenants

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
)

// Erasure is the deletion of a tenant with all it has: asked for by an operator, done by the workers piece by piece, and
// told afterwards.
type Erasure struct {
	ID         uuid.UUID
	TenantID   uuid.UUID
	Slug, Name string
	AskedAt    time.Time
	FinishedAt *time.Time
	Found      map[string]int64 // how many of what there were when it began; empty until then
	Done       int64            // how many of them are gone
}

type erasureRow struct {
	ID         uuid.UUID  `db:"id"`
	TenantID   uuid.UUID  `db:"tenant_id"`
	Slug       string     `db:"slug"`
	Name       string     `db:"name"`
	AskedAt    time.Time  `db:"asked_at"`
	FinishedAt *time.Time `db:"finished_at"`
	Found      []byte     `db:"found"`
	Done       int64      `db:"done"`
}

func (r erasureRow) erasure() (Erasure, error) {
	e := Erasure{ID: r.ID, TenantID: r.TenantID, Slug: r.Slug, Name: r.Name, AskedAt: r.AskedAt.UTC(), Done: r.Done}
	if r.FinishedAt != nil {
		at := r.FinishedAt.UTC()
		e.FinishedAt = &at
	}
	return e, json.Unmarshal(r.Found, &e.Found)
}

const (
	erasureColumns = `select id, tenant_id, slug, name, asked_at, finished_at, found, done from tenant_erasures`
	insertErasure  = `insert into tenant_erasures (id, tenant_id, slug, name, asked_by) select $1, id, slug, name, $3 from tenants where id = $2
		on conflict do nothing`
	noteOfPlatform = `insert into platform_audit (id, actor_kind, actor_id, action, object, details, ip, request_id) values ($1, $2, $3, $4, $5, $6, $7, $8)`
	openErasure    = erasureColumns + ` where tenant_id = $1 and finished_at is null`
)

// Erase closes a tenant for good and asks the workers to delete it with everything it has. confirm is its slug, typed
// by whoever asks. Asking twice is asking once. Faults: TenantUnknown; SlugDiffers on "confirm".
func (r *Registry) Erase(ctx context.Context, who Who, id uuid.UUID, confirm string) (Erasure, error) {
	in, err := r.ByID(ctx, id)
	if err != nil {
		return Erasure{}, err
	}
	if confirm != in.Slug() {
		return Erasure{}, fault.SlugDiffers.On("confirm")
	}
	var row erasureRow
	err = r.Platform.Tx(ctx, func(tx *PlatformTx) error {
		n, err := tx.Exec(ctx, insertErasure, uuid.Must(uuid.NewV7()), id, who.ID)
		if err != nil {
			return err
		}
		if err := tx.Get(ctx, &row, openErasure, id); err != nil || n == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, `update tenants set suspended_at = coalesce(suspended_at, now()), updated_at = now() where id = $1`, id); err != nil {
			return err
		}
		return tx.notePlatform(ctx, who, "tenant.erasing", in.Slug(), "{}")
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Erasure{}, fault.TenantUnknown // gone in the meantime
	}
	if err != nil {
		return Erasure{}, err
	}
	r.forget(id.String())
	return row.erasure()
}

func (t *PlatformTx) notePlatform(ctx context.Context, who Who, action, object, details string) error {
	_, err := t.Exec(ctx, noteOfPlatform, uuid.Must(uuid.NewV7()), who.Kind, who.ID, action, object, details, who.IP, who.RequestID)
	return err
}

// NotePlatform writes a row of the platform's own trail in the transaction of what it tells about.
func (t *PlatformTx) NotePlatform(ctx context.Context, who Who, action, object string) error {
	return t.notePlatform(ctx, who, action, object, "{}")
}

// mostErasures is how many the list has, newest first: they are few, and the audit has them all.
const mostErasures = 200

// Erasures lists deletions, newest first.
func (r *Registry) Erasures(ctx context.Context) ([]Erasure, error) {
	var rows []erasureRow
	if err := r.Platform.Select(ctx, &rows, erasureColumns+` order by asked_at desc, id desc limit $1`, mostErasures); err != nil {
		return nil, err
	}
	all := make([]Erasure, len(rows))
	for i, row := range rows {
		var err error
		if all[i], err = row.erasure(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Erasure gives one deletion. Fault: PathUnknown.
func (r *Registry) Erasure(ctx context.Context, id uuid.UUID) (Erasure, error) {
	var row erasureRow
	err := r.Platform.Get(ctx, &row, erasureColumns+` where id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Erasure{}, fault.PathUnknown
	}
	if err != nil {
		return Erasure{}, err
	}
	return row.erasure()
}

// erasing reports whether a tenant is being deleted.
func (r *Registry) erasing(ctx context.Context, id uuid.UUID) (yes bool, err error) {
	err = r.Platform.Get(ctx, &yes, `select exists (select from tenant_erasures where tenant_id = $1 and finished_at is null)`, id)
	return yes, err
}

// erasureLease is how long a deletion belongs to the worker that said so last; after that another goes on.
const erasureLease = time.Minute

const claimErasure = `update tenant_erasures set lease_until = now() + make_interval(secs => $1) where id = (
	select id from tenant_erasures where finished_at is null and (lease_until is null or lease_until < now()) order by asked_at limit 1 for update skip locked)
	returning id, tenant_id, slug, name, asked_at, finished_at, found, done`

// ClaimErasure gives a deletion that nobody is at work on, or ErrNoRows.
func (r *Registry) ClaimErasure(ctx context.Context) (Erasure, error) {
	var row erasureRow
	if err := r.Platform.Get(ctx, &row, claimErasure, erasureLease.Seconds()); err != nil {
		return Erasure{}, err
	}
	return row.erasure()
}

// BeginErasure notes what there is to erase.
func (r *Registry) BeginErasure(ctx context.Context, e Erasure) error {
	raw, err := json.Marshal(e.Found)
	if err != nil {
		return err
	}
	_, err = r.Platform.Exec(ctx, `update tenant_erasures set found = $2 where id = $1 and finished_at is null`, e.ID, string(raw))
	return err
}

// AdvanceErasure notes that n more are gone, and keeps the deletion for whoever does it.
func (r *Registry) AdvanceErasure(ctx context.Context, e Erasure, n int64) error {
	_, err := r.Platform.Exec(ctx, `update tenant_erasures set done = done + $2, lease_until = now() + make_interval(secs => $3)
		where id = $1 and finished_at is null`, e.ID, n, erasureLease.Seconds())
	return err
}

// The trail is append-only for everybody: it goes with its tenant only, and there may be a million rows of it.
const patient = `set local statement_timeout = '15min'`

// FinishErasure deletes the tenant itself with what is left of it, and notes in the platform's trail what is gone.
func (r *Registry) FinishErasure(ctx context.Context, e Erasure) error {
	raw, err := json.Marshal(e.Found)
	if err != nil {
		return err
	}
	err = r.Platform.Tx(ctx, func(tx *PlatformTx) error {
		if _, err := tx.Exec(ctx, patient); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from tenants where id = $1`, e.TenantID); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `update tenant_erasures set finished_at = now(), lease_until = null where id = $1 and finished_at is null`, e.ID)
		if err != nil || n == 0 {
			return err
		}
		return tx.notePlatform(ctx, Who{Kind: "system", ID: "erasure"}, "tenant.erased", e.Slug, string(raw))
	})
	r.forget(e.TenantID.String())
	return err
}
