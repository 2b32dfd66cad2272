package identity

import (
	"context"
	"fmt"
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

	Sort   string // a name of userOrders, with a minus before it to begin at the end; "": newest first by id
	Cursor string
	Limit  int

	common bool // many names begin like Query; see weigh
	few    bool // what the filter leaves is few enough to be sorted
}

// Statuses are what UserFilter.Status takes.
var Statuses = []string{"active", "disabled", "pending", "approved", "rejected", "unverified", "invited"}

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

// statusIs has a condition for each status, in the words of an index where one is worth it.
var statusIs = map[string]string{
	"active":     ` and u.active and u.approval in ('approved', 'not_required') and u.invited_until is null`,
	"disabled":   ` and not u.active`,
	"invited":    ` and u.invited_until is not null`,
	"unverified": ` and u.email_verified_at is null`,
	"pending":    ` and u.approval = 'pending'`,
	"approved":   ` and u.approval = 'approved'`,
	"rejected":   ` and u.approval = 'rejected'`,
}

// The searches are ranges under the "C" collation: under row-level security the planner uses an index for nothing
// that is not leakproof, so no LIKE. The first range bounds the query's canonical form, the other a person's name; each
// column has an index.
const (
	named = ` and (u.id = $%d::bigint or u.external_id = $%d or u.username_key >= $%d and u.username_key < $%d or u.email_key >= $%[3]d and u.email_key < $%[4]d
		or u.mobile_key >= $%[3]d and u.mobile_key < $%[4]d or u.first_name_key >= $%[5]d and u.first_name_key < $%[6]d
		or u.last_name_key >= $%[5]d and u.last_name_key < $%[6]d)`
	// fenced finds all rows first, whatever the order and the number wanted: the planner may not read everybody in that order
	// instead until enough are found. Nor does it join by an estimate that is wrong: a name of which each of ten thousand
	// tenants has one looks frequent in this tenant.
	fenced     = `(select u.* from users u where u.tenant_id = $1%s offset 0) u`
	byContract = `(select distinct s.user_id as id from sessions s where s.tenant_id = $1 and s.contract = $%d and s.revoked_at is null) c` + ofThem
	howMany    = `select count(*) from (
		(select from identifiers i where i.tenant_id = $1 and i.value >= $2 and i.value < $3 limit $6)
		union all (select from users f where f.tenant_id = $1 and f.first_name_key >= $4 and f.first_name_key < $5 limit $6)
		union all (select from users l where l.tenant_id = $1 and l.last_name_key >= $4 and l.last_name_key < $5 limit $6)) c`
	ofThem = ` join users u on u.tenant_id = $1 and u.id = c.id`
)

// question is a list being put together. A condition that is not asked for is left out: "or nothing was asked" would keep
// the planner from every index, and there are tenants with 200,000 accounts.
type question struct {
	source, where string
	args          []any
}

// add completes a piece of SQL with the places of its values.
func (q *question) add(sql string, values ...any) string {
	places := make([]any, len(values))
	for i, v := range values {
		q.args = append(q.args, v)
		places[i] = len(q.args) + 1 // $1 is the tenant
	}
	return fmt.Sprintf(sql, places...)
}

// ask makes the question that f is. The rarest of what narrows is where the reading begins.
func (f UserFilter) ask() question {
	q := question{source: `users u`, where: ` where u.tenant_id = $1` + statusIs[f.Status]}
	contract := clean(f.Contract)
	switch n := f.names(); {
	case n.asked && f.common: // those who match are close to where the reading begins
		q.where += q.add(named, n.id, n.text, n.key, n.afterKey, n.name, n.afterName)
	case n.asked:
		q.source = fmt.Sprintf(fenced, q.add(named, n.id, n.text, n.key, n.afterKey, n.name, n.afterName))
	case contract != "":
		q.source, contract = q.add(byContract, contract), ""
	}
	if contract != "" {
		q.where += q.add(` and exists (select from sessions s where s.tenant_id = $1 and s.user_id = u.id and s.contract = $%d and s.revoked_at is null)`, contract)
	}
	if group := clean(nameKey(strings.TrimSpace(f.Group))); group != "" { // a group called "2" is meant before the one with that id
		q.where += q.add(` and u.group_id = (select id from groups where tenant_id = $1 and (name_key = $%[1]d or id::text = $%[1]d)
			order by name_key = $%[1]d desc limit 1)`, group)
	}
	if f.Type != "" {
		q.where += q.add(` and u.user_type = $%d`, f.Type)
	}
	if f.Verified != "" {
		q.where += map[bool]string{true: ` and u.email_verified_at is not null`, false: ` and u.email_verified_at is null`}[f.Verified == "true"]
	}
	f.times(&q)
	return q
}

// sought is a query in the forms that names are stored in.
type sought struct {
	asked                                bool
	id                                   int64 // 0, which is nobody's, when the query is no number
	text, key, afterKey, name, afterName string
}

func (f UserFilter) names() sought {
	text := strings.TrimSpace(f.Query)
	id, _ := strconv.ParseInt(text, 10, 64)
	key, name := identifier.CanonicalUsername(text), nameKey(text)
	return sought{text != "", id, clean(text), clean(key), after(key), clean(name), after(name)}
}

const (
	// rareNames is how many names may begin like a query that is answered by looking at them all. Where names are what the
	// list is sorted by, those who match stand together and may be far from where the reading begins.
	rareNames       = 1000
	rareNamesByName = 60_000
	// sortable is how many accounts are sorted for a page. Those who wait for approval are the newest: to read everybody, the
	// oldest first, until fifty of them are found takes much longer.
	sortable = 20_000
)

// weigh finds out whether so many names begin like the query that it is better to look for them among the accounts.
func (f *UserFilter) weigh(ctx context.Context, in *tenants.Scope) error {
	n := f.names()
	if !n.asked {
		return f.weighMembers(ctx, in)
	}
	var count int
	enough := rareNames
	if name := strings.TrimPrefix(f.Sort, "-"); name == "email" || name == "username" {
		enough = rareNamesByName
	}
	err := in.Get(ctx, &count, howMany, n.key, n.afterKey, n.name, n.afterName, enough)
	f.common, f.few = count >= enough, count < enough
	return err
}

// weighMembers finds out whether few enough have the status and the group asked for to be sorted.
func (f *UserFilter) weighMembers(ctx context.Context, in *tenants.Scope) error {
	if f.Sort == "" || f.Status == "" && f.Group == "" {
		return nil
	}
	q := UserFilter{Status: f.Status, Group: f.Group}.ask()
	end := q.add(` limit $%d) c`, sortable)
	var count []int
	err := in.List(ctx, &count, `select count(*) from (select from users u`+q.where+end, q.args...)
	f.few = err == nil && count[0] < sortable
	return err
}

func (f UserFilter) times(q *question) {
	for _, r := range []struct {
		condition string
		at        time.Time
	}{
		{` and u.created_at >= $%d`, f.CreatedFrom},
		{` and u.created_at < $%d`, f.CreatedUntil},
		{` and u.last_login_at >= $%d`, f.SeenFrom},
		{` and (u.last_login_at is null or u.last_login_at < $%d)`, f.SeenUntil},
	} {
		if !r.at.IsZero() {
			q.where += q.add(r.condition, r.at)
		}
	}
}

// clean keeps what PostgreSQL's text cannot hold out of a search; nothing stored has it, so nothing is missed.
func clean(s string) string { return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "") }

// after is the end of the range of texts that start with s.
func after(s string) string { return clean(s) + "\U0010FFFF" }
