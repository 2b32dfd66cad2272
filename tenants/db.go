package tenants

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/keyhall/keyhall/internal/fault"
)

// The group roles that migrations create. A pool takes one of them at connect time.
const (
	AppRole      = "keyhall_app"      // a tenant's rows, one tenant at a time
	PlatformRole = "keyhall_platform" // the platform's tables
)

// DB is a pool of connections under one role, with each statement prepared once per connection.
type DB struct {
	pool    *sqlx.DB
	stmts   sync.Map // query text -> *sqlx.Stmt; texts are constants of the program, so the map is bounded
	warming sync.Map // query texts being prepared by prepareLater
}

// Open makes a pool on the PostgreSQL at address under role. It does not connect yet. Statements are given 15 s and
// locks 5 s by the server itself, because a client that leaves does not cancel its statement.
func Open(address, role string, size int) (*DB, error) {
	dsn, err := withParams(address, map[string]string{
		"role": role, "application_name": "keyhall",
		"statement_timeout": "15000", "lock_timeout": "5000", "idle_in_transaction_session_timeout": "30000",
	})
	if err != nil {
		return nil, err
	}
	inner, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("the database address is not usable: %w", err)
	}
	pool := sqlx.NewDb(sql.OpenDB(connector{inner}), "postgres")
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return &DB{pool: pool}, nil
}

// withParams adds connection parameters to a postgres:// address.
func withParams(address string, params map[string]string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return "", errors.New("the database address must look like postgres://user:password@host:5432/name")
	}
	q := u.Query()
	for k, v := range params {
		q.Set(k, v)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// Close closes the pool.
func (d *DB) Close() error { return d.pool.Close() }

// Ping asks the server for a sign of life.
func (d *DB) Ping(ctx context.Context) error { return translate(d.pool.PingContext(ctx)) }

// Raw gives the pool for start-up checks and tests; product code has Scope and Platform.
func (d *DB) Raw() *sql.DB { return d.pool.DB }

func (d *DB) prepared(ctx context.Context, query string) (*sqlx.Stmt, error) {
	if s, ok := d.stmts.Load(query); ok {
		return s.(*sqlx.Stmt), nil
	}
	fresh, err := d.pool.PreparexContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if s, lost := d.stmts.LoadOrStore(query, fresh); lost {
		_ = fresh.Close()
		return s.(*sqlx.Stmt), nil
	}
	return fresh, nil
}

// prepareLater prepares a query for the statements to come, with a connection of its own.
func (d *DB) prepareLater(ctx context.Context, query string) {
	if _, busy := d.warming.LoadOrStore(query, true); busy {
		return
	}
	go func() {
		defer d.warming.Delete(query)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_, _ = d.prepared(ctx, query) // if it fails, the next transaction asks again
	}()
}

// ErrNoRows is what Get returns when there is none.
var ErrNoRows = sql.ErrNoRows

// Constraint names the unique constraint or foreign key that err is about, or is "".
func Constraint(err error) string {
	var e *pq.Error
	if errors.As(err, &e) && (e.Code == "23505" || e.Code == "23503") {
		return e.Constraint
	}
	return ""
}

// translate turns what PostgreSQL and the network say into faults where a client should come back later.
// lib/pq reports a passed deadline as SQLSTATE 57014, not as context.DeadlineExceeded.
func translate(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var e *pq.Error
	var netErr net.Error
	switch {
	case errors.As(err, &e):
		if unavailable(string(e.Code)) {
			return fault.DependencyDown.Because(err).Later(time.Second)
		}
		return err
	case errors.Is(err, sql.ErrConnDone), errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr), isBroken(err):
		return fault.DependencyDown.Because(err).Later(time.Second)
	default:
		return err
	}
}

// unavailable: query cancelled or timed out, lock timeout, too many connections, shutting down, read-only, disk full.
func unavailable(code string) bool {
	switch code {
	case "57014", "55P03", "25006", "25P03", "40001", "40P01":
		return true
	}
	class := code[:min(2, len(code))]
	return class == "08" || class == "53" || class == "57" || class == "58"
}

func isRetryable(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// isBroken reports a connection that died under a statement.
func isBroken(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
