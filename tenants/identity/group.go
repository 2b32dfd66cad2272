package identity

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/lib/pq"
	"golang.org/x/text/unicode/norm"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

type groupRow struct {
	ID          int64          `db:"id"`
	Name        string         `db:"name"`
	Permissions pq.StringArray `db:"permissions"`
	Fixed       bool           `db:"fixed"`
	Members     int64          `db:"members"`
	Managers    int64          `db:"managers"`
}

func (r groupRow) group() Group {
	return Group{ID: r.ID, Name: r.Name, Permissions: append([]string{}, r.Permissions...), Fixed: r.Fixed, Members: r.Members, Managers: r.Managers}
}

const selectGroups = `select g.id, g.name, g.permissions, g.fixed,
	(select count(*) from users u where u.tenant_id = g.tenant_id and u.group_id = g.id) as members,
	(select count(*) from group_managers m where m.tenant_id = g.tenant_id and m.group_id = g.id) as managers
	from groups g where g.tenant_id = $1 and ($2::bigint = 0 or g.id = $2) order by `

// groupOrders are how groups can be sorted.
var groupOrders = map[string]string{
	"": `g.id`, "name": `g.name_key, g.id`, "-name": `g.name_key desc, g.id desc`, "members": `members, g.id`, "-members": `members desc, g.id desc`,
}

// Groups lists a tenant's groups with the number of their members, by id unless sort names an order. Fault: NotChoice on
// "sort".
func (s *Service) Groups(ctx context.Context, in *tenants.Scope, sort string) ([]Group, error) {
	order, known := groupOrders[sort]
	if !known {
		return nil, fault.NotChoice.On("sort", "value", sort)
	}
	return groupsOf(ctx, in, 0, order)
}

func groupsOf(ctx context.Context, r reader, id int64, order string) ([]Group, error) {
	var rows []groupRow
	if err := r.Select(ctx, &rows, selectGroups+order, id); err != nil {
		return nil, err
	}
	groups := make([]Group, len(rows))
	for i, row := range rows {
		groups[i] = row.group()
	}
	return groups, nil
}

// Group gives one group, or fault.PathUnknown.
func (s *Service) Group(ctx context.Context, in *tenants.Scope, id int64) (Group, error) {
	return groupBy(ctx, in, id)
}

func groupBy(ctx context.Context, r reader, id int64) (Group, error) {
	if id < 1 {
		return Group{}, fault.PathUnknown
	}
	all, err := groupsOf(ctx, r, id, groupOrders[""])
	if err == nil && len(all) == 0 {
		err = fault.PathUnknown
	}
	if err != nil {
		return Group{}, err
	}
	return all[0], nil
}

var permissionForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+){0,4}$`)

const (
	maxGroupName   = 80
	maxPermissions = 100
)

func checkGroup(name string, permissions []string) (string, error) {
	var p fault.Problems
	switch {
	case strings.TrimSpace(name) == "":
		p.Add("name", fault.Required)
	case len([]rune(name)) > maxGroupName:
		p.Add("name", fault.TooLong, "limit", maxGroupName)
	case strings.ContainsFunc(name, func(c rune) bool { return c < ' ' || c == 0x7f }):
		p.Add("name", fault.BadCharacters)
	}
	bad := func(perm string) bool { return len(perm) > 100 || !permissionForm.MatchString(perm) }
	if len(permissions) > maxPermissions || slices.ContainsFunc(permissions, bad) {
		p.Add("permissions", fault.BadFormat)
	}
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(name))), p.Err()
}

const (
	nextGroupID = `update tenant_counters set groups = groups + 1 where tenant_id = $1 returning groups`
	insertGroup = `insert into groups (tenant_id, id, name, name_key, permissions) values ($1, $2, $3, $4, $5)`
	updateGroup = `update groups set name = $3, name_key = $4, permissions = $5 where tenant_id = $1 and id = $2`
	deleteGroup = `delete from groups where tenant_id = $1 and id = $2`
)

// CreateGroup adds a group. Faults: Required, TooLong, BadCharacters on "name", BadFormat on "permissions" (dotted
// lower-case words such as "members.read"), GroupTaken on "name".
func (s *Service) CreateGroup(ctx context.Context, in *tenants.Scope, by By, name string, permissions []string, c Client) (Group, error) {
	key, err := checkGroup(name, permissions)
	if err != nil {
		return Group{}, err
	}
	var id int64
	err = s.unit(ctx, in, c, func(u *unit) error {
		if err := u.Get(ctx, &id, nextGroupID); err != nil {
			return err
		}
		if _, err := u.Exec(ctx, insertGroup, id, strings.TrimSpace(name), key, pq.Array(orEmpty(permissions))); err != nil {
			return groupConflict(err)
		}
		return u.note(ctx, by, "group.created", 0, map[string]any{"group": id, "permissions": permissions})
	})
	return Group{ID: id, Name: strings.TrimSpace(name), Permissions: orEmpty(permissions)}, err
}

func orEmpty(all []string) []string {
	if all == nil {
		return []string{}
	}
	return all
}

func groupConflict(err error) error {
	if tenants.Constraint(err) == "groups_name_key" {
		return fault.GroupTaken.On("name")
	}
	return err
}

// GroupChange holds what changes; nil leaves it.
type GroupChange struct {
	Name        *string
	Permissions *[]string
}

// ChangeGroup renames a group or changes its permissions, which act on its members' next request. The fixed groups
// keep their names. Faults as CreateGroup, PathUnknown, GroupFixed on "name".
func (s *Service) ChangeGroup(ctx context.Context, in *tenants.Scope, by By, id int64, ch GroupChange, c Client) (Group, error) {
	var g Group
	err := s.unit(ctx, in, c, func(u *unit) error {
		var err error
		if g, err = groupBy(ctx, u, id); err != nil {
			return err
		}
		if ch.Name != nil && *ch.Name != g.Name {
			if g.Fixed {
				return fault.GroupFixed.On("name")
			}
			g.Name = strings.TrimSpace(*ch.Name)
		}
		old := g.Permissions
		if ch.Permissions != nil {
			g.Permissions = orEmpty(*ch.Permissions)
		}
		key, err := checkGroup(g.Name, g.Permissions)
		if err != nil {
			return err
		}
		if _, err := u.Exec(ctx, updateGroup, id, g.Name, key, pq.Array(g.Permissions)); err != nil {
			return groupConflict(err)
		}
		return u.note(ctx, by, "group.changed", 0, map[string]any{"group": id, "from": old, "to": g.Permissions})
	})
	return g, err
}

// DeleteGroup removes an empty group. Faults: PathUnknown, GroupFixed, GroupInUse.
func (s *Service) DeleteGroup(ctx context.Context, in *tenants.Scope, by By, id int64, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error {
		g, err := groupBy(ctx, u, id)
		if err != nil {
			return err
		}
		if g.Fixed {
			return fault.GroupFixed
		}
		_, err = u.Exec(ctx, deleteGroup, id)
		if tenants.Constraint(err) != "" { // members, maybe since a moment ago
			return fault.GroupInUse
		}
		if err != nil {
			return err
		}
		return u.note(ctx, by, "group.deleted", 0, map[string]any{"group": id})
	})
}

// groupExists complains on "group" when there is no such group.
func (u *unit) groupExists(ctx context.Context, id int64) error {
	var have int64
	err := u.Get(ctx, &have, `select id from groups where tenant_id = $1 and id = $2 for share`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.GroupUnknown.On("group")
	}
	return err
}
