package native_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

func TestAnInvitationMakesAnAdmin(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	owner := s.Staff(t, in, "owner")
	path := apitest.Tenant(in, "/admins")
	email := "ada-" + uuid.NewString()[:8] + "@acme.example"
	invited := owner.Post(path, obj{"email": email, "role": "approver"}).Is(201)
	if invited.Text("state") != "invited" || invited.Text("role") != "approver" || invited.Text("email") != email || invited.Value("last_login_at") != nil {
		t.Errorf("invited: %s", invited.Body)
	}
	key := s.Mail(t, in, email, "admin_invitation")["key"]
	s.Client(t).Post("/admin/v1/auth/login", obj{"email": email, "password": apitest.Password}).Refused(401, "bad_credentials")
	accept := func(key, password string) apitest.Answer {
		return s.Client(t).Post("/admin/v1/invitations/accept", obj{"token": key, "password": password, "name": "Ada"})
	}
	accept(key[1:], apitest.Password).Refused(400, "validation_failed", "token:invitation_invalid")
	accept(key, "short").Refused(400, "validation_failed", "password:password_too_short", "password:password_too_common")
	token := accept(key, apitest.Password).Is(200).Text("access_token")
	accept(key, apitest.Password).Refused(400, "validation_failed", "token:invitation_invalid")
	me := s.Client(t).Bearer(token).Get("/admin/v1/me").Is(200)
	if me.Text("email") != email || me.Text("name") != "Ada" || me.Value("operator") != false || me.Text("tenants.0.slug") != in.Slug() || me.Text("tenants.0.role") != "approver" {
		t.Errorf("me: %s", me.Body)
	}
	if states := owner.Get(path).Is(200).List("data", "state"); !slices.Equal(states, []any{"active", "active"}) {
		t.Errorf("states: %v", states)
	}
	owner.Post(path, obj{"email": email, "role": "viewer"}).Refused(409, "admin_taken", "email")
	owner.Post(path, obj{"email": "no", "role": "king"}).Refused(400, "validation_failed", "email:invalid_email", "role:not_a_choice")
}

func TestANewInvitationReplacesTheOldOne(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	ada, first := s.Invite(t, in, "viewer")
	again := s.Operator(t).Post(apitest.Tenant(in, "/admins"), obj{"email": ada.Email, "role": "admin"}).Is(201)
	if again.Text("id") != ada.ID.String() || again.Text("role") != "admin" {
		t.Errorf("invited again: %s", again.Body)
	}
	second := s.Mail(t, in, ada.Email, "admin_invitation")["key"]
	accept := func(key string) apitest.Answer {
		return s.Client(t).Post("/admin/v1/invitations/accept", obj{"token": key, "password": apitest.Password})
	}
	accept(first).Refused(400, "validation_failed", "token:invitation_invalid")
	s.Exec(t, `update admin_invitations set expires_at = now() - interval '1 second' where tenant_id = $1`, in.ID())
	accept(second).Refused(400, "validation_failed", "token:invitation_invalid")
	s.Operator(t).Post(apitest.Tenant(in, "/admins"), obj{"email": ada.Email, "role": "admin"}).Is(201)
	accept(s.Mail(t, in, ada.Email, "admin_invitation")["key"]).Is(200)
}

// One person may administer several tenants with one password.
func TestAnAdminGainsASecondTenant(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	first, second := s.Tenant(t, ""), s.Tenant(t, "")
	ada := s.Staff(t, first, "owner")
	ada.Get(apitest.Tenant(second)).Refused(404, "tenant_unknown")
	s.Operator(t).Post(apitest.Tenant(second, "/admins"), obj{"email": ada.Email, "role": "viewer"}).Is(201)
	if key := s.Mail(t, second, ada.Email, "admin_invitation")["key"]; key != "" {
		t.Error("somebody with a password got a link to choose one")
	}
	ada.Get(apitest.Tenant(second)).Is(200)
	ada.Patch(apitest.Tenant(second), obj{"name": "x"}).Refused(403, "not_allowed")
	ada.Patch(apitest.Tenant(first), obj{"name": "x"}).Is(200)
}

func TestARoleActsOnTheNextRequest(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	owner, ada := s.Staff(t, in, "owner"), s.Staff(t, in, "admin")
	rename := func() apitest.Answer { return ada.Patch(apitest.Tenant(in), obj{"name": "x"}) }
	seat := apitest.Tenant(in, "/admins/", ada.ID.String())
	rename().Is(200)
	if a := owner.Patch(seat, obj{"role": "viewer"}).Is(200); a.Text("role") != "viewer" {
		t.Errorf("changed: %s", a.Body)
	}
	rename().Refused(403, "not_allowed")
	owner.Patch(seat, obj{"role": "king"}).Refused(400, "validation_failed", "role:not_a_choice")
	owner.Patch(seat, obj{}).Refused(400, "validation_failed", "role:required")
	owner.Patch(apitest.Tenant(in, "/admins/", uuid.NewString()), obj{"role": "viewer"}).Refused(404, "not_found")
	owner.Delete(seat, nil).Is(204)
	rename().Refused(404, "tenant_unknown")
	owner.Delete(seat, nil).Refused(404, "not_found")
	if roles := ada.Get("/admin/v1/me").Is(200).List("tenants", "slug"); len(roles) != 0 {
		t.Errorf("still of %v", roles)
	}
}

