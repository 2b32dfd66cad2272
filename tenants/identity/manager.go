package identity

import (
	"context"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Manager is a user who looks after a group: see member.go for what that allows.
type Manager struct {
	User  User
	Since time.Time
}

type managerRow struct {
	userRow
	Since time.Time `db:"since"`
}

const (
	selectManagers = `select ` + userColumns + `, m.created_at as since from group_managers m
		join users u on u.tenant_id = m.tenant_id and u.id = m.user_id join groups g on g.tenant_id = u.tenant_id and g.id = u.group_id
		where m.tenant_id = $1 and m.group_id = $2 and ($3::bigint = 0 or m.user_id = $3) order by m.created_at, m.user_id`
	lockGroup     = `select id from groups where tenant_id = $1 and id = $2 for no key update`
	insertManager = `insert into group_managers (tenant_id, group_id, user_id, created_at) values ($1, $2, $3, $4) on conflict do nothing`
	deleteManager = `delete from group_managers where tenant_id = $1 and group_id = $2 and user_id = $3`
)

// maxManagers bounds the managers of one group, who are listed without pages.
const maxManagers = 100

// Managers lists who looks after a group, the longest first. Fault: PathUnknown.
func (s *Service) Managers(ctx context.Context, in *tenants.Scope, group int64) ([]Manager, error) {
	if _, err := groupBy(ctx, in, group); err != nil {
		return nil, err
	}
	return managersOf(ctx, in, group, 0)
}

func managersOf(ctx context.Context, r reader, group, user int64) ([]Manager, error) {
	var rows []managerRow
	if err := r.Select(ctx, &rows, selectManagers, group, user); err != nil {
		return nil, err
	}
	all := make([]Manager, len(rows))
	for i, row := range rows {
		all[i] = Manager{row.account().User, row.Since.UTC()}
	}
	return all, nil
}

// AddManager has a user look after a group, from his next request on. Doing it twice is doing it once. Faults:
// PathUnknown when there is no such group or user, ManagersTooMany.
func (s *Service) AddManager(ctx context.Context, in *tenants.Scope, by By, group, user int64, c Client) (Manager, error) {
	var m Manager
	err := s.unit(ctx, in, c, func(u *unit) error {
		if _, err := groupBy(ctx, u, group); err != nil {
			return err
		}
		var locked []int64 // so that many at once do not pass the limit
		if err := u.Select(ctx, &locked, lockGroup, group); err != nil {
			return err
		}
		if _, err := accountByID(ctx, u, user); err != nil {
			return err
		}
		added, err := u.Exec(ctx, insertManager, group, user, u.Now())
		if tenants.Constraint(err) != "" { // erased a moment ago
			return fault.PathUnknown
		}
		if err != nil {
			return err
		}
		all, err := managersOf(ctx, u, group, 0)
		if err != nil {
			return err
		}
		if len(all) > maxManagers {
			return fault.ManagersTooMany.With("limit", maxManagers)
		}
		for _, one := range all {
			if one.User.ID == user {
				m = one
			}
		}
		if added == 0 {
			return nil
		}
		return u.note(ctx, by, "group.manager_added", user, map[string]any{"group": group})
	})
	return m, err
}

// RemoveManager takes a group out of a user's hands, from his next request on. Fault: PathUnknown.
func (s *Service) RemoveManager(ctx context.Context, in *tenants.Scope, by By, group, user int64, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error {
		removed, err := u.Exec(ctx, deleteManager, group, user)
		if err != nil {
			return err
		}
		if removed == 0 {
			return fault.PathUnknown
		}
		return u.note(ctx, by, "group.manager_removed", user, map[string]any{"group": group})
	})
}
