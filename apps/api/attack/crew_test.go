package attack_test

import (
	"fmt"
	"maps"
	"net/http"
	"sync"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
)

type obj = map[string]any

const strict = `{"privacy": {"hide_account_existence": true}}`

// signUp is how one contract takes new people.
type signUp struct{ contract, path string }

var signUps = []signUp{
	{"coach", "/registration/"},
	{"drfuser", "/register/"},
	{"restauth", "/rest-auth/registration/"},
	{"fittrackee", "/api/auth/register"},
	{"simplejwt", "/api/user/create/"},
	{"native", "/v1/sign-up"},
}

// body is a sign-up that is in order, with more laid over it.
func (s signUp) body(username, email string, more obj) obj {
	all := obj{"username": username, "email": email}
	switch s.contract {
	case "coach", "restauth":
		all["password1"], all["password2"] = apitest.Password, apitest.Password
	case "fittrackee":
		all["password"], all["password_conf"] = apitest.Password, apitest.Password
	case "drfuser":
		all["name"], all["password"] = "Ann", apitest.Password
	default:
		all["password"] = apitest.Password
	}
	maps.Copy(all, more)
	return all
}

// race releases n calls at once and counts their answers by status.
func race(n int, call func(i int) int) map[int]int {
	statuses := make([]int, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			statuses[i] = call(i)
		})
	}
	close(start)
	all.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	return count
}

// same complains unless two answers look alike.
func same(t *testing.T, what string, a, b apitest.Answer) {
	t.Helper()
	if a.Status != b.Status || string(a.Body) != string(b.Body) || len(a.Cookies) != len(b.Cookies) {
		t.Errorf("%s tells them apart: %d %s and %d %s", what, a.Status, a.Body, b.Status, b.Body)
	}
}

// users counts the accounts of a tenant.
func users(t *testing.T, s *apitest.Server, in *tenants.Scope) int {
	t.Helper()
	return s.Count(t, `select count(*) from users where tenant_id = $1`, in.ID())
}

// messages counts all mails and text messages of a tenant to one recipient.
func messages(t *testing.T, s *apitest.Server, in *tenants.Scope, to string) int {
	t.Helper()
	return s.Count(t, `select count(*) from outbox where tenant_id = $1 and kind in ('mail', 'sms') and lower(recipient) = lower($2)`, in.ID(), to)
}

// key signs in by restauth.
func key(t *testing.T, s *apitest.Server, in *tenants.Scope, username, password string) string {
	t.Helper()
	return s.In(t, in).Post("/rest-auth/login/", obj{"username": username, "password": password}).Is(http.StatusOK).Text("key")
}

// jwt is a caller of simplejwt.
func jwt(t *testing.T, s *apitest.Server, in *tenants.Scope, username, password string) apitest.Client {
	t.Helper()
	a := s.In(t, in).Post("/api/token/obtain/", obj{"username": username, "password": password}).Is(http.StatusOK)
	return s.In(t, in).With("Authorization", "JWT "+a.Text("access"))
}

func name(prefix string, i int) string { return fmt.Sprintf("%s%d", prefix, i) }
