package webhooks

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

type row struct {
	ID          uuid.UUID      `db:"id"`
	URL         string         `db:"url"`
	Description string         `db:"description"`
	Events      pq.StringArray `db:"events"`
	Active      bool           `db:"active"`
	Sealed      []byte         `db:"sealed"`
	OldSealed   []byte         `db:"old_sealed"`
	OldUntil    *time.Time     `db:"old_until"`
	CreatedAt   time.Time      `db:"created_at"`
	UpdatedAt   time.Time      `db:"updated_at"`
}

func (r row) endpoint() Endpoint {
	e := Endpoint{ID: r.ID, URL: r.URL, Description: r.Description, Active: r.Active, CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC()}
	for _, t := range r.Events {
		e.Events = append(e.Events, Type(t))
	}
	if r.OldUntil != nil {
		until := r.OldUntil.UTC()
		e.OldUntil = &until
	}
	return e
}

// A secret whose time is over is as good as gone, whether or not it was swept.
const (
	selectEndpoints = `select id, url, description, events, active, sealed, created_at, updated_at,
		case when old_until > now() then old_sealed end as old_sealed, case when old_until > now() then old_until end as old_until
	from webhook_endpoints where tenant_id = $1`
	selectEndpoint = selectEndpoints + ` and id = $2`
	countEndpoints = `select count(*) from webhook_endpoints where tenant_id = $1`
	lockTenant     = `select pg_advisory_xact_lock(hashtextextended('webhooks/' || $1::text, 0))`
	insertEndpoint = `insert into webhook_endpoints (tenant_id, id, url, description, events, active, sealed, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`
	updateEndpoint = `update webhook_endpoints set url = $3, description = $4, events = $5, active = $6, updated_at = $7 where tenant_id = $1 and id = $2`
	rotateEndpoint = `update webhook_endpoints set old_sealed = sealed, old_until = $4, sealed = $3, updated_at = $5 where tenant_id = $1 and id = $2`
	deleteEndpoint = `delete from webhook_endpoints where tenant_id = $1 and id = $2`
)

// reader is a Scope or a Tx.
type reader interface {
	Get(ctx context.Context, dst any, query string, args ...any) error
}

// find reads one endpoint, or returns fault.PathUnknown.
func find(ctx context.Context, r reader, id uuid.UUID, more string) (found row, err error) {
	err = r.Get(ctx, &found, selectEndpoint+more, id)
	if errors.Is(err, tenants.ErrNoRows) {
		err = fault.PathUnknown
	}
	return found, err
}

func names(types []Type) pq.StringArray {
	all := make(pq.StringArray, len(types))
	for i, t := range types {
		all[i] = string(t)
	}
	return all
}
