package native

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
)

// numberParam reads an account's or group's id of the path. Only the plain decimal form names one; anything else does
// not exist.
func numberParam(c *wire.Call, name string) (int64, error) {
	text := c.Param(name)
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != text {
		return 0, fault.PathUnknown
	}
	return id, nil
}

func (n contract) listUsers(c *wire.Call) (wire.Response, error) {
	f, err := userFilter(c)
	if err != nil {
		return wire.Response{}, err
	}
	f.Sort = query(c, "sort")
	users, next, err := n.Core.Users(c.Ctx, c.Scope, f)
	return wire.OK(pageOf(users, next, func(u identity.User) userOut { return showUser(c.Scope, u) })), err
}

// userFilter reads what of the query narrows a list of users.
func userFilter(c *wire.Call) (f identity.UserFilter, err error) {
	f = identity.UserFilter{
		Query: query(c, "q"), Status: query(c, "status"), Group: query(c, "group"), Type: query(c, "type"),
		Verified: query(c, "verified"), Contract: query(c, "contract"), Cursor: query(c, "cursor"),
	}
	if f.Limit, err = limitParam(c); err != nil {
		return f, err
	}
	for name, at := range map[string]*time.Time{
		"created_from": &f.CreatedFrom, "created_until": &f.CreatedUntil, "seen_from": &f.SeenFrom, "seen_until": &f.SeenUntil,
	} {
		if *at, err = timeParam(c, name); err != nil {
			return f, err
		}
	}
	return f, nil
}

type createUserIn struct {
	Email     string          `json:"email" validate:"required,max=254,django_email"`
	Group     json.RawMessage `json:"group"`
	Username  string          `json:"username" wire:"blank" validate:"max=150"`
	Mobile    string          `json:"mobile" wire:"blank" validate:"max=32"`
	FirstName string          `json:"first_name" wire:"blank" validate:"max=150"`
	LastName  string          `json:"last_name" wire:"blank" validate:"max=150"`
	UserType  string          `json:"user_type" validate:"oneof=user coach"`
	Locale    *string         `json:"locale" wire:"nullable" validate:"max=35,bcp47_language_tag"`
	Invite    *bool           `json:"invite"`
}

func (n contract) createUser(c *wire.Call, in createUserIn) (wire.Response, error) {
	group, err := n.groupIn(c, in.Group)
	if err != nil {
		return wire.Response{}, err
	}
	var invitation *identity.Invitation
	if in.Invite == nil || *in.Invite {
		invitation = &identity.Invitation{From: inviterOf(c)}
	}
	if group == nil {
		group = new(int64)
	}
	u, err := n.Core.CreateUser(c.Ctx, c.Scope, actorOf(c).By(), identity.Registration{
		Username: in.Username, Email: in.Email, Mobile: in.Mobile,
		FirstName: in.FirstName, LastName: in.LastName, Type: in.UserType, Locale: text(in.Locale), EmailRequired: true, MakeUsername: true,
	}, *group, invitation, c.Client())
	return wire.Created(showUser(c.Scope, u)), err
}

// inviterOf is how an invitation names the administrator; "" for a secret key.
func inviterOf(c *wire.Call) string {
	a := actorOf(c)
	if a.IsKey() {
		return ""
	}
	return cmp.Or(a.Admin.Name, a.Admin.Email)
}

func (n contract) invite(c *wire.Call) (wire.Response, error) {
	id, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	u, err := n.Core.Invite(c.Ctx, c.Scope, actorOf(c).By(), id, identity.Invitation{From: inviterOf(c)}, c.Client())
	return wire.Response{Status: http.StatusAccepted, Body: showUser(c.Scope, u)}, err
}

func (n contract) uninvite(c *wire.Call) (wire.Response, error) {
	return n.aUser(c, wire.NoContent(), func(id int64) error {
		return n.Core.Uninvite(c.Ctx, c.Scope, actorOf(c).By(), id, c.Client())
	})
}

// aUser runs what is done to the account that the path names.
func (n contract) aUser(c *wire.Call, done wire.Response, do func(id int64) error) (wire.Response, error) {
	id, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return done, do(id)
}

func (n contract) getUser(c *wire.Call) (wire.Response, error) {
	id, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	u, err := n.Core.User(c.Ctx, c.Scope, id)
	return wire.OK(showUser(c.Scope, u)), err
}

type changeUserIn struct {
	changeMeIn
	Active *bool           `json:"active"`
	Group  json.RawMessage `json:"group"`
}

func (n contract) changeUser(c *wire.Call, in changeUserIn) (wire.Response, error) {
	id, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	group, err := n.groupIn(c, in.Group)
	if err != nil {
		return wire.Response{}, err
	}
	u, err := n.Core.ChangeUser(c.Ctx, c.Scope, actorOf(c).By(), id, identity.UserChange{ProfileChange: in.change(), Active: in.Active, Group: group}, c.Client())
	return wire.OK(showUser(c.Scope, u)), err
}

// groupIn takes a group by its name or by its id.
func (n contract) groupIn(c *wire.Call, raw json.RawMessage) (*int64, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var id int64
	if json.Unmarshal(raw, &id) == nil {
		return &id, nil
	}
	var name string
	if json.Unmarshal(raw, &name) != nil {
		return nil, fault.NotString.On("group")
	}
	groups, err := n.Core.Groups(c.Ctx, c.Scope, "")
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		if strings.EqualFold(g.Name, strings.TrimSpace(name)) {
			return &g.ID, nil
		}
	}
	return nil, fault.GroupUnknown.On("group")
}

