package attack_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// powers are what nobody gives himself.
var powers = obj{
	"is_superuser": true, "is_staff": true, "is_active": true, "admin": true, "approved": true, "approval": "approved", "role": "owner", "group": 2, "groups": []int{2},
	"permissions": []string{"*"}, "tenant": "other", "tenant_id": "00000000-0000-0000-0000-000000000001", "id": 999, "pk": 999, "email_verified": true, "date_joined": "2001-01-01T00:00:00Z",
}

func TestREG01NobodySignsUpWithPowers(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	for _, r := range signUps {
		in := s.Tenant(t, "")
		a := s.In(t, in).Post(r.path, r.body("ann", "ann@example.com", powers))
		if r.contract == "native" {
			a.Refused(400, "validation_failed")
			continue
		}
		a.Is(http.StatusOK, http.StatusCreated)
		if n := s.Count(t, `select count(*) from users u join groups g on g.tenant_id = u.tenant_id and g.id = u.group_id where u.tenant_id = $1 and u.id = 1 and g.name = 'user'
			and u.email_verified_at is null and u.created_at > now() - interval '1 hour' and u.approval = 'not_required'`, in.ID()); n != 1 {
			t.Errorf("%s: the account got powers: %s", r.contract, a.Body)
		}
	}
}

func TestREG02NobodyGivesHimselfPowersLater(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	ann := s.SignUp(t, in, "ann")
	c := s.In(t, in).Key(key(t, s, in, "ann", apitest.Password))
	j := jwt(t, s, in, "ann", apitest.Password)
	track := s.In(t, in).Bearer(s.In(t, in).Post("/api/auth/login", obj{"email": "ann@example.com", "password": apitest.Password}).Is(200).Text("auth_token"))
	drf := s.In(t, in).Bearer(s.In(t, in).Post("/login/", obj{"username": "ann", "password": apitest.Password}).Is(200).Text("token"))
	state := func() string {
		me := ann.Get("/v1/me").Is(200)
		return fmt.Sprint(me.Value("id"), me.Value("group"), me.Value("approval"), me.Value("email_verified"), me.Value("active"), me.Value("created_at"))
	}
	before := state()
	for path, call := range map[string]func(string, any) apitest.Answer{
		"/rest-auth/user/": c.Patch, "/auth/user/": c.Patch, "/api/users/ann/": j.Patch, "/account/": drf.Patch, "/api/auth/profile/edit": track.Post, "/v1/me": ann.Patch,
	} {
		if a := call(path, powers); a.Status >= 500 {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
		if state() != before {
			t.Fatalf("%s gave powers: %s", path, state())
		}
	}
}

func TestREG03ACoachHasNoPowersBeforeTheApproval(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.In(t, in).Post("/registration/", signUps[0].body("carl", "carl@example.com", obj{"userType": 1})).Is(http.StatusCreated)
	k := s.In(t, in).Post("/auth/login/", obj{"email": "carl@example.com", "password": apitest.Password}).Is(200).Text("key")
	me := s.In(t, in).Key(k).Get("/auth/user/").Is(200)
	if strings.Contains(string(me.Body), `"approved":true`) {
		t.Errorf("%s", me.Body)
	}
	a := s.In(t, in).Post("/v1/sign-in", obj{"identifier": "carl", "password": apitest.Password}).Is(200)
	if a.Text("user.approval") != "pending" || len(a.List("user.group.permissions", "")) != 0 {
		t.Errorf("%s", a.Body)
	}
}

func TestREG04OddUserTypesMakeNoCoach(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	for i, odd := range []any{2, -1, 1.5, true, "x", []any{1}, obj{}, json.Number("99999999999"), json.Number("1e308")} {
		a := s.In(t, in).Post("/registration/", signUps[0].body(name("u", i), name("u", i)+"@example.com", obj{"userType": odd}))
		a.Is(http.StatusBadRequest, http.StatusCreated)
	}
	if n := s.Count(t, `select count(*) from users where tenant_id = $1 and user_type = 'coach'`, in.ID()); n > 1 { // true is 1, as for Python
		t.Errorf("%d coaches", n)
	}
	s.In(t, in).Post("/v1/sign-up", signUps[5].body("x", "x@example.com", obj{"user_type": "admin"})).Refused(400, "validation_failed", "user_type")
}

func TestREG05WhoWaitsCannotApproveHimself(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	carl := s.SignUpCoach(t, in, "carl")
	carl.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{carl.ID}, "decision": "approve"}).Is(http.StatusUnauthorized)
	carl.Patch(apitest.Tenant(in, "/users/1"), obj{"group": 1}).Is(http.StatusUnauthorized)
	carl.Patch("/v1/me", obj{"user_type": "user"}).Refused(400, "validation_failed", "user_type:unknown_field")
	if got := carl.Get("/v1/me").Is(200).Text("approval"); got != "pending" {
		t.Errorf("approval %s", got)
	}
}

