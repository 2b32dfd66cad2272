package native_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// ask lists a trail by its filters, written as pairs.
func ask(c apitest.Admin, path string, pairs ...string) apitest.Answer {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return c.Get(path + "?" + q.Encode())
}

func TestTheTrailNamesWhoAndWhom(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia, owner := s.SignUp(t, in, "mia"), s.Staff(t, in, "owner")
	owner.Patch(apitest.Tenant(in, "/users/1"), obj{"group": "coach"}).Is(200)
	group := owner.Post(apitest.Tenant(in, "/groups"), obj{"name": "referees"}).Is(201).Int("id")
	owner.Patch(apitest.Tenant(in), obj{"name": "Other"}).Is(200)
	viewer := s.Staff(t, in, "viewer")
	owner.Patch(apitest.Tenant(in, "/admins/", viewer.ID.String()), obj{"role": "admin"}).Is(200)
	s.Operator(t).Put(apitest.Tenant(in, "/domains/"+in.Slug()+".example.org"), nil).Is(200)
	owner.Post(apitest.Tenant(in, "/signing-keys/rotate"), nil).Is(200)

	path := apitest.Tenant(in, "/audit")
	first := func(action string) apitest.Answer {
		a := ask(owner, path, "action", action).Is(200)
		if n := len(a.List("data", "id")); n != 1 {
			t.Fatalf("%s: %d entries", action, n)
		}
		return a
	}
	moved := first("user.group_changed")
	if moved.Text("data.0.actor.name") == "" || moved.Text("data.0.target.type") != "user" || moved.Text("data.0.target.name") == "" ||
		moved.Int("data.0.details.from") != 1 || moved.Int("data.0.details.to") != 2 {
		t.Errorf("moved: %s", moved.Body)
	}
	if a := first("group.created"); a.Text("data.0.target.type") != "group" || a.Text("data.0.target.name") != "referees" || group == 0 {
		t.Errorf("group: %s", a.Body)
	}
	if a := first("signing_key.rotated"); a.Text("data.0.target.type") != "signing_key" || a.Value("data.0.target.name") != nil {
		t.Errorf("signing key: %s", a.Body)
	}
	if a := first("tenant.renamed"); a.Text("data.0.details.to") != "Other" || a.Text("data.0.details.from") == "" || a.Value("data.0.target") != nil {
		t.Errorf("renamed: %s", a.Body)
	}
	if a := first("admin.role_changed"); a.Text("data.0.details.from") != "viewer" || a.Text("data.0.details.to") != "admin" || a.Text("data.0.target.name") != "Staff viewer" {
		t.Errorf("role: %s", a.Body)
	}
	if a := first("domain.added"); a.Text("data.0.actor.type") != "operator" || a.Value("data.0.actor.name") != nil || a.Text("data.0.target.name") != in.Slug()+".example.org" {
		t.Errorf("an operator is named to a tenant: %s", a.Body)
	}
	if a := ask(s.Operator(t), path, "action", "domain.added").Is(200); a.Text("data.0.actor.name") == "" {
		t.Errorf("an operator is not named to an operator: %s", a.Body)
	}
	owner.Delete(apitest.Tenant(in, "/users/1"), nil).Is(204)
	if a := ask(owner, path, "user_id", "1", "action", "user.erased").Is(200); a.Value("data.0.target.name") != nil || a.Text("data.0.target.id") != "1" {
		t.Errorf("the erased user %d still has a name: %s", mia.ID, a.Body)
	}
}

