package native_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// Whoever keeps a copy of the users is told of each account that an import makes.
func TestAnImportTellsOfEachAccount(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	hook := func(events ...string) string {
		return c.Post(apitest.Tenant(in, "/webhooks"), obj{"url": "https://hooks.example.com/", "events": events}).Is(201).Text("id")
	}
	all, other := hook("user.created"), hook("user.deleted")
	form := "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nemail,id,first_name\r\nmia@example.com,70,Mia\r\nbad,,\r\nkim@example.com,,Kim\r\n\r\n--line--\r\n"
	for _, dry := range []string{"?dry_run=true", "", ""} { // the third finds everybody there
		c.Sending("multipart/form-data; boundary=line").Post(apitest.Tenant(in, "/imports", dry), form).Is(200)
	}
	events := told(t, s, in, all)
	if len(events) != 2 || len(told(t, s, in, other)) != 0 {
		t.Fatalf("told %v", events)
	}
	names := map[any]any{}
	for _, e := range events {
		data := e["data"].(obj)
		names[data["user"].(obj)["id"]] = data["user"].(obj)["first_name"]
		if e["type"] != "user.created" || data["action"] != "user.imported" || data["actor"].(obj)["type"] != "operator" {
			t.Errorf("told %v", e)
		}
	}
	if names[70.0] != "Mia" || len(names) != 2 {
		t.Errorf("told of %v", names)
	}
	if n := s.Count(t, `select count(*) from outbox where tenant_id = $1 and kind = 'webhook' and user_id = 70`, in.ID()); n != 1 {
		t.Errorf("%d rows go with the account", n)
	}
}

func TestAnInvitationAndItsAcceptanceAreTold(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	id := c.Post(apitest.Tenant(in, "/webhooks"), obj{"url": "https://hooks.example.com/", "events": []string{"user.invited", "user.joined"}}).Is(201).Text("id")
	c.Post(apitest.Tenant(in, "/users"), obj{"email": "kim@example.com", "invite": true}).Is(201)
	link := s.Mail(t, in, "kim@example.com", "user_invitation")
	for i, secret := range []string{apitest.Password, newPassword} { // the second is a reset like any other
		if i == 1 {
			s.In(t, in).Post("/v1/password-reset", obj{"email": "kim@example.com"}).Is(202)
			link = s.Mail(t, in, "kim@example.com", "password_reset")
		}
		s.In(t, in).Post("/v1/password-reset/confirm", obj{"uid": link["uid"], "token": link["token"], "new_password": secret}).Is(204)
	}
	events := told(t, s, in, id)
	got := kinds(events)
	slices.Sort(got)
	if !slices.Equal(got, []string{"user.invited", "user.joined"}) {
		t.Fatalf("told %v", got)
	}
	for _, e := range events {
		data := e["data"].(obj)
		if joined := e["type"] == "user.joined"; joined != (data["actor"].(obj)["type"] == "user") || joined != (data["user"].(obj)["email_verified"] == true) {
			t.Errorf("told %v", e)
		}
	}
}

// What the tenant's servers were told of a person is in the person's export.
func TestAnExportHasWhatOthersWereTold(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.Operator(t).Post(apitest.Tenant(in, "/webhooks"), obj{"url": "https://hooks.example.com/", "events": []string{"user.created"}}).Is(201)
	mia, theo := s.SignUp(t, in, "mia"), s.SignUp(t, in, "theo")
	for _, one := range []apitest.Person{mia, theo} {
		export := one.Get("/v1/me/export").Is(200)
		all := export.Value("events").([]any)
		if len(all) != 1 {
			t.Fatalf("events: %s", export.Body)
		}
		e := all[0].(obj)
		if e["type"] != "user.created" || e["state"] != "pending" || fmt.Sprint(e["data"].(obj)["user"].(obj)["id"]) != fmt.Sprint(one.ID) {
			t.Errorf("event: %v", e)
		}
	}
}
