package identity

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
)

// UserFilter narrows a list of accounts. Zero values do not narrow.
type UserFilter struct {
	Query  string // start of a username, e-mail, mobile, first or last name, or a whole id, ours or the external one
	Status string // active, disabled, pending, approved, rejected, unverified
	Group  string // id or name of a group
	Type   string // user or coach

	Verified     string    // "true" or "false": whether the e-mail address is proven
	Contract     string    // has signed in by this contract, in a session that is still known
	CreatedFrom  time.Time // at or after
	CreatedUntil time.Time // before
	SeenFrom     time.Time // signed in at or after
	SeenUntil    time.Time // signed in before, or never

	Cursor string
	Limit  int
}

// Statuses are what UserFilter.Status takes.
var Statuses = []string{"active", "disabled", "pending", "approved", "rejected", "unverified", "invited"}

// The searches are ranges under the "C" collation: under row-level security the planner uses an index for nothing
// that is not leakproof, so no LIKE. $8 and $9 bound the query's canonical form, $10 and $11 a person's name.
const (
	filtered = ` and ($3 = '' or case $3
		when 'active' then u.active and u.approval in ('approved', 'not_required') and u.invited_until is null
		when 'invited' then u.invited_until is not null
		when 'disabled' then not u.active
		when 'unverified' then u.email_verified_at is null
		else u.approval = $3 end)
	and ($4 = '' or g.name_key = $4 or g.id::text = $4)
	and ($5 = '' or u.id = $6::bigint or u.external_id = $5
		or u.id in (select i.user_id from identifiers i where i.tenant_id = $1 and i.value >= $8 and i.value < $9)
		or u.first_name_key >= $10 and u.first_name_key < $11 or u.last_name_key >= $10 and u.last_name_key < $11)
	and ($12 = '' or u.user_type = $12) and ($13 = '' or (u.email_verified_at is not null)::text = $13)
	and ($14::timestamptz is null or u.created_at >= $14) and ($15::timestamptz is null or u.created_at < $15)
	and ($16::timestamptz is null or u.last_login_at >= $16) and ($17::timestamptz is null or coalesce(u.last_login_at, '-infinity') < $17)
	and ($18 = '' or exists (select 1 from sessions s where s.tenant_id = $1 and s.user_id = u.id and s.contract = $18))`
	selectUsers = `select ` + userColumns + fromUsers + `where u.tenant_id = $1 and ($2::bigint = 0 or u.id < $2)` + filtered + ` order by u.id desc limit $7`
)

// check refuses what is none of the choices.
func (f UserFilter) check() error {
	var p fault.Problems
	for _, c := range []struct {
		field, value string
		choices      []string
	}{
		{"status", f.Status, Statuses}, {"type", f.Type, []string{TypeUser, TypeCoach}}, {"verified", f.Verified, []string{"true", "false"}},
	} {
		if c.value != "" && !slices.Contains(c.choices, c.value) {
			p.Add(c.field, fault.NotChoice, "value", c.value)
		}
	}
	return p.Err()
}

// args are $2 to $18 of a filtered query.
func (f UserFilter) args(cursor int64, limit int) []any {
	q := strings.TrimSpace(f.Query)
	id, _ := strconv.ParseInt(q, 10, 64) // 0, which is nobody's id, when it is no number
	key, name := identifier.CanonicalUsername(q), nameKey(q)
	return []any{
		cursor, f.Status, nameKey(strings.TrimSpace(f.Group)), clean(q), id, limit, clean(key), after(key), clean(name), after(name),
		f.Type, f.Verified, orNull(f.CreatedFrom), orNull(f.CreatedUntil), orNull(f.SeenFrom), orNull(f.SeenUntil), clean(f.Contract),
	}
}

// Users lists accounts, newest first, and the cursor of the next page ("" at the end). Faults: NotChoice on "status",
// "type" and "verified", CursorInvalid.
func (s *Service) Users(ctx context.Context, in *tenants.Scope, f UserFilter) ([]User, string, error) {
	before, err := intCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	if err := f.check(); err != nil {
		return nil, "", err
	}
	limit := pageSize(f.Limit)
	var rows []userRow
	if err := in.Select(ctx, &rows, selectUsers, f.args(before, limit+1)...); err != nil {
		return nil, "", err
	}
	users := make([]User, 0, len(rows))
	for _, row := range rows[:min(limit, len(rows))] {
		users = append(users, row.account().User)
	}
	if len(rows) <= limit {
		return users, "", nil
	}
	return users, strconv.FormatInt(users[limit-1].ID, 10), nil
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// clean keeps what PostgreSQL's text cannot hold out of a search; nothing stored has it, so nothing is missed.
func clean(s string) string { return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "") }

// after is the end of the range of texts that start with s.
func after(s string) string { return clean(s) + "\U0010FFFF" }

// Overview counts what an admin looks for first.
type Overview struct {
	Users            int64 `db:"users"`
	Active           int64 `db:"active"`
	Disabled         int64 `db:"disabled"`
	Unverified       int64 `db:"unverified"`
	Pending          int64 `db:"pending"`
	Rejected         int64 `db:"rejected"`
	SignUpsDay       int64 `db:"sign_ups_day"`
	SignInsDay       int64 `db:"sign_ins_day"`
	DeliveriesFailed int64 `db:"deliveries_failed"`
}

const selectOverview = `select count(*) as users, count(*) filter (where active and approval in ('approved', 'not_required')) as active,
	count(*) filter (where not active) as disabled, count(*) filter (where email_verified_at is null) as unverified,
	count(*) filter (where approval = 'pending') as pending, count(*) filter (where approval = 'rejected') as rejected,
	count(*) filter (where created_at > now() - interval '1 day') as sign_ups_day,
	(select count(*) from audit a where a.tenant_id = $1 and a.action = 'session.opened' and a.at > now() - interval '1 day') as sign_ins_day,
	(select count(*) from outbox o where o.tenant_id = $1 and o.state = 'failed' and o.created_at > now() - interval '1 day') as deliveries_failed
	from users where tenant_id = $1`

// Overview counts a tenant's accounts and the last day's events.
func (s *Service) Overview(ctx context.Context, in *tenants.Scope) (Overview, error) {
	var o Overview
	err := in.Get(ctx, &o, selectOverview)
	return o, err
}
