package tenants

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// Get reads one row of a platform table into dst, or returns ErrNoRows. Under PlatformRole there is no tenant and no
// row that a tenant owns.
func (d *DB) Get(ctx context.Context, dst any, query string, args ...any) error {
	if tx := d.joined(ctx); tx != nil {
		return translate(tx.Get(ctx, dst, query, args...))
	}
	st, err := d.prepared(ctx, query)
	if err != nil {
		return translate(err)
	}
	return translate(st.GetContext(ctx, dst, args...))
}

// Select reads all rows of a platform table into the slice dst.
func (d *DB) Select(ctx context.Context, dst any, query string, args ...any) error {
	if tx := d.joined(ctx); tx != nil {
		return translate(tx.Select(ctx, dst, query, args...))
	}
	st, err := d.prepared(ctx, query)
	if err != nil {
		return translate(err)
	}
	return translate(st.SelectContext(ctx, dst, args...))
}

// Exec runs a statement on platform tables and tells how many rows it touched.
func (d *DB) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if tx := d.joined(ctx); tx != nil {
		n, err := tx.Exec(ctx, query, args...)
		return n, translate(err)
	}
	st, err := d.prepared(ctx, query)
	if err != nil {
		return 0, translate(err)
	}
	n, err := affected(st.ExecContext(ctx, args...))
	return n, translate(err)
}

// joined gives the joint transaction that ctx is in, once it has begun; else nil.
func (d *DB) joined(ctx context.Context) *PlatformTx {
	if j := jointOf(ctx, d, ""); j != nil {
		if tx := j.begun(); tx != nil {
			return &PlatformTx{tx}
		}
	}
	return nil
}

// PlatformTx is a transaction on platform tables.
type PlatformTx struct{ tx *sqlx.Tx }

// Tx runs fn in a transaction on platform tables and commits when fn returns nil.
func (d *DB) Tx(ctx context.Context, fn func(tx *PlatformTx) error) error {
	if j := jointOf(ctx, d, ""); j != nil {
		return translate(j.part(ctx, func(tx *sqlx.Tx) error { return fn(&PlatformTx{tx}) }))
	}
	tx, err := d.pool.BeginTxx(ctx, nil)
	if err != nil {
		return translate(err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if err := fn(&PlatformTx{tx}); err != nil {
		return translate(err)
	}
	return translate(tx.Commit())
}

// Get reads one row into dst, or returns ErrNoRows.
func (t *PlatformTx) Get(ctx context.Context, dst any, query string, args ...any) error {
	return t.tx.GetContext(ctx, dst, query, args...)
}

// Select reads all rows into the slice dst.
func (t *PlatformTx) Select(ctx context.Context, dst any, query string, args ...any) error {
	return t.tx.SelectContext(ctx, dst, query, args...)
}

// Exec runs a statement and tells how many rows it touched.
func (t *PlatformTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	return affected(t.tx.ExecContext(ctx, query, args...))
}
