// Package attack tries every route of every contract: as one tenant with what belongs to another, and with input that no
// client should send. Routes come from
// the contracts' own tables, so a new one is covered the day it is added.
package attack_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/spec"
	"github.com/keyhall/keyhall/tenants"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/apps/api/wire"
)

func TestMain(m *testing.M) { os.Exit(apitest.Main(m, nil, nil)) }

// loot is everything of tenant B that an attacker might hold.
type loot struct {
	in      *tenants.Scope
	ids     map[string]string // by the names of path parameters
	secrets map[string]any    // by the names of body fields
	access  string            // a live access token
	key     string            // a live key of the older interfaces
}

// plunder fills B with people and things and takes a copy of every id and secret.
func plunder(t *testing.T, s *apitest.Server) loot {
	t.Helper()
	in, operator := pgtest.Get(t).Tenant(t, ""), s.Operator(t)
	var victim apitest.Person
	for i := range 7 { // so that the victim's id, as the group's, is nobody's in the other tenant
		victim = s.SignUp(t, in, fmt.Sprintf("victim%d", i))
	}
	victim.Post("/v1/me/email", map[string]string{"email": "moved@example.com", "password": apitest.Password}).Is(http.StatusAccepted)
	key := s.In(t, in).Post("/rest-auth/login/", map[string]string{"username": victim.Username, "password": apitest.Password}).Is(http.StatusOK).Text("key")
	pair := s.In(t, in).Post("/api/token/obtain/", map[string]string{"username": victim.Username, "password": apitest.Password}).Is(http.StatusOK)
	victim.Bearer("").Post("/v1/password-reset", map[string]string{"email": victim.Email}).Is(http.StatusAccepted)
	reset := s.Mail(t, in, victim.Email, "password_reset")
	keyID, _ := s.APIKey(t, in, "secret")
	staff := s.Staff(t, in, "viewer")
	var group int64
	for i := range 7 {
		group = operator.Post(apitest.Tenant(in, "/groups"), map[string]any{"name": fmt.Sprintf("Group %d", i)}).Is(http.StatusCreated).Int("id")
	}
	operator.Put(apitest.Tenant(in, fmt.Sprintf("/groups/%d/managers/%d", group, victim.ID)), nil).Is(http.StatusOK)
	hook := operator.Post(apitest.Tenant(in, "/webhooks"), map[string]any{"url": "https://api.acme.example/hooks", "events": []string{"user.created"}}).Is(http.StatusCreated).Text("id")
	called := operator.Post(apitest.Tenant(in, "/webhooks/", hook, "/test"), nil).Is(http.StatusAccepted).Text("delivery_id")
	run := operator.Post(apitest.Tenant(in, "/approvals/runs"), map[string]any{"decision": "approve"}).Is(http.StatusAccepted).Text("id")
	host := in.Slug() + ".customer.example"
	operator.Put(apitest.Tenant(in, "/domains/", host), nil).Is(http.StatusOK)
	return loot{
		in: in, access: victim.Access, key: key,
		ids: map[string]string{
			"{session_id}": victim.Get("/v1/me/sessions").Is(http.StatusOK).Text("data.0.id"), "{host}": host, "socialaccounts": "1", "{username}": victim.Username, "{user}": victim.Username,
			"webhooks": hook, "runs": run, "{delivery_id}": called, "{user_id}": fmt.Sprint(victim.ID), "social": "1", "{identity_id}": "1",
			"users": fmt.Sprint(victim.ID), "groups": fmt.Sprint(group), "admins": staff.ID.String(), "keys": keyID,
			"deliveries": operator.Get(apitest.Tenant(in, "/deliveries")).Is(http.StatusOK).Text("data.0.id"),
		},
		secrets: map[string]any{
			"key": s.Mail(t, in, victim.Email, "verify_email")["key"], "uid": reset["uid"], "token": reset["token"],
			"refresh_token": victim.Refresh, "refresh": pair.Text("refresh"), "user_ids": []int64{victim.ID},
		},
	}
}

