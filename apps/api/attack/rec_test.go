package attack_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/wording"
)

const newPassword = "Zq7#lantern-river"

// resetOf asks for a reset and gives what is in the mail.
func resetOf(t *testing.T, s *apitest.Server, in *tenants.Scope, email string) map[string]string {
	t.Helper()
	s.In(t, in).Post("/v1/password-reset", obj{"email": email}).Is(http.StatusAccepted)
	return s.Mail(t, in, email, "password_reset")
}

// confirming are the contracts that take a mailed reset token, with how each is told the new password and what it answers
// to a token that is none.
var confirming = []struct {
	path string
	dead int
	body func(uid, token, password string) obj
}{
	{"/v1/password-reset/confirm", 400, func(uid, token, p string) obj { return obj{"uid": uid, "token": token, "new_password": p} }},
	{"/rest-auth/password/reset/confirm/", 400, func(uid, token, p string) obj {
		return obj{"uid": uid, "token": token, "new_password1": p, "new_password2": p}
	}},
	{"/auth/password/reset/confirm/", 400, func(uid, token, p string) obj {
		return obj{"uid": uid, "token": token, "password1": p, "password2": p}
	}},
	{"/api/password/reset/confirm/", 404, func(_, token, p string) obj { return obj{"token": token, "password": p} }},
}

// look opens a hosted page.
func look(t *testing.T, s *apitest.Server, in *tenants.Scope, method, path string) (http.Header, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), method, s.URL+"/t/"+in.Slug()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", path, r.StatusCode, err)
	}
	return r.Header, string(body)
}

func TestREC01LinksLeadToTheTenantWhateverTheRequestSays(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	for _, forged := range [][]string{
		{"X-Forwarded-Host", "evil.test"},
		{"X-Forwarded-Proto", "http"},
		{"X-Forwarded-Port", "666"},
		{"Forwarded", "host=evil.test"},
		{"X-Host", "evil.test"},
		{"X-Original-Url", "https://evil.test/"},
		{"Origin", "https://evil.test"},
		{"Referer", "https://evil.test/"},
		{"Host", "evil.test"},
		{"Host", "localhost:666"},
	} {
		if a := s.In(t, in).With(forged...).Post("/v1/password-reset", obj{"email": "ann@example.com"}); a.Status >= 500 {
			t.Errorf("%v: %d", forged, a.Status)
		}
	}
	if n := s.Count(t, `select count(*) from outbox where tenant_id = $1 and (payload::text like '%evil%' or payload::text like '%666%')`, in.ID()); n != 0 {
		t.Errorf("%d mails with a word of the request", n)
	}
	m := s.Mail(t, in, "ann@example.com", "password_reset")
	link, err := wording.Link(in, message.PasswordReset, obj{"uid": m["uid"], "token": m["token"]})
	if err != nil || !strings.HasPrefix(link, in.Base()+"/pages/reset-password?") {
		t.Errorf("%s, %v", link, err)
	}
}

func TestREC02OneRequestMailsOneAddress(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	const mine = "mallory@evil.test"
	for _, path := range []string{"/v1/password-reset", "/rest-auth/password/reset/", "/auth/password/reset/", "/api/password/reset/", "/v1/sign-in/link"} {
		for _, body := range []string{
			`{"email":["ann@example.com","` + mine + `"]}`, `{"email":"ann@example.com","email":"` + mine + `"}`, `{"email":"` + mine + `","email":"ann@example.com"}`,
			`{"email":{"0":"ann@example.com","1":"` + mine + `"}}`, `{"email":"ann@example.com\r\nCc: ` + mine + `"}`, `{"email":"ann@example.com,` + mine + `"}`,
			`{"email":"ann@example.com ` + mine + `"}`, `{"email":"ann@example.com","to":"` + mine + `"}`, `{"email":"ann@example.com%0aCc:` + mine + `"}`,
		} {
			if a := s.In(t, in).Post(path, body); a.Status >= 500 {
				t.Errorf("%s %s: %d", path, body, a.Status)
			}
		}
	}
	for _, path := range []string{"/rest-auth/password/reset/", "/auth/password/reset/"} {
		for _, form := range []string{"email=ann@example.com&email=" + mine, "email[]=ann@example.com&email[]=" + mine, "email=" + mine + "&email=ann@example.com"} {
			if a := s.In(t, in).Sending("application/x-www-form-urlencoded").Post(path, form); a.Status >= 500 {
				t.Errorf("%s %s: %d", path, form, a.Status)
			}
		}
	}
	if n := s.Count(t, `select count(*) from outbox where tenant_id = $1 and recipient like '%evil.test%'`, in.ID()); n != 0 {
		t.Errorf("%d mails to the attacker", n)
	}
}

