// Package migrations holds the schema as SQL files and applies them.
//
// It owns every statement that changes the schema and the grants. It runs as the owner role, which no server uses.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"net/url"
	"time"

	_ "github.com/lib/pq" // the driver; the owner's connection is a plain one
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Files are the migrations, in order.
//
//go:embed *.sql
var Files embed.FS

// Up brings the database at address to the newest schema and returns how many migrations that took. Any number of
// processes may call it at once: one applies, the others wait and find nothing to do. A migration that cannot get
// a lock within two seconds gives up, so that it never stalls a serving system (PostgreSQL, lock_timeout).
func Up(ctx context.Context, address string) (applied int, err error) {
	db, err := open(address)
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }()
	if err := db.PingContext(ctx); err != nil { // in its own words, not as something that a library could not set up
		return 0, err
	}
	provider, err := newProvider(db)
	if err != nil {
		return 0, err
	}
	results, err := provider.Up(ctx)
	return len(results), err
}

// ErrAddress says no more, since any piece of the address may be a piece of its password.
var ErrAddress = errors.New("the database address must look like postgres://user:password@host:5432/name")

// open takes URLs only: the driver would quote anything else in its complaints, password and all.
func open(address string) (*sql.DB, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, ErrAddress
	}
	db, err := sql.Open("postgres", address)
	if err != nil {
		return nil, ErrAddress
	}
	return db, nil
}

// Pending reports how many migrations the database at url still lacks.
func Pending(ctx context.Context, db *sql.DB) (int, error) {
	var have int64
	err := db.QueryRowContext(ctx, `select coalesce(max(version_id), 0) from goose_db_version where is_applied`).Scan(&have)
	if err != nil {
		return 0, err
	}
	provider, err := newProvider(db)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, s := range provider.ListSources() {
		if s.Version > have {
			n++
		}
	}
	return n, nil
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 10))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, Files, goose.WithSessionLocker(locker))
}

// LockTimeout is what the owner's address should carry as lock_timeout.
const LockTimeout = 2 * time.Second
