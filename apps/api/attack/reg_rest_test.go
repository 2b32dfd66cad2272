package attack_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants/limit"
)

func TestREG10OfFiftyEqualSignUpsOneMakesAnAccount(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	for i := range 2 * len(signUps) {
		r, in := signUps[i%len(signUps)], s.Tenant(t, "")
		got := race(50, func(int) int { return s.In(t, in).Post(r.path, r.body("ann", "ann@example.com", nil)).Status })
		if got[200]+got[201] != 1 || got[400]+got[409] != 49 || users(t, s, in) != 1 {
			t.Errorf("%s: %v, %d accounts", r.contract, got, users(t, s, in))
		}
		if n := s.Mails(t, in, "ann@example.com", "verify_email"); n > 1 {
			t.Errorf("%s: %d mails", r.contract, n)
		}
	}
}

func TestREG11OneAddressOrNameMakesOneAccount(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	for _, r := range signUps {
		for what, body := range map[string]func(i int) obj{
			"address": func(i int) obj { return r.body(name("ann", i), "ann@example.com", nil) },
			"name":    func(i int) obj { return r.body("ann", name("ann", i)+"@example.com", nil) },
		} {
			in := s.Tenant(t, "")
			got := race(20, func(i int) int { return s.In(t, in).Post(r.path, body(i)).Status })
			if got[200]+got[201] != 1 || users(t, s, in) != 1 {
				t.Errorf("%s, one %s: %v, %d accounts", r.contract, what, got, users(t, s, in))
			}
		}
	}
}

