package admin

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/keyset"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

// TrailEntry is a row of the platform's trail: what operators did, wherever it was, and what happened to the platform.
type TrailEntry struct {
	identity.AuditEntry
	Slug       string `db:"slug"` // of the tenant it was done to; "" for the platform itself
	TenantName string `db:"tenant_name"`
	Object     string `db:"object"` // the administrator it is about; "" in a tenant
}

// TrailFilter narrows a look at the platform's trail. Zero values do not narrow.
type TrailFilter struct {
	Action string // one action, or all of a kind, as in "tenant.*"
	Actor  string
	Slug   string
	Since  time.Time
	Until  time.Time // not included
	Sort   string    // "at" or "-at"; "" is "-at"
	Cursor string
	Limit  int
}

// The policy operators_notes lets this role see no other rows of tenants.
const selectTrail = `select x.id, x.at, x.actor_kind, x.actor_id, x.action, x.user_id, x.details, x.ip, x.request_id, x.object,
	coalesce(t.slug, '') as slug, coalesce(t.name, '') as tenant_name from (
	select id, at, actor_kind, actor_id, action, user_id, details, ip, request_id, tenant_id, '' as object from audit where actor_kind = 'operator'
	union all
	select id, at, actor_kind, actor_id, action, null, details, ip, request_id, null, object from platform_audit
	) x left join tenants t on t.id = x.tenant_id where true`

func (f TrailFilter) query(part keyset.Part) (string, []any) {
	q, args := selectTrail, []any{}
	narrow := func(condition string, values ...any) {
		places := make([]any, len(values))
		for i, v := range values {
			args = append(args, v)
			places[i] = len(args)
		}
		q += fmt.Sprintf(condition, places...)
	}
	if kind, all := strings.CutSuffix(f.Action, ".*"); all {
		narrow(" and starts_with(x.action, $%d)", kind+".")
	} else if f.Action != "" {
		narrow(" and x.action = $%d", f.Action)
	}
	if f.Actor != "" {
		narrow(" and x.actor_id = $%d", f.Actor)
	}
	if f.Slug != "" {
		narrow(" and t.slug = $%d", f.Slug)
	}
	if !f.Since.IsZero() {
		narrow(" and x.at >= $%d", f.Since)
	}
	if !f.Until.IsZero() {
		narrow(" and x.at < $%d", f.Until)
	}
	narrow(part.Where, part.Args...)
	narrow(" order by "+part.By+" limit $%d", f.Limit+1)
	return q, args
}

var trailOrders = keyset.List{ID: "x.id", Columns: map[string]keyset.Column{"at": {SQL: "x.at", Time: true}}}

// Trail lists the platform's trail, newest first unless f says otherwise, and the cursor of the next page ("" at the end).
// Faults: NotChoice on "sort", CursorInvalid.
func (s *Service) Trail(ctx context.Context, f TrailFilter) ([]TrailEntry, string, error) {
	order, err := trailOrders.Order(cmp.Or(f.Sort, "-at"))
	if err != nil {
		return nil, "", err
	}
	parts, err := order.After(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	query, args := f.query(parts[0])
	all := []TrailEntry{}
	if err := s.Platform.Select(ctx, &all, query, args...); err != nil {
		return nil, "", err
	}
	if len(all) <= f.Limit {
		return all, "", nil
	}
	last := all[f.Limit-1]
	return all[:f.Limit], order.Cursor(last.At, last.ID.String()), nil
}

const selectLabels = `select 'admin' as kind, id::text as id, coalesce(nullif(name, ''), email) as label from admins
		where id = any(string_to_array($2, ',')::uuid[]) and (not operator or $3 or exists (select from admin_roles r where r.tenant_id = $1 and r.admin_id = admins.id))
	union all select 'key', id::text, name from api_keys where tenant_id = $1 and id = any(string_to_array($2, ',')::uuid[])`

// Labels says what administrators and keys are called today, as far as it is the asker's to know: the names of
// operators are for operators. in is nil for the platform.
func (s *Service) Labels(ctx context.Context, in *tenants.Scope, by *Actor, all []identity.Thing) (map[identity.Thing]string, error) {
	ids := []string{}
	for _, t := range all {
		if _, err := uuid.Parse(t.ID); err == nil {
			ids = append(ids, t.ID)
		}
	}
	slices.Sort(ids)
	labels := map[identity.Thing]string{}
	if len(ids) == 0 {
		return labels, nil
	}
	tenant := uuid.Nil
	if in != nil {
		tenant = in.ID()
	}
	var rows []struct {
		identity.Thing
		Label string `db:"label"`
	}
	if err := s.Platform.Select(ctx, &rows, selectLabels, tenant, strings.Join(slices.Compact(ids), ","), by.Admin.Operator); err != nil {
		return nil, err
	}
	for _, r := range rows {
		labels[r.Thing] = r.Label
	}
	return labels, nil
}
