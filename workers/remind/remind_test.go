package remind_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/remind"
)

// scene is a tenant with one admin in each role, and an owner who has not accepted yet.
type scene struct {
	t     *testing.T
	house *pgtest.House
	box   *outbox.Box
	in    *tenants.Scope
}

func newScene(t *testing.T, settings string) scene {
	t.Helper()
	h := pgtest.Get(t)
	s := scene{t, h, outbox.New(h.Sealer), h.Tenant(t, settings)}
	for _, role := range []string{"owner", "admin", "approver", "viewer"} {
		s.admin(role, role, "x")
	}
	s.admin("invited", "owner", "")
	return s
}

func (s scene) exec(statement string, args ...any) {
	s.t.Helper()
	if _, err := s.house.Owner(s.t).ExecContext(s.t.Context(), statement, args...); err != nil {
		s.t.Fatal(err)
	}
}

func (s scene) admin(name, role, hash string) {
	s.t.Helper()
	id, email := uuid.New(), name+"@"+s.in.Slug()+".example"
	s.exec(`insert into admins (id, email, email_key, password_hash) values ($1, $2, $2, nullif($3, ''))`, id, email, hash)
	s.exec(`insert into admin_roles (tenant_id, admin_id, role) values ($1, $2, $3)`, s.in.ID(), id, role)
}

// applicant waits since so many hours.
func (s scene) applicant(id, hours int) {
	s.t.Helper()
	s.exec(`insert into users (tenant_id, id, group_id, user_type, approval, created_at) values ($1, $2, 2, 'coach', 'pending', now() - make_interval(hours => $3))`, s.in.ID(), id, hours)
}

func (s scene) remind() bool {
	s.t.Helper()
	reminded, err := remind.Tenant(s.t.Context(), s.house.Platform, s.in, s.box)
	if err != nil {
		s.t.Fatal(err)
	}
	return reminded
}

// mails are who was told, and of how many.
func (s scene) mails() map[string]string {
	s.t.Helper()
	var rows []struct {
		Recipient string `db:"recipient"`
		Count     string `db:"count"`
	}
	err := s.in.Select(s.t.Context(), &rows, `select split_part(recipient, '@', 1) as recipient, string_agg(payload ->> 'count', ' ' order by created_at) as count from outbox
		where tenant_id = $1 and kind = 'mail' and payload ->> 'message' = 'approvals_waiting' group by recipient`)
	if err != nil {
		s.t.Fatal(err)
	}
	told := map[string]string{}
	for _, row := range rows {
		told[row.Recipient] = row.Count
	}
	return told
}

func (s scene) told(counts string) {
	s.t.Helper()
	got := s.mails()
	if len(got) != 3 || got["owner"] != counts || got["admin"] != counts || got["approver"] != counts {
		s.t.Fatalf("wanted mails of %q to owner, admin and approver, got %v", counts, got)
	}
}

func TestWhoMayDecideIsRemindedOnceInTheTime(t *testing.T) {
	t.Parallel()
	s := newScene(t, `{"approval":{"remind_after_hours":24}}`)
	s.applicant(1, 23)
	if s.remind() {
		t.Fatal("reminded of somebody who came just now")
	}
	s.applicant(2, 25)
	s.applicant(3, 100)
	s.exec(`update users set approval_at = now() where tenant_id = $1 and id = 3`, s.in.ID()) // a decision that was taken back a moment ago
	if !s.remind() || s.remind() {
		t.Fatal("not reminded, or twice")
	}
	s.told("1")
	s.exec(`update approval_reminders set sent_at = sent_at - interval '23 hours 59 minutes' where tenant_id = $1`, s.in.ID())
	if s.remind() {
		t.Fatal("reminded too early")
	}
	s.exec(`update approval_reminders set sent_at = sent_at - interval '2 minutes' where tenant_id = $1`, s.in.ID())
	s.exec(`update users set created_at = created_at - interval '2 hours' where tenant_id = $1`, s.in.ID())
	if !s.remind() {
		t.Fatal("not reminded again")
	}
	s.told("1 2")
	s.exec(`update approval_reminders set sent_at = sent_at - interval '2 days' where tenant_id = $1`, s.in.ID())
	s.exec(`update users set approval = 'approved' where tenant_id = $1 and id <> 3`, s.in.ID())
	if s.remind() {
		t.Fatal("reminded although nobody waits")
	}
	var noted int
	if err := s.in.Get(t.Context(), &noted, `select count(*) from audit where tenant_id = $1 and action = 'approvals.reminded' and actor_kind = 'system'`); err != nil || noted != 2 {
		t.Errorf("%d entries in the trail, %v", noted, err)
	}
}

func TestManyWorkersRemindOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t, `{"approval":{"remind_after_hours":1}}`)
	s.applicant(1, 2)
	for round, counts := range []string{"1", "1 1"} {
		s.exec(`update approval_reminders set sent_at = sent_at - interval '2 hours' where tenant_id = $1`, s.in.ID())
		var won atomic.Int32
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() {
				reminded, err := remind.Tenant(t.Context(), s.house.Platform, s.in, s.box)
				if err != nil {
					t.Error(err)
				}
				if reminded {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("round %d: %d workers reminded", round, won.Load())
		}
		s.told(counts)
	}
}

func TestReminderIsOffUntilItIsAskedFor(t *testing.T) {
	t.Parallel()
	s := newScene(t, "")
	s.applicant(1, 10_000)
	if s.remind() || len(s.mails()) != 0 {
		t.Error("reminded by default")
	}
}

// Applicants of one tenant are no reason to remind another's admins.
func TestEachTenantHasItsOwnApplicants(t *testing.T) {
	t.Parallel()
	s, other := newScene(t, `{"approval":{"remind_after_hours":1}}`), newScene(t, `{"approval":{"remind_after_hours":1}}`)
	s.applicant(1, 2)
	if other.remind() || !s.remind() || len(other.mails()) != 0 {
		t.Error("the wrong admins were reminded")
	}
	other.applicant(1, 2)
	if !other.remind() {
		t.Error("one tenant's reminder kept another from its own")
	}
}

// What fails after the mails are owed owes none, and the next try is as good as the first.
func TestAReminderThatFailsOwesNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, `{"approval":{"remind_after_hours":1}}`)
	s.applicant(1, 2)
	s.exec(`create or replace function fail_reminder() returns trigger language plpgsql as $f$ begin
		if new.action = 'approvals.reminded' and new.tenant_id::text = tg_argv[0] then raise exception 'cut short'; end if; return new; end $f$`)
	s.exec(`create trigger fail_reminder before insert on audit for each row execute function fail_reminder('` + s.in.ID().String() + `')`)
	if reminded, err := remind.Tenant(t.Context(), s.house.Platform, s.in, s.box); err == nil || reminded || len(s.mails()) != 0 {
		t.Fatalf("reminded %v, %v, mails %v", reminded, err, s.mails())
	}
	s.exec(`drop trigger fail_reminder on audit`)
	if !s.remind() {
		t.Fatal("not reminded after a failure")
	}
	s.told("1")
}
