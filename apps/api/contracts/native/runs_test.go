package native_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/approvals"
)

// goOn does what the workers do for the tenant's runs.
func goOn(t *testing.T, s *apitest.Server, in *tenants.Scope) {
	t.Helper()
	runs := approvals.Runs{Core: s.Core}
	handle(t, s, in, identity.RunKind, runs.Handle)
}

// Everybody in the list when it was asked for is decided about, once, with a mail and an entry in the trail each; who is not in
// it, or came later, is not.
func TestEverybodyInAListIsDecidedAbout(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	var waiting []apitest.Person
	for _, name := range []string{"ada", "ben", "cora", "dan"} {
		waiting = append(waiting, s.SignUpCoach(t, in, name))
	}
	s.SignUp(t, in, "mia") // needs no approval
	c.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{waiting[0].ID}, "decision": "reject", "reason": "no licence"}).Is(200)
	s.Exec(t, `update users set email_verified_at = now() where tenant_id = $1 and id = $2`, in.ID(), waiting[1].ID)

	path := apitest.Tenant(in, "/approvals/runs")
	found := c.Get(apitest.Tenant(in, "/approvals/candidates?decision=approve&status=pending")).Is(200)
	if found.Int("total") != 3 || found.Int("unverified") != 2 {
		t.Fatalf("%s", found.Body)
	}
	run := c.Post(path+"?status=pending", obj{"decision": "approve", "reason": nil}).Is(http.StatusAccepted)
	if run.Int("total") != 3 || run.Int("done") != 0 || run.Value("finished_at") != nil {
		t.Fatalf("%s", run.Body)
	}
	late := s.SignUpCoach(t, in, "eve")
	c.Delete(apitest.Tenant(in, fmt.Sprint("/users/", waiting[3].ID)), nil).Is(204) // is gone when its turn comes
	goOn(t, s, in)

	over := c.Get(path + "/" + run.Text("id")).Is(200)
	if over.Int("done") != 3 || over.Int("changed") != 2 || over.Int("failed") != 1 || over.Value("finished_at") == nil {
		t.Fatalf("%s", over.Body)
	}
	if all := c.Get(path).Is(200); all.Text("data.0.id") != run.Text("id") || all.Text("data.0.decision") != "approve" {
		t.Errorf("%s", all.Body)
	}
	for i, want := range []string{"rejected", "approved", "approved"} {
		u := c.Get(apitest.Tenant(in, fmt.Sprint("/users/", waiting[i].ID))).Is(200)
		mails := s.Mails(t, in, waiting[i].Email, "approved")
		if u.Text("approval") != want || (mails == 1) != (want == "approved") {
			t.Errorf("%d: %s, %d mails", i, u.Text("approval"), mails)
		}
	}
	if u := c.Get(apitest.Tenant(in, fmt.Sprint("/users/", late.ID))).Is(200); u.Text("approval") != "pending" {
		t.Errorf("who came later is %s", u.Text("approval"))
	}
	trail := string(c.Get(apitest.Tenant(in, "/audit?action=approval.approved")).Is(200).Body)
	if strings.Count(trail, `"approval.approved"`) < 2 {
		t.Errorf("%s", trail)
	}
}

// A run whose worker died goes on where it was: the decision and its count are one transaction.
func TestARunGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	for _, name := range []string{"ada", "ben", "cora"} {
		s.SignUpCoach(t, in, name)
	}
	path := apitest.Tenant(in, "/approvals/runs")
	run := c.Post(path+"?status=pending", obj{"decision": "approve"}).Is(http.StatusAccepted)
	// A stretch that is over at once leaves the work to another job.
	handle(t, s, in, identity.RunKind, func(ctx context.Context, in *tenants.Scope, _ outbox.Claimed) error {
		return s.Core.GoOn(ctx, in, uuid.MustParse(run.Text("id")), time.Unix(0, 0))
	})
	s.Exec(t, `update users set approval = 'approved' where tenant_id = $1 and id = 1`, in.ID())
	s.Exec(t, `update approval_runs set done = 1, changed = 1 where tenant_id = $1`, in.ID())
	goOn(t, s, in)
	over := c.Get(path + "/" + run.Text("id")).Is(200)
	if over.Int("done") != 3 || over.Int("changed") != 3 || over.Value("finished_at") == nil {
		t.Fatalf("%s", over.Body)
	}
	if left := s.Count(t, `select count(*) from outbox where tenant_id = $1 and kind = 'approvals' and state <> 'sent'`, in.ID()); left != 0 {
		t.Errorf("%d jobs are left", left)
	}
}

func TestWhatARunRefuses(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	path := apitest.Tenant(in, "/approvals/runs")
	c.Post(path, obj{"decision": "maybe", "reason": strings.Repeat("x", 501)}).Refused(400, "validation_failed", "decision", "reason")
	c.Post(path+"?status=odd", obj{"decision": "approve"}).Refused(400, "validation_failed", "status")
	c.Get(apitest.Tenant(in, "/approvals/candidates?decision=maybe")).Refused(400, "validation_failed", "decision")
	c.Get(path+"/0198e5a2-0000-7000-8000-000000000000").Refused(404, "not_found")
	if none := c.Post(path+"?status=pending", obj{"decision": "reject", "reason": "closed"}).Is(202); none.Int("total") != 0 {
		t.Errorf("%s", none.Body)
	}
	goOn(t, s, in)
	if over := c.Get(path).Is(200); over.Value("data.0.finished_at") == nil {
		t.Errorf("an empty run does not end: %s", over.Body)
	}
}

// Whoever proves an address in a domain that the tenant trusts is approved then, not when he merely says he has it; and nobody
// who was rejected.
func TestADomainIsTrustedOnceItsAddressIsProven(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"approval": {"domains": ["example.com"]}}`)
	c := s.Operator(t)
	ada, ben := s.SignUpCoach(t, in, "ada"), s.SignUpCoach(t, in, "ben")
	approval := func(p apitest.Person) string {
		return c.Get(apitest.Tenant(in, fmt.Sprint("/users/", p.ID))).Is(200).Text("approval")
	}
	if got := approval(ada); got != "pending" {
		t.Fatalf("approved by what she says: %s", got)
	}
	c.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{ben.ID}, "decision": "reject", "reason": "no"}).Is(200)
	for _, p := range []apitest.Person{ada, ben} {
		s.In(t, in).Post("/v1/email-verification/confirm", obj{"key": s.Mail(t, in, p.Email, "verify_email")["key"]})
	}
	if approval(ada) != "approved" || approval(ben) != "rejected" || s.Mails(t, in, ada.Email, "approved") != 1 {
		t.Errorf("%s and %s", approval(ada), approval(ben))
	}
	if trail := string(c.Get(apitest.Tenant(in, "/audit?action=approval.approved")).Is(200).Body); !strings.Contains(trail, "approval.domains") {
		t.Errorf("the trail does not say why: %s", trail)
	}
	s.Settings(t, in, `{"approval": {"domains": ["example.org"]}}`)
	other := s.SignUpCoach(t, in, "cora")
	s.In(t, in).Post("/v1/email-verification/confirm", obj{"key": s.Mail(t, in, other.Email, "verify_email")["key"]}).Is(200)
	if got := approval(other); got != "pending" {
		t.Errorf("approved in another domain: %s", got)
	}
}
