package native_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// Everybody whom a filter finds is acted on, and it is told beforehand how many that changes, and afterwards who was left out and why.
func TestEverybodyInAListIsActedOn(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Staff(t, in, "admin")
	var people []apitest.Person
	for _, name := range []string{"team-ada", "team-ben", "team-cora", "team-dan", "other"} {
		people = append(people, s.SignUp(t, in, name))
	}
	path, of := apitest.Tenant(in, "/runs"), "?q=team-"
	user := func(i int) string { return apitest.Tenant(in, fmt.Sprint("/users/", people[i].ID)) }
	foreseen := func(query, want string) {
		t.Helper()
		n := c.Get(apitest.Tenant(in, "/candidates", of, query)).Is(200)
		if got := fmt.Sprint(n.Int("found"), n.Int("total"), n.Int("unverified")); got != want {
			t.Errorf("%s: foreseen %s instead of %s", query, got, want)
		}
	}
	c.Patch(user(3), obj{"active": false}).Is(200)
	foreseen("&act=disable", "4 3 3")
	run := c.Post(path+of, obj{"act": "disable"}).Is(http.StatusAccepted)
	c.Delete(user(0), nil).Is(204) // both meanwhile
	c.Patch(user(1), obj{"active": false}).Is(200)
	goOn(t, s, in)
	over := c.Get(path + "/" + run.Text("id")).Is(200)
	if got := fmt.Sprint(over.Int("found"), over.Int("total"), over.Int("done"), over.Int("changed"), over.Int("failed")); got != "4 3 3 1 1" || over.Value("finished_at") == nil {
		t.Fatalf("%s", over.Body)
	}
	if got := fmt.Sprint(over.List("skipped", "code"), over.Int("skipped.0.user_id") == people[0].ID); got != "[not_found unchanged] true" {
		t.Errorf("left out: %s", over.Body)
	}
	if c.Get(user(2)).Value("active") != false || c.Get(user(4)).Value("active") != true {
		t.Error("the filter is not who was disabled")
	}
	people[2].Get("/v1/me").Is(401, 403)

	foreseen("&act=enable", "3 3 3")
	c.Post(path+of, obj{"act": "enable"}).Is(202)
	goOn(t, s, in)
	foreseen("&act=enable", "3 0 0")
	group := c.Post(apitest.Tenant(in, "/groups"), obj{"name": "Referees", "permissions": []string{}}).Is(201).Int("id")
	foreseen(fmt.Sprint("&act=move&to_group=", group), "3 3 3")
	moved := c.Post(path+of, obj{"act": "move", "group": "referees"}).Is(202)
	goOn(t, s, in)
	if got := c.Get(path + "/" + moved.Text("id")); got.Int("group_id") != group || got.Int("changed") != 3 {
		t.Errorf("%s", got.Body)
	}
	if got := c.Get(user(1)); got.Text("group.name") != "Referees" {
		t.Errorf("%s", got.Body)
	}
	people[4].Get("/v1/me").Is(200)
	c.Post(path+"?q=other", obj{"act": "sign_out"}).Is(202)
	goOn(t, s, in)
	people[4].Get("/v1/me").Is(401)
	n := c.Get(apitest.Tenant(in, "/candidates?q=other&act=sign_out")).Is(200)
	if n.Int("found") != 1 || n.Int("total") != 0 {
		t.Errorf("signed out already: %s", n.Body)
	}
	trail := c.Get(apitest.Tenant(in, "/audit?action=users.run_started")).Is(200)
	if trail.Text("data.1.details.act") != "move" || len(trail.List("data", "id")) != 4 {
		t.Errorf("%s", trail.Body)
	}
}

// Who may decide may not disable everybody, and runs of one kind are not shown as the other.
func TestActsOnManyAreNoDecisions(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Staff(t, in, "admin")
	s.SignUpCoach(t, in, "ada")
	acts, decisions := apitest.Tenant(in, "/runs"), apitest.Tenant(in, "/approvals/runs")
	disabled := c.Post(acts, obj{"act": "disable"}).Is(202).Text("id")
	approved := c.Post(decisions, obj{"decision": "approve"}).Is(202).Text("id")
	c.Get(decisions+"/"+disabled).Refused(404, "not_found")
	c.Get(acts + "/" + approved).Is(200)
	if got := c.Get(decisions).List("data", "id"); len(got) != 1 || got[0] != approved {
		t.Errorf("decisions: %v", got)
	}
	if got := c.Get(acts).List("data", "act"); fmt.Sprint(got) != "[approve disable]" {
		t.Errorf("acts: %v", got)
	}
	c.Post(acts, obj{"act": "approve"}).Refused(400, "validation_failed", "act")
	c.Post(acts, obj{"act": "move"}).Refused(400, "validation_failed", "group:required")
	c.Post(acts, obj{"act": "move", "group": 4711}).Refused(400, "validation_failed", "group:group_unknown")
	c.Post(acts+"?status=odd", obj{"act": "enable"}).Refused(400, "validation_failed", "status")
	for query, field := range map[string]string{"?act=dance": "act", "?act=move&to_group=x": "to_group", "?act=move&to_group=4711": "to_group"} {
		c.Get(apitest.Tenant(in, "/candidates"+query)).Refused(400, "validation_failed", field)
	}
}