func TestREG12NamesThatAreNoPathsStayNames(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	for i, odd := range []string{"..", ".", "a/b", "a%2fb", "me", "create", "null", "0", strings.Repeat("x", 300), "123", "🙂🙂", "a\tb", "a\\b", "a?b", "a#b"} {
		a := s.In(t, in).Post("/v1/sign-up", obj{"username": odd, "email": name("u", i) + "@example.com", "password": apitest.Password}).Is(201, 400, 409)
		if a.Status == 201 && strings.ContainsAny(odd, "/%?#\\\t🙂") {
			t.Errorf("%q is a name", odd)
		}
	}
	for _, path := range []string{"/api/users/../", "/api/users/%2e%2e/", "/api/users/a%2fb/", "/api/users/null/"} {
		if a := s.In(t, in).Get(path); a.Status != 404 && a.Text("username") != "null" && a.Text("username") != ".." {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
}

func TestREG13OneWritesOnesOwnProfileOnly(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	s.SignUp(t, in, "bob")
	ann := jwt(t, s, in, "ann", apitest.Password)
	before := s.Rows(t, in)
	var first apitest.Answer
	for i, path := range []string{"/api/users/bob/", "/api/users/2/", "/api/users/nobody/", "/api/users/BOB/"} {
		a := ann.Put(path, obj{"bio": "mine"}).Is(http.StatusUnauthorized)
		if i == 0 {
			first = a
		}
		same(t, path, first, a)
		s.In(t, in).Put(path, obj{"bio": "mine"}).Is(http.StatusUnauthorized)
	}
	if changed := s.Changed(t, in, before); len(changed) > 0 {
		t.Errorf("changed: %v", changed)
	}
}

func TestREG14MethodsThatAreNotThere(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	s.SignUp(t, in, "bob")
	ann := jwt(t, s, in, "ann", apitest.Password)
	for path, methods := range map[string][]string{"/api/users/": {"DELETE", "POST", "PATCH", "PUT"}, "/api/users/bob/": {"DELETE", "POST"}, "/api/users/ann/": {"DELETE", "POST"}} {
		for _, method := range methods {
			if a := ann.Call(method, path, obj{}).Is(http.StatusMethodNotAllowed); a.Header.Get("Allow") == "" {
				t.Errorf("%s %s: no Allow", method, path)
			}
		}
	}
	if n := users(t, s, in); n != 2 {
		t.Errorf("%d accounts", n)
	}
}

// Numbers are looked up as usernames first, then as ids; what a number finds is the public profile and nothing more.
func TestREG15ANumberFindsNoMoreThanAName(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	ann := s.SignUp(t, in, "ann")
	byName, byID := s.In(t, in).Get("/api/users/ann/").Is(200), s.In(t, in).Get(fmt.Sprintf("/api/users/%d/", ann.ID)).Is(200)
	same(t, "/api/users/", byName, byID)
	s.In(t, in).Post("/v1/sign-up", obj{"username": "1", "email": "one@example.com", "password": apitest.Password}).Is(201)
	if got := s.In(t, in).Get("/api/users/1/").Is(200).Text("username"); got != "1" {
		t.Errorf("the name 1 leads to %s", got)
	}
	for _, path := range []string{"01", "+1", "1.0", "0x1", "-1", "99999999999999999999"} {
		s.In(t, in).Get("/api/users/" + path + "/").Is(404)
	}
}

func TestREG16APrivateProfileIsPrivateForEverybodyElse(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	s.SignUp(t, in, "bob")
	ann, bob := jwt(t, s, in, "ann", apitest.Password), jwt(t, s, in, "bob", apitest.Password)
	ann.Patch("/api/users/ann/", obj{"privacy": true, "bio": "secret bio"}).Is(200)
	for who, a := range map[string]apitest.Answer{
		"a stranger": s.In(t, in).Get("/api/users/ann/"), "another": bob.Get("/api/users/ann/"), "a search": bob.Get("/api/users/?query=an"), "by id": bob.Get("/api/users/1/"),
	} {
		if a.Is(200); strings.Contains(string(a.Body), "secret") {
			t.Errorf("%s sees %s", who, a.Body)
		}
	}
	if own := ann.Get("/api/users/ann/").Is(200); own.Text("bio") != "secret bio" {
		t.Errorf("oneself: %s", own.Body)
	}
}

func TestREG17NoAddressIsNobodysAddress(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	for _, who := range []string{"ann", "bob"} {
		s.SignUp(t, in, who)
	}
	s.Exec(t, `update users set email = '', email_key = null where tenant_id = $1`, in.ID())
	s.Exec(t, `delete from outbox where tenant_id = $1`, in.ID())
	for _, r := range asking {
		for _, none := range []any{"", " ", nil, "@", "null", []any{}, obj{}} {
			s.In(t, in).Post(r.path, obj{r.field: none}).Is(http.StatusBadRequest)
		}
		s.In(t, in).Post(r.path, obj{}).Is(http.StatusBadRequest)
	}
	for table, query := range map[string]string{
		"outbox": `select count(*) from outbox where tenant_id = $1`, "codes": `select count(*) from codes where tenant_id = $1`,
		"proofs": `select count(*) from proofs where tenant_id = $1 and purpose <> 'verify_email'`,
	} {
		if n := s.Count(t, query, in.ID()); n != 0 {
			t.Errorf("%d rows in %s", n, table)
		}
	}
}

func TestREG18SignUpsAreLimitedAndBombNobody(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{Limiter: apitest.Limiter(t)})
	in := s.Tenant(t, strict)
	taken := 0 // at most twice the limit: should Redis be too slow once, the process counts for itself
	for ; taken < 2*limit.SignUpNetwork.Limit+10; taken++ {
		a := s.In(t, in).Post("/v1/sign-up", obj{"username": name("u", taken), "email": "victim@example.com", "password": apitest.Password}).Is(201, 429)
		if a.Status == http.StatusTooManyRequests {
			if a.Header.Get("Retry-After") == "" {
				t.Error("it does not say when to come back")
			}
			break
		}
	}
	if taken > 2*limit.SignUpNetwork.Limit || taken < 100 {
		t.Errorf("%d sign-ups", taken)
	}
	if n := messages(t, s, in, "victim@example.com"); n > 1+2*limit.NoticeMailbox.Limit {
		t.Errorf("%d mails to the victim", n)
	}
	for range 20 {
		s.In(t, in).Post("/v1/email-verification/resend", obj{"email": "victim@example.com"})
		s.Exec(t, `update proofs set created_at = created_at - interval '4 minutes' where tenant_id = $1`, in.ID())
	}
	if n := s.Mails(t, in, "victim@example.com", "verify_email"); n > 1+2*limit.ResendMailbox.Limit {
		t.Errorf("%d confirmations to the victim", n)
	}
}