func TestREG06PowersFollowTheDecisionOnTheNextRequest(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	carl := s.SignUpCoach(t, in, "carl") // a token from before the approval
	s.Operator(t).Patch(apitest.Tenant(in, "/groups/2"), obj{"permissions": []string{"plans.write"}})
	decide := func(decision string) {
		s.Operator(t).Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{carl.ID}, "decision": decision, "reason": "test"}).Is(200)
	}
	may := func() int { return len(carl.Get("/v1/me").Is(200).List("group.permissions", "")) }
	was := may()
	decide("approve")
	if carl.Get("/v1/me").Text("approval") != "approved" {
		t.Error("not approved on the next request")
	}
	decide("pending")
	if carl.Get("/v1/me").Text("approval") != "pending" || was != 0 || may() != 0 {
		t.Errorf("%d powers before, %d after the approval was taken back", was, may())
	}
}

func TestREG07NamesThatLookAlikeAreOneName(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "admin")
	for i, twin := range []string{"Admin", "ADMIN", "ａｄｍｉｎ", "admin\u200b", "admin ", " admin", "ad\u00admin", "admin\x00"} {
		for _, r := range signUps {
			a := s.In(t, in).Post(r.path, r.body(twin, fmt.Sprintf("a%d-%s@example.com", i, r.contract), nil))
			if a.Status != http.StatusBadRequest && a.Status != http.StatusConflict {
				t.Errorf("%s took %q: %d %s", r.contract, twin, a.Status, a.Body)
			}
		}
	}
	if n := users(t, s, in); n != 1 {
		t.Errorf("%d accounts", n)
	}
}

// Blanks and line breaks around an address are cut off, as Django REST framework does.
func TestREG08AddressesThatMeanAnotherOneAreRefused(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	for i, odd := range []string{
		`"v@x.io" <a@evil.io>`, "v@x.io,a@evil.io", "v@x.io;a@evil.io", "v@x.io(c)", "v@x.io>", "<v@x.io>", "v@x..io", "v@x.io\r\nBcc: a@evil.io", "v@x.io\nCc: a@evil.io", "v@x.io a@evil.io",
		strings.Repeat("a", 255) + "@x.io", "v@", "@x.io", "v@x.io\x00", "mailto:v@x.io?bcc=a@evil.io",
	} {
		for _, r := range signUps {
			a := s.In(t, in).Post(r.path, r.body(name("u", i), odd, nil))
			if a.Status != http.StatusBadRequest {
				t.Errorf("%s took %q: %d %s", r.contract, odd, a.Status, a.Body)
			}
		}
	}
	if n := s.Count(t, `select count(*) from outbox where tenant_id = $1`, in.ID()); n != 0 {
		t.Errorf("%d mails", n)
	}
}

func TestREG09NoCaseMappingLeadsToAnothersAccount(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.In(t, in).Post("/v1/sign-up", obj{"email": "mike@example.com", "password": apitest.Password}).Is(201)
	for _, twin := range []string{"mıke@example.com", "MİKE@example.com", "mi\u212ae@example.com", "mike@ex\u00e4mple.com"} {
		for _, r := range asking {
			if a := s.In(t, in).Post(r.path, obj{r.field: twin}); a.Status >= 500 {
				t.Errorf("%s %s: %d", r.path, twin, a.Status)
			}
		}
		s.In(t, in).Post("/v1/sign-up", obj{"email": twin, "password": apitest.Password}).Is(201, 400, 409)
		if n := s.Count(t, `select count(*) from outbox where tenant_id = $1 and recipient = $2 and user_id = 1`, in.ID(), twin); n != 0 {
			t.Errorf("%d messages about mike's account to %s", n, twin)
		}
	}
}
