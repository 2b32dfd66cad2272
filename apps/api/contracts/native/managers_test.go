package native_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
)

// club is a tenant whose user mia manages the group referees, with members in it.
type club struct {
	t       *testing.T
	s       *apitest.Server
	in      *tenants.Scope
	mia     apitest.Person
	group   int64
	members string // the path of the members
}

func newClub(t *testing.T) club {
	t.Helper()
	s := apitest.Shared(t)
	c := club{t: t, s: s, in: s.Tenant(t, "")}
	c.mia = s.SignUp(t, c.in, "mia")
	c.group = s.Operator(t).Post(apitest.Tenant(c.in, "/groups"), obj{"name": "referees", "permissions": []string{"matches.write"}}).Is(201).Int("id")
	c.members = fmt.Sprintf("/v1/groups/%d/members", c.group)
	c.manages(c.group, c.mia.ID)
	return c
}

func (c club) operator() apitest.Admin { return c.s.Operator(c.t) }

func (c club) path(group, user int64) string {
	return apitest.Tenant(c.in, fmt.Sprintf("/groups/%d/managers/%d", group, user))
}

func (c club) manages(group, user int64) apitest.Answer {
	return c.operator().Put(c.path(group, user), nil).Is(200)
}

// applicant is a coach who waits, in the group.
func (c club) applicant(name string) apitest.Person {
	c.t.Helper()
	p := c.s.SignUpCoach(c.t, c.in, name)
	c.operator().Patch(apitest.Tenant(c.in, fmt.Sprint("/users/", p.ID)), obj{"group": c.group}).Is(200)
	return p
}

func (c club) member(p apitest.Person, below string) string {
	return fmt.Sprintf("%s/%d%s", c.members, p.ID, below)
}

func (c club) approval(p apitest.Person) string {
	c.t.Helper()
	return c.operator().Get(apitest.Tenant(c.in, fmt.Sprint("/users/", p.ID))).Is(200).Text("approval")
}

func TestAManagerIsAddedListedAndRemoved(t *testing.T) {
	t.Parallel()
	c := newClub(t)
	admin, path := c.operator(), apitest.Tenant(c.in, fmt.Sprint("/groups/", c.group))
	if again := c.manages(c.group, c.mia.ID); again.Text("user.username") != "mia" || again.Value("since") == nil {
		t.Errorf("%s", again.Body)
	}
	noah := c.s.SignUp(t, c.in, "noah")
	c.manages(c.group, noah.ID)
	if all := admin.Get(path + "/managers").Is(200); all.Text("data.0.user.username") != "mia" || all.Text("data.1.user.username") != "noah" {
		t.Errorf("%s", all.Body)
	}
	if g := admin.Get(path).Is(200); g.Int("managers") != 2 || g.Int("members") != 0 {
		t.Errorf("%s", g.Body)
	}
	admin.Delete(c.path(c.group, noah.ID), nil).Is(204)
	admin.Delete(c.path(c.group, noah.ID), nil).Refused(404, "not_found")
	for _, wrong := range []string{c.path(c.group, 999), c.path(999, noah.ID), path + "/managers/0", path + "/managers/x", path + "/managers/01", apitest.Tenant(c.in, "/groups/x/managers/1")} {
		admin.Put(wrong, nil).Refused(404, "not_found")
		admin.Delete(wrong, nil).Refused(404, "not_found")
	}
	admin.Get(apitest.Tenant(c.in, "/groups/999/managers")).Refused(404, "not_found")
	for action, want := range map[string]int{"group.manager_added": 2, "group.manager_removed": 1} {
		if n := c.s.Count(t, `select count(*) from audit where tenant_id = $1 and action = $2 and details ->> 'group' = $3`, c.in.ID(), action, fmt.Sprint(c.group)); n != want {
			t.Errorf("%s is noted %d times", action, n)
		}
	}
	if e := c.mia.Get("/v1/me/export").Is(200); e.Int("manages.0.id") != c.group || e.Text("manages.0.name") != "referees" {
		t.Errorf("%s", e.Body)
	}
	admin.Delete(apitest.Tenant(c.in, fmt.Sprint("/users/", c.mia.ID)), nil).Is(204)
	if all := admin.Get(path + "/managers").Is(200); len(all.List("data", "since")) != 0 {
		t.Errorf("an erased user still manages: %s", all.Body)
	}
	admin.Delete(path, nil).Is(204)
}

