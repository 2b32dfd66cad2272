package identity

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
)

// What the managers of a group may do: see its members, decide about those who wait, and take a member out of it. Nothing
// else, nobody else, and never themselves. Every call reads the manager's row, so who was one is none on the next request;
// and who is not approved, or may not act, manages nothing. A group of somebody else's is one that does not exist.

// ManagedGroup is a group as its managers see it.
type ManagedGroup struct {
	ID      int64  `db:"id"`
	Name    string `db:"name"`
	Members int64  `db:"members"`
	Pending int64  `db:"pending"` // of the members: who wait for a decision
}

const selectManaged = `select g.id, g.name,
	(select count(*) from users u where u.tenant_id = $1 and u.group_id = g.id) as members,
	(select count(*) from users u where u.tenant_id = $1 and u.group_id = g.id and u.approval = 'pending') as pending
	from group_managers m join groups g on g.tenant_id = m.tenant_id and g.id = m.group_id
	where m.tenant_id = $1 and m.user_id = $2 order by g.id`

// ManagedGroups lists the groups that the actor manages, by id.
func (s *Service) ManagedGroups(ctx context.Context, in *tenants.Scope, a *Actor) ([]ManagedGroup, error) {
	all := []ManagedGroup{}
	if !a.User.Approved() {
		return all, nil
	}
	return all, in.Select(ctx, &all, selectManaged, a.User.ID)
}

// managing finds a manager who may act now.
const managing = `select m.group_id from group_managers m join users me on me.tenant_id = m.tenant_id and me.id = m.user_id
	where m.tenant_id = $1 and m.group_id = $2 and m.user_id = $3 and me.active and me.approval in ('approved', 'not_required')`

// manages gives fault.PathUnknown unless the actor manages the group.
func manages(ctx context.Context, r reader, a *Actor, group int64, locked string) error {
	var found []int64
	err := r.Select(ctx, &found, managing+locked, group, a.User.ID)
	if err == nil && len(found) == 0 {
		err = fault.PathUnknown
	}
	return err
}

// MemberFilter narrows a list of members. Zero values do not narrow.
type MemberFilter struct {
	Query    string // start of a username, first or last name, or a whole id
	Approval string
	Cursor   string
	Limit    int
}

// namedMembers finds people by what their managers are shown of them. An address or a number is not, so nobody finds out
// either by asking for its beginning.
const namedMembers = `(select $%d::bigint as id
	union select i.user_id from identifiers i join users x on x.tenant_id = $1 and x.id = i.user_id and x.username_key = i.value
		where i.tenant_id = $1 and i.value >= $%d and i.value < $%d
	union select f.id from users f where f.tenant_id = $1 and f.first_name_key >= $%d and f.first_name_key < $%d
	union select l.id from users l where l.tenant_id = $1 and l.last_name_key >= $%[4]d and l.last_name_key < $%[5]d) c` + ofThem

func (f MemberFilter) query(group, before int64, limit int) (string, []any) {
	if before == 0 {
		before = math.MaxInt64
	}
	q := question{source: `users u`, args: []any{before}}
	q.where = ` where u.tenant_id = $1 and u.id < $2` + q.add(` and u.group_id = $%d`, group)
	if text := strings.TrimSpace(f.Query); text != "" {
		id, _ := strconv.ParseInt(text, 10, 64)
		key, name := identifier.CanonicalUsername(text), nameKey(text)
		q.source = q.add(namedMembers, id, clean(key), after(key), clean(name), after(name))
	}
	if f.Approval != "" {
		q.where += q.add(` and u.approval = $%d`, f.Approval)
	}
	end := q.add(` order by u.id desc limit $%d`, limit)
	return `select ` + userColumns + ` from ` + q.source + withGroup + q.where + end, q.args
}

// Members lists the members of a group that the actor manages, newest first, and the cursor of the next page ("" at the
// end). Faults: PathUnknown, NotChoice on "approval", CursorInvalid, RateLimited.
func (s *Service) Members(ctx context.Context, in *tenants.Scope, a *Actor, group int64, f MemberFilter, c Client) ([]User, string, error) {
	before, err := intCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	if states := []string{ApprovalNotRequired, ApprovalPending, ApprovalApproved, ApprovalRejected}; f.Approval != "" && !slices.Contains(states, f.Approval) {
		return nil, "", fault.NotChoice.On("approval", "value", f.Approval)
	}
	if err := manages(ctx, in, a, group, ""); err != nil {
		return nil, "", err
	}
	if f.Query != "" {
		if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.SearchNetwork, Subject: c.Network()}); err != nil {
			return nil, "", err
		}
	}
	size := pageSize(f.Limit)
	var rows []userRow
	query, args := f.query(group, before, size+1)
	if err := in.List(ctx, &rows, query, args...); err != nil {
		return nil, "", err
	}
	users := make([]User, 0, len(rows))
	for _, row := range rows[:min(size, len(rows))] {
		users = append(users, row.account().User)
	}
	if len(rows) <= size {
		return users, "", nil
	}
	return users, strconv.FormatInt(users[size-1].ID, 10), nil
}

// memberForUpdate locks a member, and then the word that makes the actor a manager: what was taken from him before the
// transaction commits counts. Faults: PathUnknown, SelfApproval.
func (u *unit) memberForUpdate(ctx context.Context, a *Actor, group, id int64) (account, error) {
	member, err := accountForUpdate(ctx, u.Tx, id)
	if err != nil {
		return account{}, err
	}
	if err := manages(ctx, u, a, group, ` for share of m`); err != nil {
		return account{}, err
	}
	switch {
	case member.Group.ID != group:
		return account{}, fault.PathUnknown
	case id == a.User.ID:
		return account{}, fault.SelfApproval
	}
	return member, nil
}

// DecideMember approves or rejects a member who waits, as Decide does for admins. Deciding the same again changes nothing;
// what was decided otherwise stays so. Faults: PathUnknown, SelfApproval, NotPending, NotChoice on "decision", TooLong on
// "reason".
func (s *Service) DecideMember(ctx context.Context, in *tenants.Scope, a *Actor, group, id int64, decision, reason string, c Client) (User, error) {
	var p fault.Problems
	if decision != DecideApprove && decision != DecideReject {
		p.Add("decision", fault.NotChoice, "value", decision)
	}
	if len([]rune(reason)) > maxReason {
		p.Add("reason", fault.TooLong, "limit", maxReason)
	}
	if err := p.Err(); err != nil {
		return User{}, err
	}
	var user User
	err := s.unit(ctx, in, c, func(u *unit) error {
		member, err := u.memberForUpdate(ctx, a, group, id)
		if err != nil {
			return err
		}
		switch member.Approval {
		case ApprovalPending:
			if _, err := u.judge(ctx, self(a.User.ID), id, decision, reason); err != nil {
				return err
			}
		case decided[decision]:
		default:
			return fault.NotPending
		}
		member, err = accountByID(ctx, u, id)
		user = member.User
		return err
	})
	return user, err
}

// RemoveMember takes a member out of a group that the actor manages, into the group user. Faults: PathUnknown,
// SelfApproval, LastGroup.
func (s *Service) RemoveMember(ctx context.Context, in *tenants.Scope, a *Actor, group, id int64, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error {
		member, err := u.memberForUpdate(ctx, a, group, id)
		if err != nil {
			return err
		}
		if group == groupUser {
			return fault.LastGroup
		}
		to := int64(groupUser)
		return u.setGroup(ctx, self(a.User.ID), member, &to)
	})
}