func TestATenantKeepsAnOwnerAndNobodyChangesHisOwnRole(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	owner, admin := s.Staff(t, in, "owner"), s.Staff(t, in, "admin")
	seat := func(a apitest.Admin) string { return apitest.Tenant(in, "/admins/", a.ID.String()) }
	owner.Patch(seat(owner), obj{"role": "viewer"}).Refused(403, "not_allowed")
	owner.Delete(seat(owner), nil).Refused(403, "not_allowed")
	admin.Patch(seat(admin), obj{"role": "owner"}).Refused(403, "not_allowed")
	admin.Post(apitest.Tenant(in, "/admins"), obj{"email": "x@acme.example", "role": "owner"}).Refused(403, "not_allowed")
	operator := s.Operator(t)
	operator.Patch(seat(owner), obj{"role": "admin"}).Refused(409, "last_owner")
	operator.Delete(seat(owner), nil).Refused(409, "last_owner")
	operator.Patch(seat(admin), obj{"role": "owner"}).Is(200)
	admin.Patch(seat(owner), obj{"role": "viewer"}).Is(200)
	operator.Delete(seat(admin), nil).Refused(409, "last_owner")
}

func TestAnAdminChangesHisPassword(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	ada := s.NewOperator(t)
	other := s.Enter(t, ada)
	change := func(old, fresh string) apitest.Answer {
		return ada.Post("/admin/v1/me/password", obj{"current_password": old, "new_password": fresh})
	}
	change("wrong", newPassword).Refused(400, "validation_failed", "current_password:password_wrong")
	change(apitest.Password, "short").Refused(400, "validation_failed", "new_password:password_too_short", "new_password:password_too_common")
	change(apitest.Password, newPassword).Is(204)
	ada.Get("/admin/v1/me").Is(200)
	other.Get("/admin/v1/me").Refused(401, "token_invalid")
	other.Post("/admin/v1/auth/refresh", obj{"refresh_token": other.Refresh}).Refused(401, "token_invalid")
	s.Client(t).Post("/admin/v1/auth/login", obj{"email": ada.Email, "password": apitest.Password}).Refused(401, "bad_credentials")
	s.Client(t).Post("/admin/v1/auth/login", obj{"email": ada.Email, "password": newPassword}).Is(200)
}

func TestAnAdminsRefreshTokenWorksOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	ada := s.NewOperator(t)
	refresh := func(token string) apitest.Answer {
		return s.Client(t).Post("/admin/v1/auth/refresh", obj{"refresh_token": token})
	}
	first := refresh(ada.Refresh).Is(200).Text("refresh_token")
	if again := refresh(ada.Refresh).Is(200).Text("refresh_token"); again != first {
		t.Error("the parent got another successor")
	}
	second := refresh(first).Is(200)
	s.Client(t).Bearer(second.Text("access_token")).Get("/admin/v1/me").Is(200)
	refresh(ada.Refresh).Refused(401, "token_reused")
	refresh(second.Text("refresh_token")).Refused(401, "token_invalid")
	ada.Get("/admin/v1/me").Refused(401, "token_invalid")
	refresh("khb_nonsense").Refused(401, "token_invalid")
	refresh("").Refused(400, "validation_failed", "refresh_token:blank")
}

func TestAnAdminSignsOut(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	ada := s.NewOperator(t)
	ada.Post("/admin/v1/auth/logout", nil).Is(204)
	ada.Get("/admin/v1/me").Refused(401, "token_invalid")
	s.Client(t).Post("/admin/v1/auth/refresh", obj{"refresh_token": ada.Refresh}).Refused(401, "token_invalid")
	wrong := s.Client(t).Post("/admin/v1/auth/login", obj{"email": ada.Email, "password": "wrong-password"})
	unknown := s.Client(t).Post("/admin/v1/auth/login", obj{"email": "x" + ada.Email, "password": "wrong-password"})
	wrong.Refused(401, "bad_credentials")
	s.Client(t).Post("/admin/v1/auth/login", obj{"email": 5}).Refused(400, "validation_failed", "email:not_a_string", "password:required")
	unknown.Refused(401, "bad_credentials")
	if len(wrong.Body) != len(unknown.Body) {
		t.Errorf("%s\n%s", wrong.Body, unknown.Body)
	}
}
