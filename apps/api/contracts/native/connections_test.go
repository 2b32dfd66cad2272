package native_test

import (
	"fmt"
	"image/color"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
)

// connected lets a user sign in with an account elsewhere, and gives the id of that.
func connected(t *testing.T, s *apitest.Server, in *tenants.Scope, user int64, provider string) int64 {
	t.Helper()
	s.Exec(t, `insert into social_identities (tenant_id, id, user_id, provider, issuer, subject, email, created_at, last_login_at)
		select $1, coalesce(max(id), 0) + 1, $2, $3, 'https://id.example', $2::bigint::text, $3 || '@example.com', now(), now() from social_identities where tenant_id = $1`,
		in.ID(), user, provider)
	return int64(s.Count(t, `select id from social_identities where tenant_id = $1 and user_id = $2 and provider = $3`, in.ID(), user, provider))
}

// An administrator sees with what a user signs in, takes it away, and is told beforehand what has to stay.
func TestAnAdministratorDisconnectsButNotTheLastWayIn(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"social":{"providers":{"google":{"client_id":"app","client_secret":"x"},"github":{"client_id":"app","client_secret":"x"}}}}`)
	mia := s.SignUp(t, in, "mia")
	c := s.Staff(t, in, "admin")
	for _, provider := range []string{"google", "github", "discord"} { // no app is set up at the last
		connected(t, s, in, mia.ID, provider)
	}
	path := apitest.Tenant(in, fmt.Sprint("/users/", mia.ID, "/social"))
	last := func(want string) {
		t.Helper()
		if got := fmt.Sprint(c.Get(path).Is(200).List("data", "last_way_in")); got != want {
			t.Errorf("the last way in: %s instead of %s", got, want)
		}
	}
	last("[false false false]") // there is a password
	s.Exec(t, `update users set password_hash = null where tenant_id = $1`, in.ID())
	last("[false false false]")
	if got := c.Get(path).Is(200); got.Text("data.0.provider") != "google" || got.Text("data.0.email") != "google@example.com" || got.Value("data.0.last_login_at") == nil {
		t.Errorf("%s", got.Body)
	}
	c.Delete(path+"/2", nil).Is(204)
	last("[true false]")
	c.Delete(path+"/1", nil).Refused(409, "social_last")
	c.Delete(path+"/3", nil).Is(204)
	last("[true]")
	c.Delete(path+"/3", nil).Refused(404, "not_found")
	c.Delete(path+"/x", nil).Refused(404, "not_found")
	c.Get(apitest.Tenant(in, "/users/4711/social")).Refused(404, "not_found")
	trail := c.Get(apitest.Tenant(in, "/audit?action=social.disconnected")).Is(200)
	if trail.Text("data.0.actor.type") != "admin" || trail.Text("data.0.details.provider") != "discord" || trail.Int("data.0.user_id") != mia.ID {
		t.Errorf("%s", trail.Body)
	}
}

// A picture that should not be seen is taken away by an administrator, and its addresses work no more.
func TestAnAdministratorRemovesAPicture(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	c := s.Staff(t, in, "admin")
	upload(t, mia, "file", "me.jpg", photo(t, color.RGBA{R: 200, A: 255})).Is(200)
	work(t, s, in)
	user := apitest.Tenant(in, fmt.Sprint("/users/", mia.ID))
	if c.Get(user).Is(200).Value("avatar") == nil {
		t.Fatal("no picture to remove")
	}
	for range 2 {
		c.Delete(user+"/picture", nil).Is(204)
	}
	if got := c.Get(user).Is(200); got.Value("avatar") != nil {
		t.Errorf("%s", got.Body)
	}
	mia.Get("/v1/me/picture").Refused(404, "no_picture")
	trail := c.Get(apitest.Tenant(in, "/audit?action=user.picture_removed")).Is(200)
	if trail.Text("data.0.actor.type") != "admin" || len(trail.List("data", "id")) != 1 {
		t.Errorf("%s", trail.Body)
	}
	c.Delete(apitest.Tenant(in, "/users/4711/picture"), nil).Refused(404, "not_found")
}
