package native_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

func TestSignInByAnyName(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "mia")
	signIn := func(name, password string) apitest.Answer {
		return s.In(t, in).Post("/v1/sign-in", obj{"identifier": name, "password": password})
	}
	for _, name := range []string{"mia", "MIA", " mia@example.com ", "Mia@Example.COM"} {
		if a := signIn(name, apitest.Password).Is(200); a.Text("user.username") != "mia" || a.Int("expires_in") != 900 || a.Text("token_type") != "Bearer" {
			t.Errorf("as %q: %s", name, a.Body)
		}
	}
	unknown, wrong := signIn("nobody", "wrong-password-1"), signIn("mia", "wrong-password-1")
	unknown.Refused(401, "bad_credentials")
	wrong.Refused(401, "bad_credentials")
	if len(unknown.Body) != len(wrong.Body) {
		t.Errorf("unknown and wrong differ: %s %s", unknown.Body, wrong.Body)
	}
	s.Operator(t).Patch(apitest.Tenant(in, "/users/1"), obj{"active": false}).Is(200)
	signIn("mia", apitest.Password).Refused(401, "bad_credentials")
}

func TestARefreshTokenWorksOnceAndItsParentForAMoment(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	refresh := func(token string) apitest.Answer {
		return s.In(t, in).Post("/v1/token/refresh", obj{"refresh_token": token})
	}
	first := refresh(mia.Refresh).Is(200).Text("refresh_token")
	for range 3 { // its answer was lost
		if again := refresh(mia.Refresh).Is(200).Text("refresh_token"); again != first {
			t.Fatal("the parent got another successor")
		}
	}
	second := refresh(first).Is(200)
	s.SignUp(t, in, "other")
	refresh(mia.Refresh).Refused(401, "token_reused") // older than the parent: somebody has a copy
	refresh(second.Text("refresh_token")).Refused(401, "token_invalid")
	mia.Get("/v1/me").Refused(401, "token_invalid")
	mia.Bearer(second.Text("access_token")).Get("/v1/me").Refused(401, "token_invalid")
	if n := s.Count(t, `select count(*) from audit where tenant_id = $1 and action = 'session.reuse'`, in.ID()); n != 1 {
		t.Errorf("%d audit rows of the reuse", n)
	}
}

func TestAParentIsReuseAfterTenSeconds(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	c := s.In(t, in)
	child := c.Post("/v1/token/refresh", obj{"refresh_token": mia.Refresh}).Is(200).Text("refresh_token")
	s.Exec(t, `update sessions set rotated_at = rotated_at - interval '11 seconds' where tenant_id = $1`, in.ID())
	c.Post("/v1/token/refresh", obj{"refresh_token": mia.Refresh}).Refused(401, "token_reused")
	c.Post("/v1/token/refresh", obj{"refresh_token": child}).Refused(401, "token_invalid")
}

func TestParallelRefreshesLeaveOneChain(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	successors := make([]string, 12)
	var all sync.WaitGroup
	for i := range successors {
		all.Go(func() {
			successors[i] = s.In(t, in).Post("/v1/token/refresh", obj{"refresh_token": mia.Refresh}).Text("refresh_token")
		})
	}
	all.Wait()
	slices.Sort(successors)
	if len(slices.Compact(successors)) != 1 {
		t.Fatal("more than one successor")
	}
	s.In(t, in).Post("/v1/token/refresh", obj{"refresh_token": successors[0]}).Is(200)
}

func TestOneTokenDoesNotPassForAnother(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	owner := s.Staff(t, in, "owner")
	_, secret := s.APIKey(t, in, "secret")
	key := s.Mail(t, in, mia.Email, "verify_email")["key"]
	c := s.In(t, in)
	for name, token := range map[string]string{"refresh": mia.Refresh, "admin access": owner.Access, "admin refresh": owner.Refresh, "secret key": secret, "mail key": key} {
		if a := c.Bearer(token).Get("/v1/me"); a.Status != 401 {
			t.Errorf("%s as access token: %d %s", name, a.Status, a.Body)
		}
	}
	for name, token := range map[string]string{"access": mia.Access, "refresh": mia.Refresh, "admin refresh": owner.Refresh, "mail key": key} {
		if a := c.Bearer(token).Get("/admin/v1/me"); a.Status != 401 {
			t.Errorf("%s as admin token: %d %s", name, a.Status, a.Body)
		}
	}
	for name, token := range map[string]string{"access": mia.Access, "admin refresh": owner.Refresh, "secret key": secret, "mail key": key} {
		if a := c.Post("/v1/token/refresh", obj{"refresh_token": token}); a.Status != 401 {
			t.Errorf("%s as refresh token: %d %s", name, a.Status, a.Body)
		}
		if a := c.Post("/v1/email-verification/confirm", obj{"key": token}); name != "mail key" && a.Status != 404 {
			t.Errorf("%s as mail key: %d %s", name, a.Status, a.Body)
		}
	}
	for name, token := range map[string]string{"access": owner.Access, "user's refresh": mia.Refresh, "secret key": secret} {
		if a := c.Post("/admin/v1/auth/refresh", obj{"refresh_token": token}); a.Status != 401 {
			t.Errorf("%s as admin refresh token: %d %s", name, a.Status, a.Body)
		}
	}
}

