package tenants

import (
	"context"
	"database/sql/driver"
)

// The tenant-aware connection: a lib/pq connection that remembers which tenant its session speaks for. A statement
// outside a transaction carries the tenant in its context (put there by Scope alone); when it differs from the
// remembered one, a prepared set_config runs first. No tenant in the context means none on the connection: no rows.
// Any error drops the memory, so that a doubtful session is set anew before it is believed.

type tenantKey struct{}

type connector struct{ inner driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.inner.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{pqConn: inner.(pqConn), known: true}, nil
}

func (c connector) Driver() driver.Driver { return c.inner.Driver() }

// pqConn is what lib/pq's connection offers and database/sql looks for.
type pqConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
}

type conn struct {
	pqConn
	tenant string
	known  bool // false: the session's setting is in doubt
	inTx   bool // a transaction sets its own tenant and undoes it at its end
	set    driver.Stmt
}

const setTenant = `select set_config('keyhall.tenant_id', $1, false)`

// speakFor makes the session speak for the tenant of ctx.
func (c *conn) speakFor(ctx context.Context) error {
	if c.inTx {
		return nil
	}
	want, _ := ctx.Value(tenantKey{}).(string)
	if c.known && c.tenant == want {
		return nil
	}
	c.known = false
	if err := c.setConfig(ctx, want); err != nil {
		return err
	}
	c.tenant, c.known = want, true
	return nil
}

func (c *conn) setConfig(ctx context.Context, tenant string) (err error) {
	if c.set == nil {
		if c.set, err = c.pqConn.PrepareContext(ctx, setTenant); err != nil {
			return err
		}
	}
	args := []driver.NamedValue{{Ordinal: 1, Value: tenant}}
	rows, err := c.set.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return err
	}
	return rows.Close()
}

// doubt passes err on and, if there is one, forgets which tenant the session speaks for.
func (c *conn) doubt(err error) error {
	if err != nil {
		c.known = false
	}
	return err
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.speakFor(ctx); err != nil {
		return nil, c.doubt(err)
	}
	rows, err := c.pqConn.QueryContext(ctx, query, args)
	return rows, c.doubt(err)
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.speakFor(ctx); err != nil {
		return nil, c.doubt(err)
	}
	result, err := c.pqConn.ExecContext(ctx, query, args)
	return result, c.doubt(err)
}

func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.pqConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, c.doubt(err)
	}
	return &stmt{pqStmt: s.(pqStmt), conn: c}, nil
}

func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	inner, err := c.pqConn.BeginTx(ctx, opts)
	if err != nil {
		return nil, c.doubt(err)
	}
	c.inTx = true
	return &connTx{Tx: inner, conn: c}, nil
}

type connTx struct {
	driver.Tx
	conn *conn
}

func (t *connTx) Commit() error {
	t.conn.inTx = false
	return t.conn.doubt(t.Tx.Commit())
}

func (t *connTx) Rollback() error {
	t.conn.inTx, t.conn.known = false, false
	return t.Tx.Rollback()
}

type pqStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type stmt struct {
	pqStmt
	conn *conn
}

func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.conn.speakFor(ctx); err != nil {
		return nil, s.conn.doubt(err)
	}
	rows, err := s.pqStmt.QueryContext(ctx, args)
	return rows, s.conn.doubt(err)
}

func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.conn.speakFor(ctx); err != nil {
		return nil, s.conn.doubt(err)
	}
	result, err := s.pqStmt.ExecContext(ctx, args)
	return result, s.conn.doubt(err)
}
