package tenants

import (
	"context"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

// joint is one transaction made of all those that a call runs at one door: their rows stand or fall together with a row that is
// written after the last of them. It begins with the first of them, so that a call that hashes a password first holds no
// connection meanwhile.
type joint struct {
	ctx   context.Context
	db    *DB
	id    string // the tenant; "": the platform
	first func(ctx context.Context, j *joint) error

	mu     sync.Mutex
	tx     *sqlx.Tx
	now    time.Time
	failed error // it could not begin, so nothing may be written
}

type jointKey struct{}

// jointOf gives the joint that ctx carries for a door, or nil.
func jointOf(ctx context.Context, db *DB, id string) *joint {
	j, _ := ctx.Value(jointKey{}).(*joint)
	if j == nil || j.db != db || j.id != id {
		return nil
	}
	return j
}

// Jointly runs do so that each transaction of this tenant in it, begun with the context that do is given, becomes a part of one
// transaction, which is committed when do returns nil. A part that fails is undone alone. Reads in do see what the parts wrote.
// before runs ahead of the first part; an error of it is what Jointly returns, whatever do makes of it.
func (s *Scope) Jointly(ctx context.Context, before func(ctx context.Context, tx *Tx) error, do func(ctx context.Context) error) error {
	j := &joint{ctx: ctx, db: s.db, id: s.id}
	j.first = func(ctx context.Context, j *joint) error {
		var echoed string
		if err := j.tx.QueryRowContext(ctx, enter, s.id).Scan(&echoed, &j.now); err != nil {
			return err
		}
		j.now = j.now.UTC()
		return before(ctx, &Tx{scope: s, tx: j.tx, now: j.now})
	}
	return j.run(do)
}

// Jointly is Scope.Jointly for transactions on platform tables.
func (d *DB) Jointly(ctx context.Context, before func(ctx context.Context, tx *PlatformTx) error, do func(ctx context.Context) error) error {
	j := &joint{ctx: ctx, db: d}
	j.first = func(ctx context.Context, j *joint) error { return before(ctx, &PlatformTx{j.tx}) }
	return j.run(do)
}

func (j *joint) run(do func(ctx context.Context) error) error {
	defer j.abandon() // after a commit this does nothing
	err := do(context.WithValue(j.ctx, jointKey{}, j))
	switch {
	case j.failed != nil:
		return translate(j.failed)
	case err != nil || j.tx == nil:
		return err
	}
	return translate(j.tx.Commit())
}

func (j *joint) abandon() {
	if j.tx != nil {
		_ = j.tx.Rollback()
	}
}

// begun gives the transaction if there is one yet.
func (j *joint) begun() *sqlx.Tx {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.tx
}

func (j *joint) begin() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.tx != nil || j.failed != nil {
		return j.failed
	}
	if j.tx, j.failed = j.db.pool.BeginTxx(j.ctx, nil); j.failed == nil {
		j.failed = j.first(j.ctx, j)
	}
	return j.failed
}

// part runs one of the transactions. What it wrote is undone when it fails, and the rest is as if it had not been there.
func (j *joint) part(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	if err := j.begin(); err != nil {
		return err
	}
	var err error
	for range maxRetries {
		if err = j.once(ctx, fn); !isRetryable(err) {
			break
		}
	}
	return err
}

func (j *joint) once(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	if _, err := j.tx.ExecContext(ctx, `savepoint part`); err != nil {
		return err
	}
	if err := fn(j.tx); err != nil {
		if _, undone := j.tx.ExecContext(ctx, `rollback to savepoint part`); undone != nil {
			return undone
		}
		return err
	}
	_, err := j.tx.ExecContext(ctx, `release savepoint part`)
	return err
}

// Apart gives a context whose transactions stand alone, for what others may use before the call is over.
func Apart(ctx context.Context) context.Context {
	return context.WithValue(ctx, jointKey{}, (*joint)(nil))
}
