package identity_test

import (
	"errors"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

func newTenant(t *testing.T) *tenants.Scope { return pgtest.Get(t).Tenant(t, "") }

// eventually waits for something that the clock brings about.
func eventually(t *testing.T, happened func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !happened() {
		select {
		case <-deadline:
			t.Fatal("it never happened")
		case <-tick.C:
		}
	}
}

func TestADecisionTellsTheApplicantOnceAndCanBeTakenBack(t *testing.T) {
	w := newWorld(t, "")
	id := w.register("carl", identity.TypeCoach).User.ID
	steps := []struct{ decision, outcome, approval string }{
		{identity.DecideApprove, identity.OutcomeChanged, identity.ApprovalApproved},
		{identity.DecideApprove, identity.OutcomeUnchanged, identity.ApprovalApproved},
		{identity.DecidePending, identity.OutcomeChanged, identity.ApprovalPending},
		{identity.DecideReject, identity.OutcomeChanged, identity.ApprovalRejected},
	}
	for _, s := range steps {
		r, err := w.Decide(t.Context(), w.in, admin, []int64{id}, s.decision, "", client)
		ok(t, err)
		if r[0].Outcome != s.outcome || r[0].Approval != s.approval {
			t.Fatalf("%s: %+v", s.decision, r[0])
		}
	}
	for message, n := range map[string]int{"approved": 1, "rejected": 1} {
		if got := w.count(`select count(*) from outbox where tenant_id = $1 and payload ->> 'message' = $2`, message); got != n {
			t.Errorf("%d mails %q", got, message)
		}
	}
}

func TestDecisionsInParallelHaveOneEffect(t *testing.T) {
	w := newWorld(t, "")
	id := w.register("carl", identity.TypeCoach).User.ID
	race(20, func(int) error {
		_, err := w.Decide(background, w.in, admin, []int64{id}, identity.DecideApprove, "", client)
		return err
	})
	if n := w.count(`select count(*) from outbox where tenant_id = $1 and payload ->> 'message' = 'approved'`); n != 1 {
		t.Fatalf("%d mails", n)
	}
}

func TestBulkDecisionsAnswerForEach(t *testing.T) {
	w := newWorld(t, "")
	mine := w.register("carl", identity.TypeCoach).User.ID
	r, err := w.Decide(t.Context(), w.in, admin, []int64{mine, 999}, identity.DecideApprove, "", client)
	ok(t, err)
	if len(r) != 2 || r[0].Outcome != identity.OutcomeChanged || r[1].Outcome != identity.OutcomeFailed || !errors.Is(r[1].Err, fault.PathUnknown) {
		t.Fatalf("got %+v", r)
	}
}

func TestNobodyDecidesAboutHimself(t *testing.T) {
	w := newWorld(t, "")
	w.register("carl", identity.TypeCoach)
	r, err := w.Decide(t.Context(), w.in, identity.By{Kind: "user", ID: "1"}, []int64{1}, identity.DecideApprove, "", client)
	ok(t, err)
	if !errors.Is(r[0].Err, fault.SelfApproval) {
		t.Fatalf("got %+v", r[0])
	}
}

func TestGroupsAndTheirPowers(t *testing.T) {
	w := newWorld(t, "")
	g := w.register("gil", "")
	trainers, err := w.CreateGroup(t.Context(), w.in, admin, "Trainers", []string{"plans.write"}, client)
	ok(t, err)
	_, err = w.CreateGroup(t.Context(), w.in, admin, " TRAINERS ", nil, client)
	wants(t, err, fault.GroupTaken)
	_, err = w.ChangeUser(t.Context(), w.in, admin, g.User.ID, identity.UserChange{Group: &trainers.ID}, client)
	ok(t, err)
	a, err := w.actor(g)
	ok(t, err)
	if got := a.User.Permissions(); len(got) != 1 || got[0] != "plans.write" {
		t.Fatalf("permissions %v", got)
	}
	none := []string{}
	_, err = w.ChangeGroup(t.Context(), w.in, admin, trainers.ID, identity.GroupChange{Permissions: &none}, client)
	ok(t, err)
	if a, err = w.actor(g); err != nil || len(a.User.Permissions()) != 0 {
		t.Fatalf("the old token keeps powers: %v, %v", a, err)
	}
	wants(t, w.DeleteGroup(t.Context(), w.in, admin, trainers.ID, client), fault.GroupInUse)
	wants(t, w.DeleteGroup(t.Context(), w.in, admin, 1, client), fault.GroupFixed)
	unknown := int64(77)
	_, err = w.ChangeUser(t.Context(), w.in, admin, g.User.ID, identity.UserChange{Group: &unknown}, client)
	wants(t, err, fault.GroupUnknown)
}

func TestAdminsFindUsers(t *testing.T) {
	w := newWorld(t, "")
	for _, name := range []string{"anna", "annabel", "bert"} {
		w.register(name, "")
	}
	w.register("carl", identity.TypeCoach)
	first := "Änne"
	_, err := w.ChangeUser(t.Context(), w.in, admin, 3, identity.UserChange{ProfileChange: identity.ProfileChange{FirstName: &first}}, client)
	ok(t, err)
	for query, want := range map[identity.UserFilter]int{
		{}: 4, {Query: "anna"}: 2, {Query: "ANNABEL@"}: 1, {Query: "äN"}: 1, {Query: "4"}: 1, {Query: "%"}: 0, {Query: "a\x00nna"}: 2,
		{Status: "pending"}: 1, {Status: "active"}: 3, {Status: "unverified"}: 4, {Group: "coach"}: 1, {Group: "1"}: 3, {Query: "zzz"}: 0,
	} {
		users, _, err := w.Users(t.Context(), w.in, query)
		ok(t, err)
		if len(users) != want {
			t.Errorf("%+v finds %d, not %d", query, len(users), want)
		}
	}
	_, _, err = w.Users(t.Context(), w.in, identity.UserFilter{Status: "x"})
	wants(t, err, fault.NotChoice)
}

func TestPagesMissNobody(t *testing.T) {
	w := newWorld(t, "")
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		w.register(name, "")
	}
	seen, cursor := 0, ""
	for range 3 {
		users, next, err := w.Users(t.Context(), w.in, identity.UserFilter{Limit: 2, Cursor: cursor})
		ok(t, err)
		seen += len(users)
		cursor = next
	}
	if seen != 5 || cursor != "" {
		t.Fatalf("saw %d, cursor %q", seen, cursor)
	}
	_, _, err := w.Users(t.Context(), w.in, identity.UserFilter{Cursor: "x' or 1=1"})
	wants(t, err, fault.CursorInvalid)
}

func TestAnAdminInvitesAUser(t *testing.T) {
	w := newWorld(t, "")
	u, err := w.CreateUser(t.Context(), w.in, admin, identity.Registration{Email: "ina@example.com", Type: identity.TypeCoach}, 0, &identity.Invitation{}, client)
	ok(t, err)
	if !u.Approved() || u.HasPassword {
		t.Fatalf("got %+v", u)
	}
	link := w.secret("user_invitation", "ina@example.com")
	ok(t, w.ConfirmReset(t.Context(), w.in, identity.ResetConfirmation{ByToken: true, Token: link["token"], Password: goodPassword}, client))
	w.mustLogin("ina@example.com", identity.Pair)
}
