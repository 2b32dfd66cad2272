package native_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/apps/api/contracts/native"
	"github.com/keyhall/keyhall/internal/pgtest"
)

const settingsPath = "/admin/v1/settings"

func TestATenantDemandsASecondFactorOfItsAdmins(t *testing.T) {
	t.Parallel()
	s := secure(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	owner, viewer := s.Staff(t, in, "owner"), s.Staff(t, in, "viewer")
	_, secret := s.APIKey(t, in, "secret")
	s.Operator(t).Post(apitest.Tenant(other, "/admins"), obj{"email": viewer.Email, "role": "viewer"}).Is(201)
	owner.Patch(apitest.Tenant(in, "/settings"), obj{"admins": obj{"second_factor": "yes"}}).Refused(400, "validation_failed", "admins.second_factor:bad_format")
	owner.Patch(apitest.Tenant(in, "/settings"), obj{"admins": obj{"second_factor": true}}).Is(200)
	for _, a := range []apitest.Admin{owner, viewer} {
		a.Get(apitest.Tenant(in)).Refused(403, "second_factor_required")
		a.Get(apitest.Tenant(in, "/users")).Refused(403, "second_factor_required")
		a.Get("/admin/v1/me").Is(200)
		a.Get("/admin/v1/tenants").Is(200)
		if f := a.Get(factorPath).Is(200); f.Value("demanded") != true {
			t.Errorf("factor: %s", f.Body)
		}
	}
	viewer.Get(apitest.Tenant(other, "/users")).Is(200) // which demands nothing
	viewer.Patch(apitest.Tenant(in), obj{"name": "x"}).Refused(403, "not_allowed")
	s.Client(t).Bearer(secret).Get(apitest.Tenant(in, "/users")).Is(200)
	s.Operator(t).Get(apitest.Tenant(in, "/users")).Is(200)

	k := newAuthenticator(t, s, viewer)
	id := k.confirm(k.begin(), "Phone").Is(201).Text("passkey.id")
	viewer.Get(apitest.Tenant(in, "/users")).Is(200)
	proof := func() obj {
		body := k.answer(viewer.Post(factorPath+"/challenge", nil).Is(201))
		body["password"] = apitest.Password
		return body
	}
	viewer.Delete(passkeysPath+"/"+id, proof()).Refused(409, "factor_demanded")
	spare := newAuthenticator(t, s, viewer)
	spare.confirm(spare.begin(), "Spare").Is(201)
	viewer.Delete(passkeysPath+"/"+id, proof()).Is(204)
	if list := s.Operator(t).Get(apitest.Tenant(in, "/admins")).Is(200); list.Value("data.0.second_factor") != false || list.Value("data.1.second_factor") != true {
		t.Errorf("team: %s", list.Body)
	}
}

func TestTheAppIsNotRemovedWhereAFactorIsDemanded(t *testing.T) {
	t.Parallel()
	s := secure(t)
	in := s.Tenant(t, `{"admins": {"second_factor": true}}`)
	p, _ := enrolled(t, s, s.Staff(t, in, "viewer"))
	p.owner.Delete(factorPath, obj{"password": apitest.Password, "code": p.code(0)}).Refused(409, "factor_demanded")
}

// A server of its own: what is demanded of operators holds for all of them.
func TestThePlatformDemandsASecondFactorOfOperators(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{HTTPS: true, House: pgtest.Fresh(t)})
	ada, olga := s.NewOperator(t), s.NewOperator(t)
	in := s.Tenant(t, "")
	demand := func(a apitest.Admin, yes bool) apitest.Answer {
		return a.Put(settingsPath, obj{"operators_second_factor": yes})
	}
	ada.Put(settingsPath, obj{}).Refused(400, "validation_failed", "operators_second_factor:required")
	demand(ada, true).Refused(403, "second_factor_required") // else she would shut herself out
	k := newAuthenticator(t, s, ada)
	k.confirm(k.begin(), "Laptop").Is(201)
	demand(ada, true).Is(200)
	demand(ada, true).Is(200)
	olga.Get(apitest.Tenant(in)).Refused(403, "second_factor_required")
	olga.Get("/admin/v1/tenants").Refused(403, "second_factor_required")
	demand(olga, false).Refused(403, "second_factor_required")
	olga.Get("/admin/v1/auth/session").Refused(401, "no_credentials")
	if f := olga.Get(factorPath).Is(200); f.Value("demanded") != true {
		t.Errorf("factor: %s", f.Body)
	}
	phone := newAuthenticator(t, s, olga)
	phone.confirm(phone.begin(), "Phone").Is(201)
	olga.Get("/admin/v1/tenants").Is(200)
	if p := ada.Get(settingsPath).Is(200); p.Value("operators_second_factor") != true {
		t.Errorf("settings: %s", p.Body)
	}
	demand(olga, false).Is(200)
	if n := s.Count(t, `select count(*) from platform_audit where action like 'operator.factor_%'`); n != 2 {
		t.Errorf("%d rows in the trail", n)
	}
}

func TestAnOwnerResetsTheSecondFactorOfOneWhoLostIt(t *testing.T) {
	t.Parallel()
	s := secure(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	owner, viewer := s.Staff(t, in, "owner"), s.Staff(t, in, "viewer")
	reset := func(by, of apitest.Admin) apitest.Answer {
		return by.Delete(apitest.Tenant(in, "/admins/"+of.ID.String()+"/second-factor"), nil)
	}
	k := newAuthenticator(t, s, viewer)
	k.confirm(k.begin(), "Phone").Is(201)
	reset(owner, s.Staff(t, other, "viewer")).Refused(404, "not_found")
	reset(owner, owner).Refused(403, "not_allowed")
	reset(viewer, owner).Refused(403, "not_allowed")
	reset(owner, viewer).Is(204)
	reset(owner, viewer).Is(204)
	viewer.Get("/admin/v1/me").Refused(401, "token_invalid")
	k.enter(k.answer(k.ask(false))).Refused(401, "passkey_wrong")
	viewer = s.Enter(t, viewer)
	if n := s.Count(t, `select count(*) from audit where tenant_id = $1 and action = 'admin.factor_reset'`, in.ID()); n != 1 {
		t.Errorf("%d rows in the trail", n)
	}
	// Whoever opens another tenant too is none of this owner's.
	k = newAuthenticator(t, s, viewer)
	k.confirm(k.begin(), "Phone").Is(201)
	s.Operator(t).Post(apitest.Tenant(other, "/admins"), obj{"email": viewer.Email, "role": "viewer"}).Is(201)
	reset(owner, viewer).Refused(403, "not_allowed")
	reset(s.Operator(t), viewer).Is(204)
	s.Enter(t, viewer)
}

// Whatever there is in a tenant that demands a factor is closed to one who has none, whether or not it is there.
func TestNothingIsReadWithoutTheFactorThatIsDemanded(t *testing.T) {
	t.Parallel()
	s := secure(t)
	in := s.Tenant(t, `{"admins": {"second_factor": true}}`)
	owner := s.Staff(t, in, "owner")
	fill := strings.NewReplacer("{slug}", in.Slug(), "users/{id}", "users/1", "groups/{id}", "groups/1", "{host}", "acme.example", "{provider}", "google",
		"{channel}", "email", "{kind}", "approved", "{locale}", "en", "{id}", uuid.NewString(), "{session_id}", uuid.NewString(), "{delivery_id}", uuid.NewString())
	for route := range native.Duties() {
		if method, path, _ := strings.Cut(route, " "); method == "GET" && strings.Contains(path, "{slug}") {
			owner.Get(fill.Replace(path)).Refused(403, "second_factor_required")
		}
	}
}
