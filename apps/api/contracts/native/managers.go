package native

import (
	"time"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

type groupOut struct {
	groupRef
	Default  bool  `json:"default"`
	Members  int64 `json:"members"`
	Managers int64 `json:"managers"`
}

func showGroup(g identity.Group) groupOut {
	return groupOut{groupRef{g.ID, g.Name, append([]string{}, g.Permissions...)}, g.Fixed, g.Members, g.Managers}
}

type managerOut struct {
	User  userOut   `json:"user"`
	Since time.Time `json:"since"`
}

func showManager(in *tenants.Scope, m identity.Manager) managerOut {
	return managerOut{showUser(in, m.User), m.Since}
}

func (n contract) listManagers(c *wire.Call) (wire.Response, error) {
	group, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	all, err := n.Core.Managers(c.Ctx, c.Scope, group)
	return wire.OK(listing[managerOut]{each(all, func(m identity.Manager) managerOut { return showManager(c.Scope, m) })}), err
}

// groupAndUser reads the two ids of a path below a group.
func groupAndUser(c *wire.Call) (group, user int64, err error) {
	if group, err = numberParam(c, "id"); err != nil {
		return 0, 0, err
	}
	user, err = numberParam(c, "user_id")
	return group, user, err
}

func (n contract) addManager(c *wire.Call) (wire.Response, error) {
	group, user, err := groupAndUser(c)
	if err != nil {
		return wire.Response{}, err
	}
	m, err := n.Core.AddManager(c.Ctx, c.Scope, actorOf(c).By(), group, user, c.Client())
	return wire.OK(showManager(c.Scope, m)), err
}

func (n contract) removeManager(c *wire.Call) (wire.Response, error) {
	group, user, err := groupAndUser(c)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Core.RemoveManager(c.Ctx, c.Scope, actorOf(c).By(), group, user, c.Client())
}

type managedGroupOut struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Members int64  `json:"members"`
	Pending int64  `json:"pending"`
}

func (n contract) managedGroups(c *wire.Call) (wire.Response, error) {
	all, err := n.Core.ManagedGroups(c.Ctx, c.Scope, c.Actor)
	return wire.OK(listing[managedGroupOut]{each(all, func(g identity.ManagedGroup) managedGroupOut {
		return managedGroupOut{g.ID, g.Name, g.Members, g.Pending}
	})}), err
}

// groupMemberOut is what a manager needs to know somebody: no address, no number, nothing about sessions.
type groupMemberOut struct {
	ID            int64     `json:"id"`
	Username      string    `json:"username"`
	FirstName     string    `json:"first_name"`
	LastName      string    `json:"last_name"`
	UserType      string    `json:"user_type"`
	EmailVerified bool      `json:"email_verified"`
	Approval      string    `json:"approval"`
	Active        bool      `json:"active"`
	Avatar        *string   `json:"avatar"`
	CreatedAt     time.Time `json:"created_at"`
}

func showGroupMember(in *tenants.Scope, u identity.User) groupMemberOut {
	return groupMemberOut{u.ID, u.Username, u.FirstName, u.LastName, u.Type, u.EmailVerified, u.Approval, u.Active, orNull(u.AvatarURL(in)), u.CreatedAt.UTC()}
}

func (n contract) members(c *wire.Call) (wire.Response, error) {
	group, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	limit, err := limitParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	f := identity.MemberFilter{Query: query(c, "q"), Approval: query(c, "approval"), Cursor: query(c, "cursor"), Limit: limit}
	users, next, err := n.Core.Members(c.Ctx, c.Scope, c.Actor, group, f, c.Client())
	return wire.OK(pageOf(users, next, func(u identity.User) groupMemberOut { return showGroupMember(c.Scope, u) })), err
}

type decideMemberIn struct {
	Decision string  `json:"decision" validate:"required,oneof=approve reject"`
	Reason   *string `json:"reason" wire:"nullable,blank" validate:"max=500"`
}

func (n contract) decideMember(c *wire.Call, in decideMemberIn) (wire.Response, error) {
	group, user, err := groupAndUser(c)
	if err != nil {
		return wire.Response{}, err
	}
	u, err := n.Core.DecideMember(c.Ctx, c.Scope, c.Actor, group, user, in.Decision, text(in.Reason), c.Client())
	return wire.OK(showGroupMember(c.Scope, u)), err
}

func (n contract) removeMember(c *wire.Call) (wire.Response, error) {
	group, user, err := groupAndUser(c)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Core.RemoveMember(c.Ctx, c.Scope, c.Actor, group, user, c.Client())
}
