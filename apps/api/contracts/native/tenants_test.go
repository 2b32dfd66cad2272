package native_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

func slug() string { return "made-" + uuid.NewString()[:13] }

func TestAnOperatorMakesATenant(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	c := s.Operator(t)
	name := slug()
	made := c.Post("/admin/v1/tenants", obj{"slug": name, "name": " Acme Sports ", "settings": obj{"email": obj{"verification": "mandatory"}}}).Is(201)
	if made.Text("slug") != name || made.Text("name") != "Acme Sports" || made.Text("status") != "active" || made.Value("suspended_at") != nil ||
		made.Text("settings.email.verification") != "mandatory" || made.Text("issuer") != "https://id.example.test/t/"+name {
		t.Errorf("made: %s", made.Body)
	}
	if got := c.Get("/admin/v1/tenants/" + name).Is(200); got.Text("id") != made.Text("id") {
		t.Errorf("read: %s", got.Body)
	}
	groups := c.Get("/admin/v1/tenants/"+name+"/groups").Is(200).List("data", "name")
	if !slices.Equal(groups, []any{"user", "coach"}) {
		t.Errorf("groups: %v", groups)
	}
	c.Post("/admin/v1/tenants", obj{"slug": name, "name": "Another"}).Refused(409, "slug_taken", "slug")
	c.Post("/admin/v1/tenants", obj{"slug": slug(), "name": "x", "settings": obj{"emails": 1}}).Refused(400, "validation_failed", "settings.emails:unknown_setting")
	c.Post("/admin/v1/tenants", obj{"slug": "Acme", "name": ""}).Refused(400, "validation_failed", "name:blank")
	for _, bad := range []string{"Acme", "-acme", "acme-", "a_b", "a.b", "a b", "ä", strings.Repeat("a", 64)} {
		c.Post("/admin/v1/tenants", obj{"slug": bad, "name": "x"}).Refused(400, "validation_failed", "slug:bad_format")
	}
	c.Post("/admin/v1/tenants", obj{"slug": "admin", "name": "x"}).Refused(400, "validation_failed", "slug:reserved_name")
	c.Get("/admin/v1/tenants/"+slug()).Refused(404, "tenant_unknown")
}

func TestATenantIsRenamed(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	if a := c.Patch(apitest.Tenant(in), obj{"name": "Acme & Söhne"}).Is(200); a.Text("name") != "Acme & Söhne" {
		t.Errorf("renamed: %s", a.Body)
	}
	if a := c.Patch(apitest.Tenant(in), obj{}).Is(200); a.Text("name") != "Acme & Söhne" {
		t.Errorf("an empty patch: %s", a.Body)
	}
	c.Patch(apitest.Tenant(in), obj{"name": "a\nb"}).Refused(400, "validation_failed", "name:bad_characters")
	c.Patch(apitest.Tenant(in), obj{"name": strings.Repeat("x", 101)}).Refused(400, "validation_failed", "name:too_long")
	c.Patch(apitest.Tenant(in), obj{"name": nil}).Refused(400, "validation_failed", "name:null")
	c.Patch(apitest.Tenant(in), obj{"slug": "other"}).Refused(400, "validation_failed", "slug:unknown_field")
}

func TestTenantsAreListedByPagesAndOnlyOnesOwn(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	tag := uuid.NewString()[:8]
	var own []any
	c := s.Operator(t)
	for i := range 5 {
		name := fmt.Sprintf("list-%s-%d", tag, i)
		c.Post("/admin/v1/tenants", obj{"slug": name, "name": "Listed " + tag}).Is(201)
		own = append(own, name)
	}
	c.Post("/admin/v1/tenants/"+own[3].(string)+"/suspend", nil).Is(200)
	var seen []any
	for cursor := ""; ; {
		page := c.Get("/admin/v1/tenants?limit=2&q=list-" + tag + "&cursor=" + cursor).Is(200)
		seen = append(seen, page.List("data", "slug")...)
		if cursor = page.Text("next_cursor"); cursor == "" {
			break
		}
	}
	if !slices.Equal(seen, own) {
		t.Errorf("wanted %v, got %v", own, seen)
	}
	if found := c.Get("/admin/v1/tenants?q=LISTED+"+tag).Is(200).List("data", "slug"); !slices.Equal(found, own) {
		t.Errorf("by part of the name: %v", found)
	}
	if found := c.Get("/admin/v1/tenants?status=suspended&q=list-"+tag).Is(200).List("data", "slug"); !slices.Equal(found, own[3:4]) {
		t.Errorf("suspended ones: %v", found)
	}
	mine, others := s.Tenant(t, ""), s.Tenant(t, "")
	viewer := s.Staff(t, mine, "viewer")
	if found := viewer.Get("/admin/v1/tenants").Is(200).List("data", "slug"); !slices.Equal(found, []any{mine.Slug()}) {
		t.Errorf("an admin sees %v", found)
	}
	viewer.Get(apitest.Tenant(others)).Refused(404, "tenant_unknown")
	for query, field := range map[string]string{"limit=0": "limit", "limit=-1": "limit", "limit=201": "limit", "limit=1e9": "limit", "limit=x": "limit", "status=closed": "status"} {
		c.Get("/admin/v1/tenants?"+query).Refused(400, "validation_failed", field)
	}
	for _, query := range []string{"q=%00", "q=%ff", "cursor=%00", "q=%25", "q=_", "q=%5c", "q=%27%20or%201%3d1--", "filter[$ne]=1"} {
		if found := viewer.Get("/admin/v1/tenants?"+query).Is(200).List("data", "slug"); len(found) > 1 {
			t.Errorf("%s finds %v", query, found)
		}
	}
}