type countersIn struct {
	Activities int64 `json:"activities" validate:"required"`
	Sports     int64 `json:"sports" validate:"required"`
	Meters     int64 `json:"distance_meters" validate:"required"`
	Seconds    int64 `json:"duration_seconds" validate:"required"`
}

// setCounters is for the tenant's own back end: users see the counters in the older interface and cannot set them.
func (n contract) setCounters(c *wire.Call, in countersIn) (wire.Response, error) {
	id, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	counted := identity.Counters{Activities: in.Activities, Sports: in.Sports, DistanceKm: float64(in.Meters) / 1000, Seconds: in.Seconds}
	_, err = n.Core.SetCounters(c.Ctx, c.Scope, actorOf(c).By(), id, counted, c.Client())
	return wire.OK(in), err
}

func (n contract) eraseUser(c *wire.Call) (wire.Response, error) {
	return n.aUser(c, wire.NoContent(), func(id int64) error {
		return n.Core.EraseUser(c.Ctx, c.Scope, actorOf(c).By(), id, c.Client())
	})
}

func (n contract) userSessions(c *wire.Call) (wire.Response, error) {
	id, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	if _, err := n.Core.User(c.Ctx, c.Scope, id); err != nil {
		return wire.Response{}, err
	}
	all, err := n.Core.Sessions(c.Ctx, c.Scope, id)
	return wire.OK(showSessions(all, uuid.Nil)), err
}

func (n contract) endUserSessions(c *wire.Call) (wire.Response, error) {
	return n.aUser(c, wire.NoContent(), func(id int64) error {
		return n.Core.EndSessions(c.Ctx, c.Scope, actorOf(c).By(), id, uuid.Nil, c.Client())
	})
}

func (n contract) endUserSession(c *wire.Call) (wire.Response, error) {
	session, err := idParam(c, "session_id")
	if err != nil {
		return wire.Response{}, err
	}
	return n.aUser(c, wire.NoContent(), func(id int64) error {
		return n.Core.EndSession(c.Ctx, c.Scope, actorOf(c).By(), id, session, c.Client())
	})
}

func (n contract) startReset(c *wire.Call) (wire.Response, error) {
	return n.aUser(c, accepted(), func(id int64) error {
		return n.Core.StartReset(c.Ctx, c.Scope, actorOf(c).By(), id, c.Client())
	})
}

func (n contract) sendVerification(c *wire.Call) (wire.Response, error) {
	return n.aUser(c, accepted(), func(id int64) error {
		return n.Core.SendVerification(c.Ctx, c.Scope, actorOf(c).By(), id, c.Client())
	})
}

type decideIn struct {
	UserIDs  []int64 `json:"user_ids" validate:"required"`
	Decision string  `json:"decision" validate:"required,oneof=approve reject pending"`
	Reason   *string `json:"reason" wire:"nullable,blank" validate:"max=500"`
}

type decisionsOut struct {
	Results []decisionOut `json:"results"`
}

type decisionOut struct {
	UserID   int64   `json:"user_id"`
	Outcome  string  `json:"outcome"`
	Approval *string `json:"approval,omitempty"`
	Error    *whyNot `json:"error,omitempty"`
}

type whyNot struct {
	Code  string `json:"code"`
	Title string `json:"title"`
}

func (n contract) decide(c *wire.Call, in decideIn) (wire.Response, error) {
	all, err := n.Core.Decide(c.Ctx, c.Scope, actorOf(c).By(), in.UserIDs, in.Decision, text(in.Reason), c.Client())
	return wire.OK(decisionsOut{each(all, showDecision)}), err
}

func showDecision(d identity.Decision) decisionOut {
	out := decisionOut{UserID: d.UserID, Outcome: d.Outcome, Approval: orNull(d.Approval)}
	if d.Err != nil {
		f := fault.From(d.Err)
		out.Error = &whyNot{f.Code.Name, wire.Text(f.Code, f.Args)}
	}
	return out
}

func (n contract) listGroups(c *wire.Call) (wire.Response, error) {
	all, err := n.Core.Groups(c.Ctx, c.Scope, query(c, "sort"))
	return wire.OK(listing[groupOut]{each(all, showGroup)}), err
}

type createGroupIn struct {
	Name        string   `json:"name" validate:"required"`
	Permissions []string `json:"permissions"`
}

func (n contract) createGroup(c *wire.Call, in createGroupIn) (wire.Response, error) {
	g, err := n.Core.CreateGroup(c.Ctx, c.Scope, actorOf(c).By(), in.Name, in.Permissions, c.Client())
	return wire.Created(showGroup(g)), err
}

func (n contract) getGroup(c *wire.Call) (wire.Response, error) {
	id, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	g, err := n.Core.Group(c.Ctx, c.Scope, id)
	return wire.OK(showGroup(g)), err
}

type changeGroupIn struct {
	Name        *string   `json:"name"`
	Permissions *[]string `json:"permissions"`
}

func (n contract) changeGroup(c *wire.Call, in changeGroupIn) (wire.Response, error) {
	id, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	g, err := n.Core.ChangeGroup(c.Ctx, c.Scope, actorOf(c).By(), id, identity.GroupChange{Name: in.Name, Permissions: in.Permissions}, c.Client())
	return wire.OK(showGroup(g)), err
}

func (n contract) deleteGroup(c *wire.Call) (wire.Response, error) {
	return n.aUser(c, wire.NoContent(), func(id int64) error {
		return n.Core.DeleteGroup(c.Ctx, c.Scope, actorOf(c).By(), id, c.Client())
	})
}
