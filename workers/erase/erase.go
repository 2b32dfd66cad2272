// Package erase deletes tenants that an operator has asked to delete: files, messages, accounts, and at last the
// tenant with its trail. It goes piece by piece, so that no transaction is long; whoever finds a deletion that nobody is at work on goes on
// with it, so that one that was cut short by a crash needs nobody.
package erase

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/blob"
)

// pause is how often it is looked whether there is something to do.
const pause = 2 * time.Second

// Eraser deletes tenants. Make it with its fields set.
type Eraser struct {
	Registry *tenants.Registry
	Blobs    *blob.Store
	Log      *slog.Logger
}

// Run erases until ctx ends. Several processes may.
func (e Eraser) Run(ctx context.Context) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		for more := true; more && ctx.Err() == nil; {
			var err error
			if more, err = e.One(ctx); err != nil && ctx.Err() == nil {
				e.Log.Warn("the deletion of a tenant was cut short; it goes on in a minute", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// One deletes one tenant that waits for it, and reports whether there was one.
func (e Eraser) One(ctx context.Context) (bool, error) {
	asked, err := e.Registry.ClaimErasure(ctx)
	if errors.Is(err, tenants.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	in, err := e.Registry.ByID(ctx, asked.TenantID)
	if errors.Is(err, fault.TenantUnknown) {
		return true, e.Registry.FinishErasure(ctx, asked)
	}
	if err != nil {
		return true, err
	}
	if len(asked.Found) == 0 {
		if err := e.count(ctx, in, &asked); err != nil {
			return true, err
		}
	}
	for _, piece := range []func(context.Context, *tenants.Scope) (int64, error){e.files, e.messages, e.users} {
		for n := int64(1); n > 0; {
			if n, err = piece(ctx, in); err != nil {
				return true, err
			}
			if err := e.Registry.AdvanceErasure(ctx, asked, n); err != nil {
				return true, err
			}
		}
	}
	return true, e.Registry.FinishErasure(ctx, asked)
}

const countAll = `select (select count(*) from users where tenant_id = $1) as users, (select count(*) from sessions where tenant_id = $1) as sessions,
	(select count(*) from outbox where tenant_id = $1) as messages, (select count(*) from blobs where tenant_id = $1) as files,
	(select count(*) from audit where tenant_id = $1) as trail`

// count notes how much there is. Sessions go with their users.
func (e Eraser) count(ctx context.Context, in *tenants.Scope, asked *tenants.Erasure) error {
	var n struct{ Users, Sessions, Messages, Files, Trail int64 }
	if err := in.Get(ctx, &n, countAll); err != nil {
		return err
	}
	asked.Found = map[string]int64{"users": n.Users, "sessions": n.Sessions, "messages": n.Messages, "files": n.Files, "audit_entries": n.Trail}
	return e.Registry.BeginErasure(ctx, *asked)
}

// chunk bounds how much one transaction deletes. A user takes a dozen rows of other tables along.
const (
	chunk      = 2000
	usersChunk = 300
	filesChunk = 100
)

func (e Eraser) files(ctx context.Context, in *tenants.Scope) (int64, error) {
	var names []string
	if err := in.Select(ctx, &names, `select name from blobs where tenant_id = $1 limit $2`, filesChunk); err != nil {
		return 0, err
	}
	return int64(len(names)), e.Blobs.Drop(ctx, in, names...)
}

func (e Eraser) messages(ctx context.Context, in *tenants.Scope) (int64, error) {
	return deleteSome(ctx, in, `delete from outbox where tenant_id = $1 and id in (select id from outbox where tenant_id = $1 limit $2)`, chunk)
}

func (e Eraser) users(ctx context.Context, in *tenants.Scope) (int64, error) {
	return deleteSome(ctx, in, `delete from users where tenant_id = $1 and id in (select id from users where tenant_id = $1 limit $2)`, usersChunk)
}

func deleteSome(ctx context.Context, in *tenants.Scope, statement string, limit int) (n int64, err error) {
	err = in.Tx(ctx, func(tx *tenants.Tx) (err error) {
		n, err = tx.Exec(ctx, statement, limit)
		return err
	})
	return n, err
}
