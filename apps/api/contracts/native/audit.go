package native

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/admin"
	"github.com/keyhall/keyhall/tenants/identity"
)

type actorOut struct {
	Type string  `json:"type"`
	ID   string  `json:"id"`
	Name *string `json:"name"`
}

type auditOut struct {
	ID        uuid.UUID       `json:"id"`
	At        time.Time       `json:"at"`
	Action    string          `json:"action"`
	Actor     actorOut        `json:"actor"`
	Target    *targetOut      `json:"target"`
	UserID    *int64          `json:"user_id"`
	IP        string          `json:"ip"`
	RequestID string          `json:"request_id"`
	Details   json.RawMessage `json:"details"`
}

type targetOut struct {
	Type string  `json:"type"`
	ID   string  `json:"id"`
	Name *string `json:"name"`
}

type names map[identity.Thing]string

func (n names) of(t identity.Thing) *string {
	if t.Kind == "operator" {
		t.Kind = "admin" // one table holds both
	}
	if t.Kind == "domain" {
		return &t.ID
	}
	return orNull(n[t])
}

func (n names) show(e identity.AuditEntry) auditOut {
	out := auditOut{ID: e.ID, At: e.At.UTC(), Action: e.Action, UserID: e.UserID, IP: e.IP, RequestID: e.RequestID, Details: e.Details}
	actor := identity.Thing{Kind: e.ActorKind, ID: e.ActorID}
	out.Actor = actorOut{actor.Kind, actor.ID, n.of(actor)}
	if about := e.About(); about.Kind != "" {
		out.Target = &targetOut{about.Kind, about.ID, n.of(about)}
	}
	return out
}

// namesIn finds what everybody and everything in the rows is called today.
func (n contract) namesIn(c *wire.Call, all []identity.AuditEntry) (names, error) {
	things := make([]identity.Thing, 0, 2*len(all))
	for _, e := range all {
		things = append(things, identity.Thing{Kind: e.ActorKind, ID: e.ActorID}, e.About())
	}
	found, err := n.Admins.Labels(c.Ctx, c.Scope, actorOf(c), things)
	if err != nil || c.Scope == nil {
		return found, err
	}
	more, err := n.Core.Labels(c.Ctx, c.Scope, things)
	maps.Copy(found, more)
	return found, err
}

// timeParam reads a moment of the query (RFC 3339); the zero time when it is absent.
func timeParam(c *wire.Call, name string) (time.Time, error) {
	text := query(c, name)
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fault.BadFormat.On(name)
	}
	return at, nil
}

// span reads ?since= and ?until=.
func span(c *wire.Call) (since, until time.Time, err error) {
	if since, err = timeParam(c, "since"); err != nil {
		return since, until, err
	}
	until, err = timeParam(c, "until")
	return since, until, err
}

func (n contract) listAudit(c *wire.Call) (wire.Response, error) {
	limit, err := limitParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	user, err := userParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	since, until, err := span(c)
	if err != nil {
		return wire.Response{}, err
	}
	all, next, err := n.Core.Audit(c.Ctx, c.Scope, identity.AuditFilter{
		Action: query(c, "action"), Actor: query(c, "actor"), UserID: user,
		Since: since, Until: until, Sort: query(c, "sort"), Cursor: query(c, "cursor"), Limit: limit,
	})
	if err != nil {
		return wire.Response{}, err
	}
	found, err := n.namesIn(c, all)
	return wire.OK(pageOf(all, next, found.show)), err
}

type trailOut struct {
	auditOut
	Tenant *tenantRef `json:"tenant"`
}

type tenantRef struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

func (n names) showTrail(e admin.TrailEntry) trailOut {
	out := trailOut{auditOut: n.show(e.AuditEntry)}
	if e.Slug != "" {
		out.Tenant = &tenantRef{e.Slug, e.TenantName}
	}
	if e.Object != "" {
		about := identity.Thing{Kind: "admin", ID: e.Object}
		out.Target = &targetOut{about.Kind, about.ID, n.of(about)}
	}
	return out
}

// listTrail is for operators.
func (n contract) listTrail(c *wire.Call) (wire.Response, error) {
	limit, err := limitParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	since, until, err := span(c)
	if err != nil {
		return wire.Response{}, err
	}
	all, next, err := n.Admins.Trail(c.Ctx, admin.TrailFilter{
		Action: query(c, "action"), Actor: query(c, "actor"), Slug: query(c, "tenant"),
		Since: since, Until: until, Sort: query(c, "sort"), Cursor: query(c, "cursor"), Limit: limit,
	})
	if err != nil {
		return wire.Response{}, err
	}
	rows := make([]identity.AuditEntry, 0, 2*len(all))
	for _, e := range all {
		rows = append(rows, e.AuditEntry)
		if e.Object != "" {
			rows = append(rows, identity.AuditEntry{ActorKind: "admin", ActorID: e.Object})
		}
	}
	found, err := n.namesIn(c, rows)
	return wire.OK(pageOf(all, next, found.showTrail)), err
}