func TestREC03TheStoredAddressGetsTheMailAndNotTheTypedOne(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.In(t, in).Post("/v1/sign-up", obj{"email": "Mike@example.com", "password": apitest.Password}).Is(http.StatusCreated)
	for _, path := range []string{"/v1/password-reset", "/v1/sign-in/link", "/v1/codes"} {
		s.In(t, in).Post(path, obj{map[bool]string{true: "destination", false: "email"}[path == "/v1/codes"]: "mIKE@EXAMPLE.COM"}).Is(http.StatusAccepted)
	}
	if n := s.Count(t, `select count(*) from outbox where tenant_id = $1 and recipient <> 'Mike@example.com'`, in.ID()); n != 0 {
		t.Errorf("%d messages to what was typed", n)
	}
	if n := s.Count(t, `select count(*) from outbox where tenant_id = $1`, in.ID()); n != 4 {
		t.Errorf("%d messages", n)
	}
}

func TestREC04AResetTokenSetsOnePassword(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	for round := range 3 * len(confirming) {
		r, in := confirming[round%len(confirming)], s.Tenant(t, "")
		s.SignUp(t, in, "ann")
		m := resetOf(t, s, in, "ann@example.com")
		won := make([]bool, 50)
		got := race(50, func(i int) int {
			status := s.In(t, in).Post(r.path, r.body(m["uid"], m["token"], name(newPassword, i))).Status
			won[i] = status < 300
			return status
		})
		if got[200]+got[204] != 1 || got[r.dead] != 49 {
			t.Errorf("%s: %v", r.path, got)
		}
		for i := range won {
			if !won[i] && i%10 != 0 {
				continue
			}
			if in := s.In(t, in).Post("/v1/sign-in", obj{"identifier": "ann", "password": name(newPassword, i)}).Status == 200; in != won[i] {
				t.Errorf("%s: password %d signs in: %v, won: %v", r.path, i, in, won[i])
			}
		}
		s.In(t, in).Post(r.path, r.body(m["uid"], m["token"], newPassword)).Is(r.dead)
	}
}

func TestREC05AResetTokenIsStaleAfterWhatMakesItSo(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	for what, happens := range map[string]func(t *testing.T, in *tenants.Scope, ann apitest.Person){
		"a new password": func(_ *testing.T, _ *tenants.Scope, ann apitest.Person) {
			ann.Post("/v1/me/password", obj{"current_password": apitest.Password, "new_password": newPassword}).Is(204)
		},
		"a new address": func(t *testing.T, in *tenants.Scope, ann apitest.Person) {
			ann.Post("/v1/me/email", obj{"email": "new@example.com", "password": apitest.Password}).Is(202)
			s.In(t, in).Post("/v1/me/email/confirm", obj{"key": s.Mail(t, in, "new@example.com", "email_change")["key"]}).Is(200)
		},
		"a newer request": func(t *testing.T, in *tenants.Scope, _ apitest.Person) { resetOf(t, s, in, "ann@example.com") },
		"a sign-in":       func(_ *testing.T, _ *tenants.Scope, ann apitest.Person) { ann.SignIn() },
		"a sign-in by a link": func(t *testing.T, in *tenants.Scope, ann apitest.Person) {
			s.In(t, in).Post("/v1/sign-in/link", obj{"email": ann.Email}).Is(202)
			s.In(t, in).Post("/v1/sign-in/link/confirm", obj{"key": s.Mail(t, in, ann.Email, "sign_in_link")["key"]}).Is(200)
		},
		"being disabled": func(t *testing.T, in *tenants.Scope, _ apitest.Person) {
			s.Operator(t).Patch(apitest.Tenant(in, "/users/1"), obj{"active": false}).Is(200)
		},
		"its time": func(t *testing.T, in *tenants.Scope, _ apitest.Person) {
			s.Exec(t, `update proofs set expires_at = now() - interval '1 second' where tenant_id = $1`, in.ID())
		},
	} {
		in := s.Tenant(t, "")
		ann := s.SignUp(t, in, "ann")
		m := resetOf(t, s, in, ann.Email)
		happens(t, in, ann)
		for _, r := range confirming {
			if a := s.In(t, in).Post(r.path, r.body(m["uid"], m["token"], "Never#set-this-1")); a.Status != r.dead {
				t.Errorf("after %s, %s: %d %s", what, r.path, a.Status, a.Body)
			}
		}
	}
}