// A suspended tenant does not exist for its users, and after it resumes nobody is signed in any more.
func TestASuspendedTenantIsGoneAndItsSessionsStayDead(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia, owner := s.SignUp(t, in, "mia"), s.Staff(t, in, "owner")
	_, secret := s.APIKey(t, in, "secret")
	_, publishable := s.APIKey(t, in, "publishable")
	key := s.In(t, in).Post("/rest-auth/login/", obj{"username": "mia", "password": apitest.Password}).Is(200).Text("key")
	c := s.Operator(t)
	for range 2 {
		if a := c.Post(apitest.Tenant(in, "/suspend"), nil).Is(200); a.Text("status") != "suspended" || a.Text("suspended_at") == "" {
			t.Errorf("suspended: %s", a.Body)
		}
	}
	mia.Get("/v1/me").Refused(404, "tenant_suspended")
	mia.Post("/v1/token/refresh", obj{"refresh_token": mia.Refresh}).Refused(404, "tenant_suspended")
	mia.Bearer("").Post("/v1/sign-in", obj{"identifier": "mia", "password": apitest.Password}).Refused(404, "tenant_suspended")
	s.Client(t).With("X-Keyhall-Key", publishable).Get("/.well-known/jwks.json").Refused(404, "tenant_suspended")
	s.In(t, in).Key(key).Get("/rest-auth/user/").Is(404)
	s.In(t, in).Key(key).Get("/auth/user/").Is(404)
	c.Bearer(secret).Get(apitest.Tenant(in, "/users")).Refused(404, "tenant_suspended")
	owner.Get(apitest.Tenant(in)).Is(200) // who administers it can still look
	owner.Post(apitest.Tenant(in, "/resume"), nil).Refused(403, "not_allowed")
	if a := c.Post(apitest.Tenant(in, "/resume"), nil).Is(200); a.Text("status") != "active" || a.Value("suspended_at") != nil {
		t.Errorf("resumed: %s", a.Body)
	}
	mia.Get("/v1/me").Refused(401, "token_invalid")
	mia.Post("/v1/token/refresh", obj{"refresh_token": mia.Refresh}).Refused(401, "token_invalid")
	s.In(t, in).Key(key).Get("/rest-auth/user/").Is(401)
	mia.SignIn().Get("/v1/me").Is(200)
	c.Bearer(secret).Get(apitest.Tenant(in, "/users")).Is(200)
}

func TestTheOverviewCounts(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "mia")
	s.SignUpCoach(t, in, "carl")
	s.SignUpCoach(t, in, "rita")
	s.SignUpCoach(t, in, "both") // waits and is disabled
	s.SignUp(t, in, "ada")
	c := s.Operator(t)
	for _, user := range []string{"/users/1", "/users/4"} {
		c.Patch(apitest.Tenant(in, user), obj{"active": false}).Is(200)
	}
	c.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int{3}, "decision": "reject"}).Is(200)
	got := c.Get(apitest.Tenant(in, "/overview")).Is(200)
	want := `{"users":{"total":5,"active":1,"disabled":2,"pending":2,"rejected":1,"unverified":5},"last_24_hours":{"sign_ups":5,"sign_ins":0,"deliveries_failed":0}}`
	if string(got.Body) != want {
		t.Errorf("wanted %s\ngot %s", want, got.Body)
	}
}

func TestTheTrailTellsWhoDidWhat(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	carl, owner := s.SignUpCoach(t, in, "carl"), s.Staff(t, in, "owner")
	owner.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{carl.ID}, "decision": "approve"}).Is(200)
	trail := owner.Get(apitest.Tenant(in, "/audit?action=approval.approved")).Is(200)
	if trail.Text("data.0.actor.type") != "admin" || trail.Text("data.0.actor.id") != owner.ID.String() || trail.Int("data.0.user_id") != carl.ID ||
		trail.Text("data.0.ip") != "127.0.0.1" || trail.Text("data.0.request_id") == "" {
		t.Errorf("the decision: %s", trail.Body)
	}
	all := owner.Get(apitest.Tenant(in, "/audit")).Is(200).List("data", "id")
	var paged []any
	for cursor := ""; ; {
		page := owner.Get(apitest.Tenant(in, "/audit?limit=2&cursor="+cursor)).Is(200)
		paged = append(paged, page.List("data", "id")...)
		if cursor = page.Text("next_cursor"); cursor == "" {
			break
		}
	}
	if len(all) < 4 || !slices.Equal(all, paged) {
		t.Errorf("all at once %v, by pages %v", all, paged)
	}
	owner.Get(apitest.Tenant(in, "/audit?cursor=x")).Refused(400, "cursor_invalid")
	owner.Get(apitest.Tenant(in, "/audit?user_id=x")).Refused(400, "validation_failed", "user_id")
	owner.Get(apitest.Tenant(in, "/audit?limit=0")).Refused(400, "validation_failed", "limit")
	owner.Get(apitest.Tenant(in, "/audit?action=%00%ff")).Is(200)
}