func TestOnlyOneWellFormedAuthorizationCounts(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia, operator := s.SignUp(t, in, "mia"), s.Operator(t)
	for path, token := range map[string]string{"/v1/me": mia.Access, "/admin/v1/me": operator.Access} {
		c := s.In(t, in)
		c.Bearer(token).Get(path).Is(200)
		c.With("Authorization", "bearer "+token).Get(path).Is(200)
		for _, value := range []string{token, "Token " + token, "Bearer", "Bearer ", "Bearer " + token + " x", "Bearer a.b", "Bearer " + token + "x", "Basic bWlhOng="} {
			if a := c.With("Authorization", value).Get(path); a.Status != 401 {
				t.Errorf("%s with %.30q: %d", path, value, a.Status)
			}
		}
		for _, two := range [][]string{{"Bearer " + token, "Bearer " + token}, {"Bearer " + token, "Basic x"}, {"Basic x", "Bearer " + token}} {
			if a := c.With("Authorization", two[0], "Authorization", two[1]).Get(path); a.Status != 401 && a.Status != 400 {
				t.Errorf("%s with two headers: %d", path, a.Status)
			}
		}
		c.Get(path + "?access_token=" + token).Is(401)
	}
}

func TestSigningOutEndsOneSession(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	phone := mia.SignIn()
	mia.Post("/v1/sign-out", nil).Is(204)
	mia.Get("/v1/me").Refused(401, "token_invalid")
	mia.Post("/v1/sign-out", nil).Is(401)
	mia.Post("/v1/token/refresh", obj{"refresh_token": mia.Refresh}).Refused(401, "token_invalid")
	phone.Get("/v1/me").Is(200)
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	phone, tablet := mia.SignIn(), mia.SignIn()
	other := s.SignUp(t, in, "other")
	list := mia.Get("/v1/me/sessions").Is(200)
	if ids := list.List("data", "id"); len(ids) != 3 {
		t.Fatalf("sessions: %s", list.Body)
	}
	if current := list.List("data", "current"); !slices.Contains(current, any(true)) {
		t.Errorf("none is the current one: %s", list.Body)
	}
	own := sessionOf(phone)
	other.Delete("/v1/me/sessions/"+own, nil).Refused(404, "not_found")
	mia.Delete("/v1/me/sessions/"+uuid.NewString(), nil).Refused(404, "not_found")
	mia.Delete("/v1/me/sessions/x", nil).Refused(404, "not_found")
	mia.Delete("/v1/me/sessions/"+own, nil).Is(204)
	phone.Get("/v1/me").Is(401)
	mia.Delete("/v1/me/sessions/"+own, nil).Refused(404, "not_found")
	mia.Delete("/v1/me/sessions", nil).Is(204)
	tablet.Get("/v1/me").Is(401)
	mia.Get("/v1/me").Is(200)
	other.Get("/v1/me").Is(200)
}

func TestShortLivesEnd(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"lifetimes": {"access_seconds": 1, "refresh_seconds": 3600}}`)
	mia := s.SignUp(t, in, "mia")
	eventually(t, func() bool { return mia.Get("/v1/me").Status == 401 })
	mia.Get("/v1/me").Refused(401, "token_expired")
	mia.Post("/v1/token/refresh", obj{"refresh_token": mia.Refresh}).Is(200)
	s.Exec(t, `update sessions set last_seen_at = now() - interval '2 hours' where tenant_id = $1`, in.ID())
	mia.Post("/v1/token/refresh", obj{"refresh_token": mia.Refresh}).Refused(401, "token_expired")
}

// sessionOf gives the id of the session that a person calls from.
func sessionOf(p apitest.Person) string {
	list := p.Get("/v1/me/sessions").Is(200)
	current := slices.Index(list.List("data", "current"), any(true))
	return list.List("data", "id")[current].(string)
}