func TestAGroupHasOnlySoManyManagers(t *testing.T) {
	t.Parallel()
	c := newClub(t)
	c.s.Exec(t, `insert into users (tenant_id, id, username, group_id) select $1, n, 'u' || n, 1 from generate_series(101, 201) n`, c.in.ID())
	c.s.Exec(t, `insert into group_managers (tenant_id, group_id, user_id) select $1, $2, n from generate_series(101, 198) n`, c.in.ID(), c.group)
	var added atomic.Int32
	var wg sync.WaitGroup
	for user := int64(199); user <= 201; user++ {
		wg.Go(func() {
			if c.operator().Put(c.path(c.group, user), nil).Is(200, 409).Status == 200 {
				added.Add(1)
			}
		})
	}
	wg.Wait()
	if added.Load() != 1 {
		t.Errorf("%d were added where there was one place", added.Load())
	}
	c.manages(c.group, c.mia.ID) // who is one already stays one
	c.operator().Put(c.path(c.group, c.s.SignUp(t, c.in, "noah").ID), nil).Refused(409, "managers_too_many")
}

func TestAManagerSeesHisGroupsAndTheirMembers(t *testing.T) {
	t.Parallel()
	c := newClub(t)
	for _, name := range []string{"anna", "ben", "carl"} {
		c.applicant(name)
	}
	ada := c.s.SignUp(t, c.in, "ada") // not in the group
	if g := c.mia.Get("/v1/groups").Is(200); len(g.List("data", "id")) != 1 || g.Text("data.0.name") != "referees" || g.Int("data.0.members") != 3 || g.Int("data.0.pending") != 3 {
		t.Errorf("%s", g.Body)
	}
	find := func(query string) []any { return c.mia.Get(c.members+"?"+query).Is(200).List("data", "username") }
	for query, want := range map[string][]any{
		"": {"carl", "ben", "anna"}, "q=AN": {"anna"}, "q=ada": {}, "q=3": {"ben"}, fmt.Sprint("q=", ada.ID): {},
		"q=anna@": {}, "q=anna%40example.com": {}, "q=%00": {"carl", "ben", "anna"}, "q=%25": {}, "q=%27%20or%201=1--": {},
		"approval=pending": {"carl", "ben", "anna"}, "approval=approved": {}, "limit=2": {"carl", "ben"}, "limit=2&cursor=3": {"anna"},
	} {
		if got := find(query); !slices.Equal(got, want) {
			t.Errorf("%s: wanted %v, got %v", query, want, got)
		}
	}
	page := c.mia.Get(c.members + "?limit=1").Is(200)
	if page.Text("next_cursor") != "4" || page.Value("data.0.email") != nil || page.Value("data.0.mobile") != nil {
		t.Errorf("%s", page.Body)
	}
	c.mia.Get(c.members+"?approval=x").Refused(400, "validation_failed", "approval:not_a_choice")
	c.mia.Get(c.members+"?cursor=x").Refused(400, "cursor_invalid")
	c.mia.Get(c.members+"?limit=0").Refused(400, "validation_failed", "limit:out_of_range")
	c.mia.Get("/v1/groups/x/members").Refused(404, "not_found")
	if g := ada.Get("/v1/groups").Is(200); len(g.List("data", "id")) != 0 {
		t.Errorf("%s", g.Body)
	}
	c.s.In(t, c.in).Get("/v1/groups").Is(401)
}

func TestAManagerDecidesAboutWhoWaits(t *testing.T) {
	t.Parallel()
	c := newClub(t)
	anna, ben := c.applicant("anna"), c.applicant("ben")
	if a := c.mia.Post(c.member(anna, "/decision"), obj{"decision": "approve"}).Is(200); a.Text("approval") != "approved" {
		t.Errorf("%s", a.Body)
	}
	c.mia.Post(c.member(anna, "/decision"), obj{"decision": "approve"}).Is(200) // again
	c.mia.Post(c.member(anna, "/decision"), obj{"decision": "reject"}).Refused(409, "not_pending")
	c.mia.Post(c.member(ben, "/decision"), obj{"decision": "reject", "reason": "no licence"}).Is(200)
	c.mia.Post(c.member(ben, "/decision"), obj{"decision": "reject", "reason": "another reason"}).Is(200)
	c.mia.Post(c.member(ben, "/decision"), obj{"decision": "approve"}).Refused(409, "not_pending")
	if n, m := c.s.Mails(t, c.in, anna.Email, "approved"), c.s.Mails(t, c.in, ben.Email, "rejected"); n != 1 || m != 1 {
		t.Errorf("%d and %d mails", n, m)
	}
	if got := anna.Get("/v1/me").Is(200).List("group.permissions", ""); len(got) != 1 {
		t.Errorf("permissions %v", got)
	}
	ben.Get("/v1/me").Is(401, 403)
	if n := c.s.Count(t, `select count(*) from audit where tenant_id = $1 and action in ('approval.approved', 'approval.rejected') and actor_kind = 'user' and actor_id = $2 and user_id in ($3, $4)`,
		c.in.ID(), fmt.Sprint(c.mia.ID), anna.ID, ben.ID); n != 2 {
		t.Errorf("%d entries in the trail", n)
	}
	sam := c.s.SignUp(t, c.in, "sam") // about whom nothing has to be decided
	c.operator().Patch(apitest.Tenant(c.in, fmt.Sprint("/users/", sam.ID)), obj{"group": c.group}).Is(200)
	c.mia.Post(c.member(sam, "/decision"), obj{"decision": "reject"}).Refused(409, "not_pending")
	for _, wrong := range []obj{{}, {"decision": "pending"}, {"decision": "x"}, {"decision": 1}, {"decision": "approve", "user_ids": []int{1}}} {
		c.mia.Post(c.member(sam, "/decision"), wrong).Refused(400, "validation_failed")
	}
}

