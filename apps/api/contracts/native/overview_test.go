package native_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/activity"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// happen writes what happened in a tenant some time ago: sign-ups, sign-ins by password and by Google, a message that failed.
func happen(t *testing.T, s *apitest.Server, in *tenants.Scope, ago string) {
	t.Helper()
	s.Exec(t, `insert into audit (tenant_id, id, at, actor_kind, actor_id, action, user_id, details)
		select $1, gen_random_uuid(), now() - $2::interval, 'user', n::text, case when n = 1 then 'user.registered' else 'session.opened' end, n,
			jsonb_build_object('contract', case when n % 2 = 0 then 'native' else 'restauth' end, 'method', case when n = 5 then 'google' else 'password' end)
		from generate_series(1, 5) n`, in.ID(), ago)
	s.Exec(t, `insert into outbox (tenant_id, id, kind, state, created_at, done_at) values
		($1, gen_random_uuid(), 'mail', 'failed', now() - $2::interval, now() - $2::interval), ($1, gen_random_uuid(), 'webhook', 'failed', now(), now() - $2::interval)`, in.ID(), ago)
}

func TestTheActivityOfATenantIsCountedByDay(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	happen(t, s, in, "2 days")
	happen(t, s, in, "40 days")
	happen(t, s, other, "2 days")
	p := s.SignUp(t, in, "mia")
	p.SignIn()
	viewer := s.Staff(t, in, "viewer")
	address := apitest.Tenant(in, "/activity")
	look := func(when string) {
		t.Helper()
		a := viewer.Get(address).Is(200)
		for path, want := range map[string]int64{
			"totals.sign_ups.count": 2, "totals.sign_ups.before": 1, "totals.sign_ins.count": 5, "totals.sign_ins.before": 4,
			"totals.deliveries_failed.count": 1, "totals.deliveries_failed.before": 1,
			"days.27.sign_ins": 4, "days.27.deliveries_failed": 1, "days.29.sign_ups": 1, "days.29.sign_ins": 1, "days.0.sign_ins": 0,
			"sign_ins_by_method.0.count": 4, "sign_ins_by_method.1.count": 1, "sign_ins_by_method.1.days.27": 1,
			"sign_ins_by_contract.0.count": 3, "sign_ins_by_contract.1.days.27": 2,
		} {
			if got := a.Int(path); got != want {
				t.Errorf("%s: %s is %d, not %d\n%s", when, path, got, want, a.Body)
			}
		}
		if a.Text("sign_ins_by_method.0.name") != "password" || a.Text("sign_ins_by_method.1.name") != "google" {
			t.Errorf("%s: methods %s", when, a.Body)
		}
	}
	look("before anybody has counted")
	for n := range 3 {
		if err := activity.Count(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		look(fmt.Sprintf("counted %d times", n+1))
	}
	s.Exec(t, `update activity_marks set counted_until = now() where tenant_id = $1`, in.ID())
	if a := viewer.Get(address).Is(200); a.Int("totals.sign_ins.count") != 4 {
		t.Errorf("what is counted is read from the trail again: %s", a.Body)
	}
	if a := viewer.Get(address).Is(200); a.Int("active_users.day") != 1 || a.Int("active_users.month") != 1 {
		t.Errorf("active users: %s", a.Body)
	}
}

func TestTheIntervalIsChecked(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	for _, at := range []string{apitest.Tenant(in, "/activity"), "/admin/v1/overview"} {
		c := s.Operator(t)
		a := c.Get(at + "?from=2026-03-01&to=2026-03-01").Is(200)
		if len(a.List("days", "day"))+len(a.List("activity.days", "day")) != 1 {
			t.Errorf("one day: %s", a.Body)
		}
		c.Get(at+"?from=2026-3-1").Refused(400, "validation_failed", "from")
		c.Get(at+"?to=2026-02-30").Refused(400, "validation_failed", "to")
		c.Get(at+"?from=x&to=2026-1").Refused(400, "validation_failed", "to", "from")
		c.Get(at+"?from=2026-03-02&to=2026-03-01").Refused(400, "validation_failed", "from")
		c.Get(at+"?from=2025-03-01&to=2026-03-02").Refused(400, "validation_failed", "from")
		c.Get(at + "?from=9999-12-30&to=9999-12-31").Is(200)
		c.Get(at + "?from=1970-01-01&to=1970-01-01").Is(200)
	}
}

func TestThePlatformIsTheSumOfItsTenants(t *testing.T) {
	t.Parallel()
	h := pgtest.Fresh(t)
	s := apitest.Start(t, apitest.Options{House: h})
	c := s.Operator(t)
	if a := c.Get("/admin/v1/overview").Is(200); a.Int("activity.totals.sign_ins.count") != 0 || a.Int("users.total") != 0 {
		t.Errorf("an empty platform: %s", a.Body)
	}
	a, b := s.Tenant(t, ""), s.Tenant(t, "")
	happen(t, s, a, "2 days")
	happen(t, s, b, "2 days")
	happen(t, s, b, "3 days")
	c.Post(apitest.Tenant(a, "/suspend"), nil).Is(200)
	s.SignUpCoach(t, b, "carl")
	count := func() {
		t.Helper()
		for _, in := range []*tenants.Scope{a, b} {
			if err := activity.Count(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		if err := activity.Sum(t.Context(), h.Platform); err != nil {
			t.Fatal(err)
		}
	}
	count()
	count()
	got := c.Get("/admin/v1/overview").Is(200)
	for path, want := range map[string]int64{
		"tenants.total": 2, "tenants.active": 1, "tenants.suspended": 1, "users.total": 1, "users.pending": 1,
		"activity.totals.sign_ups.count": 3, "activity.totals.sign_ins.count": 12, "activity.totals.deliveries_failed.count": 3,
		"activity.days.27.sign_ins": 8, "activity.days.26.sign_ins": 4, "failing_tenants.0.deliveries_failed": 2, "failing_tenants.1.deliveries_failed": 1,
	} {
		if is := got.Int(path); is != want {
			t.Errorf("%s is %d, not %d\n%s", path, is, want, got.Body)
		}
	}
	if got.Text("failing_tenants.0.slug") != b.Slug() || got.Text("newest_tenants.0.slug") != b.Slug() {
		t.Errorf("%s", got.Body)
	}
	asOf, err := time.Parse(time.RFC3339, got.Text("activity.as_of"))
	if err != nil || time.Since(asOf) < time.Minute || time.Since(asOf) > 5*time.Minute {
		t.Errorf("counted until %s", got.Text("activity.as_of"))
	}
	s.Exec(t, `delete from tenants where id = $1`, a.ID())
	count = func() {
		if err := activity.Sum(t.Context(), h.Platform); err != nil {
			t.Fatal(err)
		}
	}
	count()
	if got := c.Get("/admin/v1/overview").Is(200); got.Int("tenants.total") != 1 {
		t.Errorf("after a deletion: %s", got.Body)
	}
}
