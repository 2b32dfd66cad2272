package tenants

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// Scope is one tenant's door: to its rows, its Redis keys, its issuer. Only a Registry makes one, and it is passed as
// an argument, never through a context, so that code without a tenant does not compile.
type Scope struct {
	tenant Tenant
	id     string
	db     *DB
	base   string // the platform's public URL, no trailing slash
}

// Tenant gives a copy of the tenant.
func (s *Scope) Tenant() Tenant { return s.tenant }

// ID gives the tenant's id.
func (s *Scope) ID() uuid.UUID { return s.tenant.ID }

// Slug gives the tenant's slug.
func (s *Scope) Slug() string { return s.tenant.Slug }

// Settings gives the tenant's settings; read-only.
func (s *Scope) Settings() *Settings { return &s.tenant.Settings }

// Base is the address below which the tenant's paths always work: <public URL>/t/<slug>.
func (s *Scope) Base() string { return s.base + "/t/" + s.tenant.Slug }

// PublicURL is the platform's own address, without a last slash.
func (s *Scope) PublicURL() string { return s.base }

// Issuer is the `iss` of the tenant's tokens (RFC 7519 4.1.1).
func (s *Scope) Issuer() string { return s.Base() }

// Host is the public host, for Message-IDs.
func (s *Scope) Host() string {
	u, err := url.Parse(s.base)
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	return u.Hostname()
}

// Key makes a Redis key of the tenant; the braces keep a tenant's keys on one node of a cluster.
func (s *Scope) Key(parts ...string) string { return "{" + s.id + "}:" + strings.Join(parts, ":") }

func (s *Scope) args(rest []any) []any { return append([]any{s.id}, rest...) }

// Get reads one row into dst by one prepared statement on a tenant-aware connection, without a transaction. $1 is
// the tenant; args start at $2. Without a row it returns ErrNoRows.
func (s *Scope) Get(ctx context.Context, dst any, query string, args ...any) error {
	if tx := s.joined(ctx); tx != nil {
		return translate(tx.Get(ctx, dst, query, args...))
	}
	return s.read(ctx, query, func(ctx context.Context, st *sqlx.Stmt) error {
		return st.GetContext(ctx, dst, s.args(args)...)
	})
}

// Select reads all rows into the slice dst, like Get.
func (s *Scope) Select(ctx context.Context, dst any, query string, args ...any) error {
	if tx := s.joined(ctx); tx != nil {
		return translate(tx.Select(ctx, dst, query, args...))
	}
	return s.read(ctx, query, func(ctx context.Context, st *sqlx.Stmt) error {
		return st.SelectContext(ctx, dst, s.args(args)...)
	})
}

// List reads all rows into the slice dst like Select, by a plan for these very arguments. A prepared statement is planned
// once, for a tenant of middling size; a list or a search that is planned so reads everybody of a large one. Planning takes
// about a millisecond, so this is not for what each request asks. The text may be put together at run time.
func (s *Scope) List(ctx context.Context, dst any, query string, args ...any) error {
	if tx := s.joined(ctx); tx != nil {
		return translate(tx.tx.SelectContext(ctx, dst, query, s.args(args)...))
	}
	ctx = context.WithValue(ctx, tenantKey{}, s.id)
	return translate(s.db.pool.SelectContext(ctx, dst, query, s.args(args)...))
}

// joined gives the joint transaction that ctx is in, once it has begun; else nil.
func (s *Scope) joined(ctx context.Context) *Tx {
	if j := jointOf(ctx, s.db, s.id); j != nil {
		if tx := j.begun(); tx != nil {
			return &Tx{scope: s, tx: tx, now: j.now}
		}
	}
	return nil
}

func (s *Scope) read(ctx context.Context, query string, run func(context.Context, *sqlx.Stmt) error) error {
	ctx = context.WithValue(ctx, tenantKey{}, s.id)
	st, err := s.db.prepared(ctx, query)
	if err != nil {
		return translate(err)
	}
	return translate(run(ctx, st))
}

// Tx is a transaction inside one tenant. $1 is the tenant in every statement; arguments start at $2.
type Tx struct {
	scope *Scope
	tx    *sqlx.Tx
	now   time.Time
}

const maxRetries = 3

// Tx runs fn in a transaction and commits when fn returns nil. A deadlock or serialization failure runs fn again, up
// to three times, so fn must do nothing but read and write rows.
func (s *Scope) Tx(ctx context.Context, fn func(tx *Tx) error) error {
	if j := jointOf(ctx, s.db, s.id); j != nil {
		return translate(j.part(ctx, func(tx *sqlx.Tx) error { return fn(&Tx{scope: s, tx: tx, now: j.now}) }))
	}
	var err error
	for range maxRetries {
		if err = s.once(ctx, fn); !isRetryable(err) {
			break
		}
	}
	return translate(err)
}

// The transaction learns the tenant and the database's clock in one trip.
const enter = `select set_config('keyhall.tenant_id', $1, true), now()`

func (s *Scope) once(ctx context.Context, fn func(tx *Tx) error) error {
	st, err := s.db.prepared(ctx, enter)
	if err != nil {
		return err
	}
	tx, err := s.db.pool.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	t := &Tx{scope: s, tx: tx}
	var echoed string
	if err := tx.StmtxContext(ctx, st).QueryRowContext(ctx, s.id).Scan(&echoed, &t.now); err != nil {
		return err
	}
	t.now = t.now.UTC()
	if err := fn(t); err != nil {
		return err
	}
	return tx.Commit()
}

// Now is the database's time at the start of the transaction, in UTC. Every row of a transaction has the same time.
func (t *Tx) Now() time.Time { return t.now }

// Scope gives the tenant the transaction is in.
func (t *Tx) Scope() *Scope { return t.scope }

// Get reads one row into dst, or returns ErrNoRows.
func (t *Tx) Get(ctx context.Context, dst any, query string, args ...any) error {
	st, err := t.stmt(ctx, query)
	if err != nil {
		return err
	}
	return st.GetContext(ctx, dst, t.scope.args(args)...)
}

// Select reads all rows into the slice dst.
func (t *Tx) Select(ctx context.Context, dst any, query string, args ...any) error {
	st, err := t.stmt(ctx, query)
	if err != nil {
		return err
	}
	return st.SelectContext(ctx, dst, t.scope.args(args)...)
}

// Exec runs a statement and tells how many rows it touched.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	st, err := t.stmt(ctx, query)
	if err != nil {
		return 0, err
	}
	return affected(st.ExecContext(ctx, t.scope.args(args)...))
}

func affected(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// stmt prepares a new query on the transaction's own connection, since waiting for a second connection while one is
// held can lock up the pool; the pool learns the query on the side.
func (t *Tx) stmt(ctx context.Context, query string) (*sqlx.Stmt, error) {
	if s, ok := t.scope.db.stmts.Load(query); ok {
		return t.tx.StmtxContext(ctx, s.(*sqlx.Stmt)), nil
	}
	t.scope.db.prepareLater(ctx, query)
	return t.tx.PreparexContext(ctx, query)
}
