package native_test

import (
	"log/slog"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/workers/erase"
)

func TestATenantIsDeletedWithEverythingItHas(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{House: pgtest.Fresh(t)})
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia-canary")
	s.SignUp(t, in, "noah")
	neighbour := s.SignUp(t, other, "mia")
	admin, operator := s.Staff(t, in, "owner"), s.Operator(t)
	path := apitest.Tenant(in)
	s.APIKey(t, in, "publishable")
	operator.Delete(path, obj{"confirm": "acme"}).Refused(400, "validation_failed", "confirm:slug_differs")
	operator.Delete(path, obj{}).Refused(400, "validation_failed", "confirm:required")
	mia.Get("/v1/me").Is(200)
	asked := operator.Delete(path, obj{"confirm": in.Slug()}).Is(202)
	mia.Get("/v1/me").Is(404)
	operator.Post(path+"/resume", nil).Refused(409, "tenant_erasing")
	if again := operator.Delete(path, obj{"confirm": in.Slug()}).Is(202); again.Text("id") != asked.Text("id") {
		t.Errorf("asked twice: %s", again.Body)
	}
	admin.Get("/admin/v1/erasures").Refused(403, "not_allowed")
	admin.Get("/admin/v1/erasures/"+asked.Text("id")).Refused(403, "not_allowed")
	operator.Get("/admin/v1/erasures/"+uuid.NewString()).Refused(404, "not_found")

	worker := erase.Eraser{Registry: s.Registry, Blobs: s.Blobs, Log: slog.New(slog.DiscardHandler)}
	if more, err := worker.One(t.Context()); err != nil || !more {
		t.Fatal(more, err)
	}
	done := operator.Get("/admin/v1/erasures/" + asked.Text("id")).Is(200)
	if done.Int("found.users") != 2 || done.Value("progress") != 1.0 || done.Text("finished_at") == "" || done.Int("found.audit_entries") < 2 {
		t.Errorf("told: %s", done.Body)
	}
	if listed := operator.Get("/admin/v1/erasures").Is(200); listed.Text("data.0.slug") != in.Slug() {
		t.Errorf("listed: %s", listed.Body)
	}
	operator.Get(path).Refused(404, "tenant_unknown")
	if found := s.Search(t, in, "canary"); len(found) > 0 {
		t.Errorf("still in %q", found)
	}
	if n := s.Count(t, `select count(*) from audit where tenant_id = $1`, in.ID()); n != 0 {
		t.Errorf("%d rows of the trail are left", n)
	}
	neighbour.Get("/v1/me").Is(200)
	if trail := operator.Get("/admin/v1/audit?limit=1").Is(200); trail.Text("data.0.action") != "tenant.erased" {
		t.Errorf("the platform's trail: %s", trail.Body)
	}
	if more, err := worker.One(t.Context()); err != nil || more {
		t.Error("there is more to do", err)
	}
}

// A worker that died in the middle is followed by another, and what it had counted stays.
func TestADeletionGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{House: pgtest.Fresh(t)})
	in := s.Tenant(t, "")
	s.SignUp(t, in, "mia")
	asked := s.Operator(t).Delete(apitest.Tenant(in), obj{"confirm": in.Slug()}).Is(202).Text("id")
	s.Exec(t, `update tenant_erasures set lease_until = now() + interval '1 minute', found = '{"users": 7}', done = 6`)
	worker := erase.Eraser{Registry: s.Registry, Blobs: s.Blobs, Log: slog.New(slog.DiscardHandler)}
	if more, err := worker.One(t.Context()); err != nil || more {
		t.Fatal("taken from somebody who is at work", err)
	}
	if half := s.Operator(t).Get("/admin/v1/erasures/" + asked).Is(200); half.Value("progress").(float64) < 0.8 {
		t.Errorf("half way: %s", half.Body)
	}
	s.Exec(t, `update tenant_erasures set lease_until = now() - interval '1 second'`)
	if more, err := worker.One(t.Context()); err != nil || !more {
		t.Fatal(more, err)
	}
	if done := s.Operator(t).Get("/admin/v1/erasures/" + asked).Is(200); done.Int("found.users") != 7 || done.Text("finished_at") == "" {
		t.Errorf("done: %s", done.Body)
	}
}