func TestTheTrailIsFiltered(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "mia")
	owner := s.Staff(t, in, "owner")
	owner.Patch(apitest.Tenant(in, "/users/1"), obj{"active": false}).Is(200)
	owner.Patch(apitest.Tenant(in, "/users/1"), obj{"active": true}).Is(200)
	path := apitest.Tenant(in, "/audit")
	count := func(pairs ...string) int { return len(ask(owner, path, pairs...).Is(200).List("data", "id")) }
	if n := count("actor", owner.ID.String()); n != 2 {
		t.Errorf("%d entries of the owner", n)
	}
	if all, own := count("action", "user.*"), count("action", "user.disabled"); all != 3 || own != 1 {
		t.Errorf("%d entries about users, %d of disabling", all, own)
	}
	if n := count("action", "use.*"); n != 0 {
		t.Errorf("%d entries of half a kind", n)
	}
	at := ask(owner, path, "action", "user.disabled").Text("data.0.at")
	if n := count("since", at, "actor", owner.ID.String()); n != 2 {
		t.Errorf("%d entries since %s", n, at)
	}
	if n := count("until", at, "actor", owner.ID.String()); n != 0 {
		t.Errorf("%d entries before %s", n, at)
	}
	if n := count("since", time.Now().Add(time.Hour).Format(time.RFC3339)); n != 0 {
		t.Errorf("%d entries of the future", n)
	}
	ask(owner, path, "since", "yesterday").Refused(400, "validation_failed", "since:bad_format")
	ask(owner, path, "until", "2026-02-31T00:00:00Z").Refused(400, "validation_failed", "until:bad_format")
}

func TestOperatorsSeeWhatOperatorsDidAndNothingOfTenants(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	s.SignUp(t, in, "mia")
	owner, ada := s.Staff(t, in, "owner"), s.NewOperator(t)
	owner.Patch(apitest.Tenant(in), obj{"name": "By the owner"}).Is(200)
	ada.Patch(apitest.Tenant(in), obj{"name": "By an operator"}).Is(200)
	ada.Post(apitest.Tenant(other, "/suspend"), nil).Is(200)
	ada.Post("/admin/v1/me/password", obj{"current_password": apitest.Password, "new_password": newPassword}).Is(204)

	const path = "/admin/v1/audit"
	mine := ask(ada, path, "actor", ada.ID.String()).Is(200)
	actions := mine.List("data", "action")
	if len(actions) != 4 || actions[0] != "admin.password_set" || actions[1] != "tenant.suspended" || actions[2] != "tenant.renamed" || actions[3] != "operator.created" {
		t.Fatalf("what Ada did: %s", mine.Body)
	}
	if mine.Value("data.0.tenant") != nil || mine.Text("data.0.target.id") != ada.ID.String() || mine.Text("data.1.tenant.slug") != other.Slug() ||
		mine.Text("data.2.details.to") != "By an operator" || mine.Text("data.2.actor.name") == "" {
		t.Errorf("what Ada did: %s", mine.Body)
	}
	here := ask(ada, path, "tenant", in.Slug()).Is(200)
	if len(ask(ada, path, "actor", owner.ID.String()).Is(200).List("data", "id")) != 0 || len(here.List("data", "id")) != 2 {
		t.Errorf("of %s: %s", in.Slug(), here.Body)
	}
	if n := len(ask(ada, path, "actor", ada.ID.String(), "action", "tenant.*").Is(200).List("data", "id")); n != 2 {
		t.Errorf("%d entries about tenants", n)
	}
	page := ask(ada, path, "actor", ada.ID.String(), "limit", "2").Is(200)
	next := ask(ada, path, "actor", ada.ID.String(), "limit", "2", "cursor", page.Text("next_cursor")).Is(200)
	if got := next.List("data", "action"); len(got) != 2 || got[0] != actions[2] || next.Value("next_cursor") != nil {
		t.Errorf("the second page: %s", next.Body)
	}
	at := mine.Text("data.1.at")
	if n := len(ask(ada, path, "actor", ada.ID.String(), "since", at).Is(200).List("data", "id")); n != 2 {
		t.Errorf("%d entries since the suspension", n)
	}
	if n := len(ask(ada, path, "actor", ada.ID.String(), "until", at).Is(200).List("data", "id")); n != 2 {
		t.Errorf("%d entries before the suspension", n)
	}
	ask(ada, path, "cursor", "x").Refused(400, "cursor_invalid")
	ask(ada, path, "limit", "0").Refused(400, "validation_failed", "limit")
	ask(ada, path, "since", "x").Refused(400, "validation_failed", "since:bad_format")
	ask(ada, path, "action", "\x00\xff").Is(200)
	ask(owner, path).Refused(403, "not_allowed")
}
