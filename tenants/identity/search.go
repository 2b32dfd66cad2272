package identity

import (
	"context"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
)

// Found is what a search shows of a user to anybody.
type Found struct {
	ID       int64  `db:"id"`
	Username string `db:"username"`
	Avatar   string `db:"avatar"`
	Private  bool   `db:"private"`
}

// Most that a search finds, and most hits that it looks at: any part of a name, however common, costs about the same.
const (
	mostFound = 50
	mostHits  = 5000
)

// longestTail is where username_tails cuts, in characters.
const longestTail = 40

const (
	found   = `select u.id, u.username, u.avatar, coalesce(p.private, false) as private `
	profile = `left join profiles p on p.tenant_id = u.tenant_id and p.user_id = u.id `
	// as standing: $2 lets in who waits for approval, $3 who has not confirmed his address
	mayAct = `u.tenant_id = $1 and u.active and u.approval <> 'rejected' and ($2 or u.approval <> 'pending') and ($3 or u.email_verified_at is not null) `

	selectFirst = found + `from users u ` + profile + `where ` + mayAct + `and u.username <> '' order by u.id limit $4`
	// The hits come in order and are looked at one after the other, so that fifty accounts are read and not five thousand. A
	// "with" in place of the subquery would hide the order from PostgreSQL before 17.
	selectFound = `select u.* from (
		select distinct h.user_id from (select t.user_id from username_tails t where t.tenant_id = $1 and t.tail >= $5 and t.tail < $6
			order by t.tail, t.user_id limit $8) h order by h.user_id offset 0) h cross join lateral (` + found + `from users u ` + profile + `where ` + mayAct + `
			and u.id = h.user_id and strpos(u.username_key, $7) > 0 offset 0) u order by h.user_id limit $4`
)

// SearchUsernames finds up to 50 accounts whose username has the query in it, in whatever case, by id; with "" the first
// accounts there are. Whoever may not act at the moment is not found. Where more than 5,000 places match, the 50 are
// the lowest ids of those in which the least follows, in alphabetical order. Fault: RateLimited.
func (s *Service) SearchUsernames(ctx context.Context, in *tenants.Scope, query string, c Client) ([]Found, error) {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.SearchNetwork, Subject: c.Network()}); err != nil {
		return nil, err
	}
	all := []Found{}
	rules := in.Settings()
	waiting, unconfirmed := rules.Approval.PendingMaySignIn, rules.Email.Verification != "mandatory"
	if query == "" {
		return all, in.Select(ctx, &all, selectFirst, waiting, unconfirmed, mostFound)
	}
	part := clean(identifier.CanonicalUsername(query))
	if part == "" {
		return all, nil // nothing but spaces, or what cannot be seen
	}
	start := head(part, longestTail)
	err := in.Select(ctx, &all, selectFound, waiting, unconfirmed, mostFound, start, after(start), part, mostHits)
	return all, err
}

func head(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
