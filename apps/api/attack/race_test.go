package attack_test

import (
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// rounds is how often a race is run: one that is lost seldom is lost all the same.
const rounds = 10

// Whoever clicks a link fifty times has confirmed it, and it did its work once.
func TestFiftyConfirmationsAtOnceAreOne(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	for _, path := range []string{"/rest-auth/registration/verify-email/", "/registration/verify-email/", "/v1/email-verification/confirm"} {
		in := s.Tenant(t, "")
		for round := range rounds {
			ann := s.SignUp(t, in, name("ann", round))
			body := obj{"key": s.Mail(t, in, ann.Email, "verify_email")["key"]}
			if got := race(50, func(int) int { return s.In(t, in).Post(path, body).Status }); got[200] != 50 {
				t.Fatalf("%s, round %d: %v", path, round, got)
			}
		}
		if n := s.Count(t, `select count(*) from audit where tenant_id = $1 and action = 'email.verified'`, in.ID()); n != rounds {
			t.Errorf("%s: %d changes", path, n)
		}
	}
}

// Clients of the older interface, too, get one successor however often they ask at once, and their family lives on.
func TestFiftyRefreshesOfAnOlderClientAtOnceLeaveOneChain(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	refresh := func(token string) apitest.Answer {
		return s.In(t, in).Post("/api/token/refresh/", obj{"refresh": token})
	}
	token := s.In(t, in).Post("/api/token/obtain/", obj{"username": "ann", "password": apitest.Password}).Is(200).Text("refresh")
	for round := range rounds {
		next := make([]string, 50)
		got := race(50, func(i int) int {
			a := refresh(token)
			if a.Status == 200 {
				next[i] = a.Text("refresh")
			}
			return a.Status
		})
		for _, n := range next {
			if n != next[0] || n == token || n == "" {
				t.Fatalf("round %d: two chains, or none: %v", round, got)
			}
		}
		token = next[0]
	}
	refresh(token).Is(200)
}