// Of two managers who decide at the same moment, and differently, one is heard, and the applicant gets one mail.
func TestTwoManagersDecideOnce(t *testing.T) {
	t.Parallel()
	c := newClub(t)
	noah := c.s.SignUp(t, c.in, "noah")
	c.manages(c.group, noah.ID)
	anna := c.applicant("anna")
	var heard atomic.Int32
	var wg sync.WaitGroup
	for i := range 10 {
		who, decision := c.mia, "approve"
		if i%2 == 1 {
			who, decision = noah, "reject"
		}
		wg.Go(func() {
			if who.Post(c.member(anna, "/decision"), obj{"decision": decision}).Is(200, 409).Status == 200 {
				heard.Add(1)
			}
		})
	}
	wg.Wait()
	n := c.s.Mails(t, c.in, anna.Email, "approved") + c.s.Mails(t, c.in, anna.Email, "rejected")
	noted := c.s.Count(t, `select count(*) from audit where tenant_id = $1 and user_id = $2 and action like 'approval.%'`, c.in.ID(), anna.ID)
	if heard.Load() != 5 || n != 1 || noted != 1 {
		t.Errorf("%d calls were heard, %d mails, %d entries", heard.Load(), n, noted)
	}
}

func TestAManagerTakesAMemberOut(t *testing.T) {
	t.Parallel()
	c := newClub(t)
	anna := c.applicant("anna")
	c.mia.Delete(c.member(anna, ""), nil).Is(204)
	c.mia.Delete(c.member(anna, ""), nil).Refused(404, "not_found")
	c.mia.Post(c.member(anna, "/decision"), obj{"decision": "approve"}).Refused(404, "not_found")
	u := c.operator().Get(apitest.Tenant(c.in, fmt.Sprint("/users/", anna.ID))).Is(200)
	if u.Text("group.name") != "user" || u.Text("approval") != "pending" {
		t.Errorf("%s", u.Body)
	}
	if n := c.s.Count(t, `select count(*) from audit where tenant_id = $1 and action = 'user.group_changed' and actor_kind = 'user' and actor_id = $2 and user_id = $3`, c.in.ID(), fmt.Sprint(c.mia.ID), anna.ID); n != 1 {
		t.Errorf("%d entries in the trail", n)
	}
	c.manages(1, c.mia.ID)
	c.mia.Delete(fmt.Sprintf("/v1/groups/1/members/%d", anna.ID), nil).Refused(409, "last_group")
}

// reaches says what somebody gets out of the group's paths; 404 is as if there were no group.
func (c club) reaches(who apitest.Person, anna apitest.Person, status int) {
	c.t.Helper()
	if got := who.Get(c.members).Status; got != status {
		c.t.Errorf("members: %d", got)
	}
	if status == 200 {
		return
	}
	who.Post(c.member(anna, "/decision"), obj{"decision": "approve"}).Is(status)
	who.Delete(c.member(anna, ""), nil).Is(status)
	if got := c.approval(anna); got != "pending" {
		c.t.Errorf("the applicant is %s", got)
	}
}

func TestPowersOfAManagerFollowTheRow(t *testing.T) {
	t.Parallel()
	c := newClub(t)
	anna := c.applicant("anna")
	user := apitest.Tenant(c.in, fmt.Sprint("/users/", c.mia.ID))
	c.reaches(c.mia, anna, 200)
	c.operator().Delete(c.path(c.group, c.mia.ID), nil).Is(204)
	c.reaches(c.mia, anna, 404)
	c.manages(c.group, c.mia.ID)
	c.reaches(c.mia, anna, 200)

	c.operator().Post(apitest.Tenant(c.in, "/approvals"), obj{"user_ids": []int64{c.mia.ID}, "decision": "pending"}).Is(200)
	c.reaches(c.mia, anna, 404)
	if g := c.mia.Get("/v1/groups").Is(200); len(g.List("data", "id")) != 0 {
		t.Errorf("a pending user manages %s", g.Body)
	}
	c.operator().Post(apitest.Tenant(c.in, "/approvals"), obj{"user_ids": []int64{c.mia.ID}, "decision": "approve"}).Is(200)
	c.reaches(c.mia, anna, 200)
	c.operator().Patch(user, obj{"active": false}).Is(200)
	c.reaches(c.mia, anna, 401)
	c.operator().Patch(user, obj{"active": true}).Is(200)
	c.reaches(c.mia.SignIn(), anna, 200)
}