// A uid with its padding is the same one, as Django reads it.
func TestREC06ATokenIsForItsOwnAccount(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	s.SignUp(t, in, "bob")
	m := resetOf(t, s, in, "ann@example.com")
	before := s.Rows(t, in)
	for _, uid := range []string{"Mg", "M Q", "", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "1", "2", "MQMQ", "../MQ", "NULL", "AA", "٢"} {
		for _, r := range confirming[:3] {
			if a := s.In(t, in).Post(r.path, r.body(uid, m["token"], newPassword)); a.Status != http.StatusBadRequest {
				t.Errorf("%s, uid %q: %d %s", r.path, uid, a.Status, a.Body)
			}
		}
	}
	if changed := s.Changed(t, in, before); len(changed) > 0 {
		t.Errorf("changed: %v", changed)
	}
}

func TestREC07ABadPasswordDoesNotSpendTheToken(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	for _, r := range confirming {
		in := s.Tenant(t, "")
		s.SignUp(t, in, "ann")
		m := resetOf(t, s, in, "ann@example.com")
		for _, bad := range []string{"password", "12345678", "ann@example.com", "short"} {
			s.In(t, in).Post(r.path, r.body(m["uid"], m["token"], bad)).Is(http.StatusBadRequest)
		}
		differ := r.body(m["uid"], m["token"], newPassword)
		for _, again := range []string{"new_password2", "password2"} {
			if differ[again] != nil {
				differ[again] = "Another#one-1"
				s.In(t, in).Post(r.path, differ).Is(http.StatusBadRequest)
			}
		}
		s.In(t, in).Post(r.path, r.body(m["uid"], m["token"], newPassword)).Is(200, 204)
	}
}

// The mails of all kinds lead to pages; the browser's own test presses their buttons.
func TestREC08LookingAtALinkSpendsNothing(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	ann := s.SignUp(t, in, "ann")
	ann.Post("/v1/me/email", obj{"email": "new@example.com", "password": apitest.Password}).Is(202)
	s.In(t, in).Post("/v1/sign-in/link", obj{"email": ann.Email}).Is(202)
	reset := resetOf(t, s, in, ann.Email)
	links := map[message.Kind]map[string]string{
		message.VerifyEmail: s.Mail(t, in, ann.Email, "verify_email"), message.EmailChange: s.Mail(t, in, "new@example.com", "email_change"),
		message.SignInLink: s.Mail(t, in, ann.Email, "sign_in_link"), message.PasswordReset: reset,
	}
	before := s.Rows(t, in)
	for kind, secret := range links {
		link, err := wording.Link(in, kind, obj{"key": secret["key"], "uid": secret["uid"], "token": secret["token"]})
		if err != nil {
			t.Fatal(err)
		}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for range 20 {
				look(t, s, in, method, strings.TrimPrefix(link, in.Base()))
			}
		}
	}
	if changed := s.Changed(t, in, before); len(changed) > 0 {
		t.Errorf("changed: %v", changed)
	}
}
