package native_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

func TestUsageTellsUsersMessagesAndLimits(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	operator, viewer := s.Operator(t), s.Staff(t, in, "viewer")
	s.SignUp(t, in, "mia")
	s.SignUpCoach(t, in, "carl")
	s.In(t, in).Post("/v1/sign-in", obj{"identifier": "mia", "password": apitest.Password}).Is(200)
	s.Exec(t, `update outbox set state = 'sent', sealed = null, done_at = now() where tenant_id = $1 and recipient = 'mia@example.com'`, in.ID())
	s.Exec(t, `update outbox set created_at = now() - interval '32 days' where tenant_id = $1 and recipient = 'carl@example.com'`, in.ID())
	operator.Post(apitest.Tenant(in, "/users"), obj{"email": "ben@example.com"}).Is(201)
	use := viewer.Get(apitest.Tenant(in, "/usage")).Is(200)
	for path, want := range map[string]int64{"users.total": 3, "invitations.sent": 1, "invitations.limit": 1000, "users.pending": 1, "month.sign_ins": 1, "month.sms": 0, "pictures.files": 0, "pictures.bytes": 0} {
		if got := use.Int(path); got != want {
			t.Errorf("%s: wanted %d, got %d", path, want, got)
		}
	}
	if use.Int("month.mails") != 1 || use.Value("limits.max_users") != nil {
		t.Errorf("%s", use.Body)
	}
	limits := apitest.Tenant(in, "/limits")
	operator.Put(limits, obj{"max_users": 3}).Is(200)
	if use := viewer.Get(apitest.Tenant(in, "/usage")).Is(200); use.Int("limits.max_users") != 3 {
		t.Errorf("%s", use.Body)
	}
	for _, bad := range []any{0, -1, int64(1_000_000_001)} {
		operator.Put(limits, obj{"max_users": bad}).Refused(400, "validation_failed", "max_users:out_of_range")
	}
	operator.Put(limits, obj{"max_users": "3"}).Refused(400, "validation_failed", "max_users:not_an_integer")
	operator.Put(limits, obj{"users": 3}).Refused(400, "validation_failed", "users:unknown_field")
	trail := viewer.Get(apitest.Tenant(in, "/audit?action=tenant.limited")).Is(200)
	if trail.Value("data.0.details.to.max_users") != 3.0 || len(trail.List("data", "id")) != 1 {
		t.Errorf("the trail: %s", trail.Body)
	}
	if a := operator.Put(limits, obj{"max_users": nil}).Is(200); a.Value("max_users") != nil {
		t.Errorf("%s", a.Body)
	}
}

func TestNobodyComesIntoAFullTenant(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	operator := s.Operator(t)
	first := s.SignUp(t, in, "mia")
	operator.Put(apitest.Tenant(in, "/limits"), obj{"max_users": 2}).Is(200)
	s.SignUp(t, in, "noah")
	late := obj{"email": "late@example.com", "username": "late", "password": apitest.Password}
	s.In(t, in).Post("/v1/sign-up", late).Refused(403, "users_full")
	operator.Post(apitest.Tenant(in, "/users"), obj{"email": "late@example.com"}).Refused(403, "users_full")
	// Which addresses are taken is not told by it.
	s.In(t, in).Post("/v1/sign-up", obj{"email": "mia@example.com", "username": "mia2", "password": apitest.Password}).Refused(403, "users_full")
	// Those who are in are as before, and whoever goes makes room.
	s.In(t, in).Post("/v1/sign-in", obj{"identifier": "mia", "password": apitest.Password}).Is(200)
	operator.Delete(apitest.Tenant(in, fmt.Sprintf("/users/%d", first.ID)), nil).Is(204)
	s.In(t, in).Post("/v1/sign-up", late).Is(201)

	content := `{"email":"a@example.com"}` + "\n" + `{"email":"b@example.com"}` + "\n"
	operator.Put(apitest.Tenant(in, "/limits"), obj{"max_users": 3}).Is(200)
	for _, dry := range []string{"?dry_run=true", ""} {
		a := bring(t, operator, apitest.Tenant(in, "/imports"+dry), "users.jsonl", content).Is(200)
		if a.Int("created") != 1 || a.Int("refused") != 1 {
			t.Errorf("import%s: %s", dry, a.Body)
		}
	}
}

// However many come at once, no more get in than there is room for.
func TestALimitHoldsAgainstACrowd(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.Operator(t).Put(apitest.Tenant(in, "/limits"), obj{"max_users": 10}).Is(200)
	answers := make([]apitest.Answer, 50)
	var crowd sync.WaitGroup
	for i := range answers {
		crowd.Go(func() {
			answers[i] = s.In(t, in).Post("/v1/sign-up", obj{"email": fmt.Sprintf("u%d@example.com", i), "username": fmt.Sprintf("u%d", i), "password": apitest.Password})
		})
	}
	crowd.Wait()
	count := map[int]int{}
	for _, a := range answers {
		if count[a.Status]++; a.Status == 403 && a.Text("code") != "users_full" {
			t.Errorf("%s", a.Body)
		}
	}
	if count[201] != 10 || count[403] != 40 {
		t.Errorf("wanted 10 in and 40 not, got %v", count)
	}
	if n := s.Operator(t).Get(apitest.Tenant(in, "/usage")).Is(200).Int("users.total"); n != 10 {
		t.Errorf("%d users", n)
	}
}
