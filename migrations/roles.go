package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/lib/pq"
)

// GrantRuntime makes login (creating it if need be) a role that servers can use: it may log in with the password, is
// a member of the two group roles, and can do nothing else. owner is an address whose role may create roles.
func GrantRuntime(ctx context.Context, owner, login, password string) error {
	db, err := open(owner)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	name := pq.QuoteIdentifier(login)
	_, err = db.ExecContext(ctx, `create role `+name)
	var e *pq.Error
	if err != nil && (!errors.As(err, &e) || e.Code != "42710" && e.Code != "23505") {
		return fmt.Errorf("the role %s could not be made: %w", login, err)
	}
	for _, q := range []string{
		`alter role ` + name + ` login noinherit nosuperuser nocreatedb nocreaterole password ` + pq.QuoteLiteral(password),
		`grant keyhall_app, keyhall_platform to ` + name,
	} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("the role %s could not be set up: %w", login, err)
		}
	}
	return nil
}

// ErrUnsafeRole says that a server was given a role that could step over row-level security.
var ErrUnsafeRole = errors.New("this database role could bypass row-level security")

// CheckRuntime refuses a connection whose login is a superuser, has BYPASSRLS, may create roles, or owns (or can
// become the owner of) any of Keyhall's tables.
func CheckRuntime(ctx context.Context, db *sql.DB) error {
	var login string
	var super, bypass, createRole, owns bool
	err := db.QueryRowContext(ctx, `
		select session_user, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
		       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
		               where n.nspname = current_schema() and c.relkind in ('r', 'p') and pg_has_role(session_user, c.relowner, 'member'))
		from pg_roles r where r.rolname = session_user`).Scan(&login, &super, &bypass, &createRole, &owns)
	if err != nil {
		return err
	}
	if super || bypass || createRole || owns {
		return fmt.Errorf("%w: %s is a superuser, has BYPASSRLS or CREATEROLE, or owns tables. "+
			"Make a runtime role with `keyhall migrate --runtime-role NAME --runtime-password ...` and use it in KEYHALL_DATABASE_URL", ErrUnsafeRole, login)
	}
	return nil
}

// CreateDatabase makes a database unless it is there.
func CreateDatabase(ctx context.Context, owner, name string) error {
	db, err := open(owner)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, `create database `+pq.QuoteIdentifier(name))
	var e *pq.Error
	if errors.As(err, &e) && e.Code == "42P04" {
		return nil
	}
	return err
}
