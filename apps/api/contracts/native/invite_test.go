package native_test

import (
	"slices"
	"testing"
	"time"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

func TestAnInvitedUserJoins(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"lifetimes":{"invitation_seconds":86400}}`)
	admin := s.Staff(t, in, "admin")
	admin.Post(apitest.Tenant(in, "/groups"), obj{"name": "Referees"}).Is(201)
	made := admin.Post(apitest.Tenant(in, "/users"), obj{"email": "mia@example.com", "group": "referees"}).Is(201)
	until, err := time.Parse(time.RFC3339, made.Text("invited_until"))
	if left := time.Until(until); err != nil || left < 23*time.Hour || left > 24*time.Hour || made.Text("group.name") != "Referees" {
		t.Errorf("made: %s", made.Body)
	}
	listed := func(status string) []any {
		return admin.Get(apitest.Tenant(in, "/users?status=", status)).Is(200).List("data", "email")
	}
	if !slices.Equal(listed("invited"), []any{"mia@example.com"}) || len(listed("active")) != 0 {
		t.Errorf("invited %v, active %v", listed("invited"), listed("active"))
	}
	link := s.Mail(t, in, "mia@example.com", "user_invitation")
	s.In(t, in).Post("/v1/password-reset/confirm", obj{"uid": link["uid"], "token": link["token"], "new_password": apitest.Password}).Is(204)
	joined := admin.Get(apitest.Tenant(in, "/users/1")).Is(200)
	if joined.Value("invited_until") != nil || joined.Value("email_verified") != true {
		t.Errorf("joined: %s", joined.Body)
	}
	s.In(t, in).Post("/v1/sign-in", obj{"identifier": "mia@example.com", "password": apitest.Password}).Is(200)
	admin.Post(apitest.Tenant(in, "/users/1/invitation"), nil).Refused(409, "invitation_accepted")
	admin.Delete(apitest.Tenant(in, "/users/1/invitation"), nil).Refused(409, "invitation_accepted")
	admin.Post(apitest.Tenant(in, "/users"), obj{"email": "x@example.com", "group": "nobody"}).Refused(400, "validation_failed", "group:group_unknown")
	admin.Post(apitest.Tenant(in, "/users"), obj{"email": "x@example.com", "group": 99}).Refused(400, "validation_failed", "group:group_unknown")
}

func TestAnInvitationIsSentAgainOrTakenBack(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin, viewer := s.Staff(t, in, "admin"), s.Staff(t, in, "viewer")
	path := apitest.Tenant(in, "/users/1/invitation")
	admin.Post(apitest.Tenant(in, "/users"), obj{"email": "mia-canary@example.com", "invite": false}).Is(201)
	admin.Delete(path, nil).Refused(409, "invitation_accepted")
	if a := admin.Post(path, nil).Is(202); a.Text("invited_until") == "" {
		t.Errorf("invited: %s", a.Body)
	}
	first := s.Mail(t, in, "mia-canary@example.com", "user_invitation")
	admin.Post(path, nil).Is(202)
	second := s.Mail(t, in, "mia-canary@example.com", "user_invitation")
	choose := func(link map[string]string) apitest.Answer {
		return s.In(t, in).Post("/v1/password-reset/confirm", obj{"uid": link["uid"], "token": link["token"], "new_password": apitest.Password})
	}
	choose(first).Refused(400, "validation_failed", "token:reset_token_invalid")
	viewer.Post(path, nil).Refused(403, "not_allowed")
	viewer.Delete(path, nil).Refused(403, "not_allowed")
	admin.Delete(path, nil).Is(204)
	choose(second).Is(400)
	if found := s.Search(t, in, "mia-canary"); len(found) > 0 {
		t.Errorf("still in %q", found)
	}
	admin.Post(path, nil).Refused(404, "not_found")
	admin.Delete(path, nil).Refused(404, "not_found")
	admin.Post(apitest.Tenant(in, "/users"), obj{"email": "off@example.com", "invite": false}).Is(201)
	admin.Patch(apitest.Tenant(in, "/users/2"), obj{"active": false}).Is(200)
	admin.Post(apitest.Tenant(in, "/users/2/invitation"), nil).Refused(403, "not_allowed")
}

func TestAnInvitationSaysWhoInvites(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.Staff(t, in, "admin").Post(apitest.Tenant(in, "/users"), obj{"email": "mia@example.com", "locale": "de"}).Is(201)
	const said = `select count(*) from outbox where tenant_id = $1 and payload @> '{"message": "user_invitation", "lifetime": 1209600, "locale": "de"}'
		and payload ->> 'inviter' <> '' and not payload ? 'token'`
	if n := s.Count(t, said, in.ID()); n != 1 {
		t.Error("the mail does not name the inviter, or is not as long of use as it says")
	}
}
