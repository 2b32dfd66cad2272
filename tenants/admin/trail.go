package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
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

func (f TrailFilter) query() (string, []any) {
	q, args := selectTrail, []any{}
	narrow := func(condition string, value any) {
		args = append(args, value)
		q += fmt.Sprintf(" and "+condition, len(args))
	}
	if kind, all := strings.CutSuffix(f.Action, ".*"); all {
		narrow("starts_with(x.action, $%d)", kind+".")
	} else if f.Action != "" {
		narrow("x.action = $%d", f.Action)
	}
	if f.Actor != "" {
		narrow("x.actor_id = $%d", f.Actor)
	}
	if f.Slug != "" {
		narrow("t.slug = $%d", f.Slug)
	}
	if !f.Since.IsZero() {
		narrow("x.at >= $%d", f.Since)
	}
	if !f.Until.IsZero() {
		narrow("x.at < $%d", f.Until)
	}
	if f.Cursor != "" {
		narrow(`(x.at, x.id) < (select b.at, b.id from (select at, id from audit where actor_kind = 'operator' union all select at, id from platform_audit) b
			where b.id = $%d)`, f.Cursor)
	}
	args = append(args, f.Limit+1)
	return q + fmt.Sprintf(" order by x.at desc, x.id desc limit $%d", len(args)), args
}

// Trail lists the platform's trail, newest first, and the cursor of the next page ("" at the end). Fault: CursorInvalid.
func (s *Service) Trail(ctx context.Context, f TrailFilter) ([]TrailEntry, string, error) {
	if f.Cursor != "" {
		if _, err := uuid.Parse(f.Cursor); err != nil {
			return nil, "", fault.CursorInvalid
		}
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	query, args := f.query()
	all := []TrailEntry{}
	if err := s.Platform.Select(ctx, &all, query, args...); err != nil {
		return nil, "", err
	}
	if len(all) <= f.Limit {
		return all, "", nil
	}
	return all[:f.Limit], all[f.Limit-1].ID.String(), nil
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
