package attack_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
)

// manager makes a user who manages a new group of the tenant, and gives the group's path.
func manager(t *testing.T, s *apitest.Server, in *tenants.Scope, name string) (who apitest.Person, group int64, path string) {
	t.Helper()
	who = s.SignUp(t, in, name)
	group = s.Operator(t).Post(apitest.Tenant(in, "/groups"), obj{"name": "of " + name}).Is(http.StatusCreated).Int("id")
	s.Operator(t).Put(apitest.Tenant(in, fmt.Sprintf("/groups/%d/managers/%d", group, who.ID)), nil).Is(http.StatusOK)
	return who, group, fmt.Sprintf("/v1/groups/%d/members", group)
}

// Another group, another group's member by one's own group, the default groups, a member of no group: each is nothing.
func TestGRP01AManagerReachesNobodyOutsideHisGroup(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia, own, _ := manager(t, s, in, "mia")
	_, theirs, _ := manager(t, s, in, "noah")
	carl := s.SignUpCoach(t, in, "carl")
	s.Operator(t).Patch(apitest.Tenant(in, fmt.Sprint("/users/", carl.ID)), obj{"group": theirs}).Is(http.StatusOK)
	dora := s.SignUpCoach(t, in, "dora") // in the group coach
	before := s.Rows(t, in)
	for _, group := range []int64{own, theirs, 1, 2, 999} {
		if group != own {
			mia.Get(fmt.Sprintf("/v1/groups/%d/members", group)).Refused(404, "not_found")
		}
		for _, user := range []int64{carl.ID, dora.ID, 999} {
			path := fmt.Sprintf("/v1/groups/%d/members/%d", group, user)
			for _, decision := range []string{"approve", "reject"} {
				mia.Post(path+"/decision", obj{"decision": decision}).Refused(404, "not_found")
			}
			mia.Delete(path, nil).Refused(404, "not_found")
		}
	}
	if changed := s.Changed(t, in, before); len(changed) > 0 {
		t.Errorf("something changed: %v", changed)
	}
}

// The same numbers mean other people in another tenant, whose manager's token is worth nothing here.
func TestGRP02AManagerOfAnotherTenantIsNobodyHere(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	_, group, path := manager(t, s, in, "mia")
	thief, same, _ := manager(t, s, other, "mia")
	carl := s.SignUpCoach(t, in, "carl")
	s.Operator(t).Patch(apitest.Tenant(in, fmt.Sprint("/users/", carl.ID)), obj{"group": group}).Is(http.StatusOK)
	if group != same {
		t.Fatal("the groups' numbers differ")
	}
	here := s.In(t, in).Bearer(thief.Access)
	here.Get(path).Is(http.StatusUnauthorized)
	here.Get("/v1/groups").Is(http.StatusUnauthorized)
	here.Post(fmt.Sprintf("%s/%d/decision", path, carl.ID), obj{"decision": "approve"}).Is(http.StatusUnauthorized)
	thief.Post(fmt.Sprintf("%s/%d/decision", path, carl.ID), obj{"decision": "approve"}).Refused(404, "not_found")
	owner := s.Staff(t, other, "owner")
	owner.Put(apitest.Tenant(in, fmt.Sprintf("/groups/%d/managers/%d", group, carl.ID)), nil).Refused(404, "tenant_unknown")
	if got := carl.Get("/v1/me").Is(200).Text("approval"); got != "pending" {
		t.Errorf("approval %s", got)
	}
}

// Nobody makes himself a manager, decides about himself, or goes beyond what a manager may.
func TestGRP03AManagerHasNoOtherPowers(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia, group, path := manager(t, s, in, "mia")
	carl := s.SignUpCoach(t, in, "carl")
	for _, id := range []int64{mia.ID, carl.ID} {
		s.Operator(t).Patch(apitest.Tenant(in, fmt.Sprint("/users/", id)), obj{"group": group}).Is(http.StatusOK)
	}
	for _, decision := range []string{"approve", "reject"} {
		mia.Post(fmt.Sprintf("%s/%d/decision", path, mia.ID), obj{"decision": decision}).Refused(403, "self_approval")
		carl.Post(fmt.Sprintf("%s/%d/decision", path, carl.ID), obj{"decision": decision}).Refused(404, "not_found")
	}
	mia.Delete(fmt.Sprintf("%s/%d", path, mia.ID), nil).Refused(403, "self_approval")
	mia.Post(fmt.Sprintf("%s/%d/decision", path, carl.ID), obj{"decision": "pending"}).Refused(400, "validation_failed", "decision")
	carl.Put(apitest.Tenant(in, fmt.Sprintf("/groups/%d/managers/%d", group, carl.ID)), nil).Is(http.StatusUnauthorized)
	mia.Put(apitest.Tenant(in, fmt.Sprintf("/groups/1/managers/%d", mia.ID)), nil).Is(http.StatusUnauthorized)
	mia.Patch(apitest.Tenant(in, fmt.Sprint("/users/", carl.ID)), obj{"active": false}).Is(http.StatusUnauthorized)
	if a := mia.Get(path).Is(200); a.Value("data.0.email") != nil || a.Value("data.0.mobile") != nil || a.Value("data.0.last_login_at") != nil {
		t.Errorf("%s", a.Body)
	}
}

// Who waits manages nothing, though he is a manager; and a decision that races the removal of who makes it counts before it
// or not at all: afterwards nothing works.
func TestGRP04WhoWaitsOrIsRemovedManagesNothing(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	carl := s.SignUpCoach(t, in, "carl") // pending, with a token
	mia, group, path := manager(t, s, in, "mia")
	s.Operator(t).Put(apitest.Tenant(in, fmt.Sprintf("/groups/%d/managers/%d", group, carl.ID)), nil).Is(http.StatusOK)
	var waiting []apitest.Person
	for i := range 8 {
		p := s.SignUpCoach(t, in, name("w", i))
		s.Operator(t).Patch(apitest.Tenant(in, fmt.Sprint("/users/", p.ID)), obj{"group": group}).Is(http.StatusOK)
		waiting = append(waiting, p)
	}
	carl.Get(path).Refused(404, "not_found")
	carl.Post(fmt.Sprintf("%s/%d/decision", path, waiting[0].ID), obj{"decision": "approve"}).Refused(404, "not_found")
	var wg sync.WaitGroup
	for _, p := range waiting {
		wg.Go(func() {
			mia.Post(fmt.Sprintf("%s/%d/decision", path, p.ID), obj{"decision": "approve"}).Is(http.StatusOK, http.StatusNotFound)
		})
	}
	s.Operator(t).Delete(apitest.Tenant(in, fmt.Sprintf("/groups/%d/managers/%d", group, mia.ID)), nil).Is(http.StatusNoContent)
	mia.Get(path).Refused(404, "not_found")
	wg.Wait()
	for _, p := range waiting {
		mia.Post(fmt.Sprintf("%s/%d/decision", path, p.ID), obj{"decision": "reject"}).Refused(404, "not_found")
	}
}
