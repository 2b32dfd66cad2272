package identity

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/keyset"
	"github.com/keyhall/keyhall/tenants"
)

// AuditFilter narrows a look at the trail. Zero values do not narrow.
type AuditFilter struct {
	Action string // one action, or all of a kind, as in "user.*"
	Actor  string // an id, as in By
	UserID int64
	Since  time.Time
	Until  time.Time // not included
	Sort   string    // "at" or "-at"; "" is "-at"
	Cursor string
	Limit  int
}

const selectAudit = `select id, at, actor_kind, actor_id, action, user_id, details, ip, request_id from audit where tenant_id = $1`

// query says only what narrows, so that the planner can pick the index of what is asked for.
func (f AuditFilter) query(part keyset.Part) (string, []any) {
	q, args := selectAudit, []any{}
	narrow := func(condition string, values ...any) {
		places := make([]any, len(values))
		for i, v := range values {
			args = append(args, v)
			places[i] = len(args) + 1
		}
		q += fmt.Sprintf(condition, places...)
	}
	if kind, all := strings.CutSuffix(f.Action, ".*"); all {
		narrow(` and action collate "C" >= $%d`, kind+".")
		narrow(` and action collate "C" < $%d`, kind+"/") // what follows the dot
	} else if f.Action != "" {
		narrow(" and action = $%d", f.Action)
	}
	if f.Actor != "" {
		narrow(" and actor_id = $%d", f.Actor)
	}
	if f.UserID != 0 {
		narrow(" and user_id = $%d", f.UserID)
	}
	if !f.Since.IsZero() {
		narrow(" and at >= $%d", f.Since)
	}
	if !f.Until.IsZero() {
		narrow(" and at < $%d", f.Until)
	}
	narrow(part.Where, part.Args...)
	narrow(" order by "+part.By+" limit $%d", pageSize(f.Limit)+1)
	return q, args
}

var auditOrders = keyset.List{ID: "id", Columns: map[string]keyset.Column{"at": {SQL: "at", Time: true}}}

// Audit lists a tenant's trail, newest first unless f says otherwise, and the cursor of the next page ("" at the end).
// Faults: NotChoice on "sort", CursorInvalid.
func (s *Service) Audit(ctx context.Context, in *tenants.Scope, f AuditFilter) ([]AuditEntry, string, error) {
	order, err := auditOrders.Order(cmp.Or(f.Sort, "-at"))
	if err != nil {
		return nil, "", err
	}
	parts, err := order.After(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	query, args := f.query(parts[0])
	entries := []AuditEntry{}
	if err := in.Select(ctx, &entries, query, args...); err != nil {
		return nil, "", err
	}
	limit := pageSize(f.Limit)
	if len(entries) <= limit {
		return entries, "", nil
	}
	last := entries[limit-1]
	return entries[:limit], order.Cursor(last.At, last.ID.String()), nil
}

// Thing is what an audit row is about: a user, group, key, admin, domain or signing key, by its id.
type Thing struct {
	Kind string `db:"kind"`
	ID   string `db:"id"`
}

// things are the details that name what a row is about, when that is no account.
var things = []struct{ detail, kind string }{{"group", "group"}, {"admin", "admin"}, {"host", "domain"}, {"key", "key"}, {"webhook", "webhook"}}

// About tells what the row is about; the zero Thing is the tenant as a whole.
func (e AuditEntry) About() Thing {
	if e.UserID != nil {
		return Thing{"user", strconv.FormatInt(*e.UserID, 10)}
	}
	var details map[string]any
	if err := json.Unmarshal(e.Details, &details); err != nil {
		return Thing{}
	}
	for _, t := range things {
		switch id := details[t.detail].(type) {
		case string:
			if strings.HasPrefix(e.Action, "signing_key.") {
				return Thing{"signing_key", id}
			}
			return Thing{t.kind, id}
		case float64:
			return Thing{t.kind, strconv.FormatInt(int64(id), 10)}
		}
	}
	return Thing{}
}

const (
	selectUserLabels = `select 'user' as kind, id::text as id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), nullif(username, ''), nullif(email, ''), mobile) as label
		from users where tenant_id = $1 and id = any(string_to_array($2, ',')::bigint[])`
	selectGroupLabels = `select 'group' as kind, id::text as id, name as label from groups where tenant_id = $1 and id = any(string_to_array($2, ',')::bigint[])`
)

// Labels says what users and groups are called today. Those that are gone have no label.
func (s *Service) Labels(ctx context.Context, in *tenants.Scope, all []Thing) (map[Thing]string, error) {
	labels := map[Thing]string{}
	for kind, query := range map[string]string{"user": selectUserLabels, "group": selectGroupLabels} {
		ids := idsOf(all, kind)
		if len(ids) == 0 {
			continue
		}
		var rows []struct {
			Thing
			Label string `db:"label"`
		}
		if err := in.Select(ctx, &rows, query, strings.Join(ids, ",")); err != nil {
			return nil, err
		}
		for _, r := range rows {
			labels[r.Thing] = r.Label
		}
	}
	return labels, nil
}

// idsOf are the numbers among the things of a kind, each once.
func idsOf(all []Thing, kind string) []string {
	ids := []string{}
	for _, t := range all {
		if _, err := strconv.ParseInt(t.ID, 10, 64); err == nil && t.Kind == kind {
			ids = append(ids, t.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