// path fills a route's path: the slug as told, everything else with B's.
func (l loot) path(route wire.Route, slug string) string {
	parts := strings.Split(route.Path, "/")
	for i, part := range parts {
		switch {
		case part == "{slug}":
			parts[i] = slug
		case part == "{id}":
			parts[i] = l.ids[parts[i-1]]
		case strings.HasPrefix(part, "{"):
			parts[i] = l.ids[part]
		}
	}
	return strings.Join(parts, "/")
}

// body is the documented example with B's secrets in the place of the example's; stolen says that there were any.
func (l loot) body(route wire.Route) (body any, stolen bool) {
	op, _, found := spec.Load().Find(route.Method, route.Path)
	if !found {
		return nil, false
	}
	example, isObject := op.Example().(map[string]any)
	if !isObject {
		return op.Example(), false
	}
	example = maps.Clone(example)
	delete(example, "group") // a name that the other tenant does not have would be complained about first
	for name, secret := range l.secrets {
		if _, there := example[name]; there {
			example[name], stolen = secret, true
		}
	}
	return example, stolen
}

func TestWhatIsAnothersIsNothingHere(t *testing.T) {
	s := apitest.Shared(t)
	b := plunder(t, s)
	a := pgtest.Get(t).Tenant(t, "")
	s.SignUp(t, a, "ann")
	owner := s.Staff(t, a, "owner")
	_, secret := s.APIKey(t, a, "secret")
	before := s.Rows(t, b.in)
	untouched := func(route wire.Route) {
		t.Helper()
		if changed := s.Changed(t, b.in, before); len(changed) > 0 {
			t.Fatalf("%s %s changed the other tenant:\n%s", route.Method, route.Path, strings.Join(changed, "\n"))
		}
	}
	tried := 0
	for _, contract := range s.Contracts {
		for _, route := range contract.Routes {
			if route.Reach != wire.Tenant {
				continue
			}
			b.asUser(t, s, a, route)
			untouched(route)
			tried++
		}
	}
	for _, contract := range s.Contracts {
		for _, route := range contract.Routes {
			if route.Reach != wire.Platform || !strings.Contains(route.Path, "{slug}") {
				continue
			}
			for _, admin := range []apitest.Client{owner.Client, owner.Bearer(secret)} {
				b.asAdmin(t, a, admin, route)
			}
			untouched(route)
			tried++
		}
	}
	if tried < 60 {
		t.Fatalf("only %d routes were tried", tried)
	}
}

// asUser calls a route of tenant A with B's tokens, ids and mailed secrets.
func (l loot) asUser(t *testing.T, s *apitest.Server, a *tenants.Scope, route wire.Route) {
	t.Helper()
	body, stolen := l.body(route)
	here := s.In(t, a)
	for _, thief := range []apitest.Client{here.Bearer(l.access), here.Key(l.key), here.With("Cookie", "sessionid="+l.key)} {
		got := thief.Call(route.Method, l.path(route, ""), body)
		switch {
		case route.Access == wire.User:
			got.Is(http.StatusUnauthorized)
		case stolen:
			got.Is(http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound)
		case got.Status >= http.StatusInternalServerError:
			t.Errorf("%s %s: %d", route.Method, route.Path, got.Status)
		}
	}
}

// asAdmin calls a route of the administration as A's owner or program: at B, which does not exist for them, and at A with
// B's ids, which do not either.
func (l loot) asAdmin(t *testing.T, a *tenants.Scope, admin apitest.Client, route wire.Route) {
	t.Helper()
	body, _ := l.body(route)
	admin.Call(route.Method, l.path(route, l.in.Slug()), body).Is(http.StatusNotFound)
	got := admin.Call(route.Method, l.path(route, a.Slug()), body)
	if got.Status == http.StatusForbidden { // not even with ids of its own
		return
	}
	if named := strings.Count(route.Path, "{") > 1; named {
		got.Is(http.StatusNotFound, http.StatusConflict) // 409: a host that is taken, as it is for everybody
	}
}
