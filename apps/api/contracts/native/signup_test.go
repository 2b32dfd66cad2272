package native_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// obj is a JSON object.
type obj = map[string]any

func TestASignUpGivesTokensAndAMail(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	me := mia.Get("/v1/me").Is(200)
	if me.Text("username") != "mia" || me.Value("email_verified") != false || me.Text("group.name") != "user" || me.Text("approval") != "not_required" {
		t.Errorf("me: %s", me.Body)
	}
	key := s.Mail(t, in, mia.Email, "verify_email")["key"]
	for range 2 { // the second is a double click
		confirmed := s.In(t, in).Post("/v1/email-verification/confirm", obj{"key": key}).Is(200)
		if confirmed.Value("email_verified") != true {
			t.Errorf("confirmed: %s", confirmed.Body)
		}
	}
	s.In(t, in).Post("/v1/email-verification/confirm", obj{"key": key + "x"}).Refused(404, "key_invalid")
}

func TestAUsernameIsMadeWhereNoneIsGiven(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	c := s.In(t, s.Tenant(t, ""))
	first := c.Post("/v1/sign-up", obj{"email": "Mia.Wong+x@example.com", "password": apitest.Password}).Is(201)
	second := c.Post("/v1/sign-up", obj{"email": "mia.wong+x@example.org", "password": apitest.Password}).Is(201)
	if one, two := first.Text("user.username"), second.Text("user.username"); one != "mia.wong+x" || two == one || !strings.HasPrefix(two, one) {
		t.Errorf("usernames %q and %q", one, two)
	}
}

func TestASignUpTellsAllComplaintsAtOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "mia")
	c := s.In(t, in)
	c.Post("/v1/sign-up", obj{"email": "MIA@example.com", "password": apitest.Password}).Refused(409, "email_taken", "email")
	c.Post("/v1/sign-up", obj{"email": "mia2@example.com", "username": "MIA", "password": apitest.Password}).Refused(409, "username_taken", "username")
	c.Post("/v1/sign-up", obj{"email": "other@example.com", "username": "mia@example.com", "password": apitest.Password}).Refused(409, "username_taken", "username")
	c.Post("/v1/sign-up", obj{"email": "mia@example.com", "username": "mia", "password": "12345678"}).
		Refused(400, "validation_failed", "username:username_taken", "email:email_taken", "password:password_too_common", "password:password_numeric")
	c.Post("/v1/sign-up", obj{"email": "no", "password": "", "user_type": "admin", "locale": "??"}).
		Refused(400, "validation_failed", "email:invalid_email", "password:blank", "user_type:not_a_choice", "locale:bad_format")
	c.Post("/v1/sign-up", obj{}).Refused(400, "validation_failed", "email:required", "password:required")
}

func TestASignUpTakesNoPowers(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	for _, name := range []string{
		"id", "pk", "tenant", "tenant_id", "is_superuser", "is_staff", "admin", "role", "approved", "approval", "group",
		"permissions", "email_verified", "active", "is_active", "created_at", "Email",
	} {
		s.In(t, in).Post("/v1/sign-up", obj{"email": "mia@example.com", "password": apitest.Password, name: true}).
			Refused(400, "validation_failed", name+":unknown_field")
	}
	if n := s.Count(t, `select count(*) from users where tenant_id = $1`, in.ID()); n != 0 {
		t.Errorf("%d accounts", n)
	}
}

func TestACoachWaits(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	carl := s.SignUpCoach(t, in, "carl")
	me := carl.Get("/v1/me").Is(200)
	if me.Text("approval") != "pending" || me.Text("group.name") != "coach" || len(me.List("group.permissions", "")) != 0 {
		t.Errorf("a coach who waits: %s", me.Body)
	}
	s.Operator(t).Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{carl.ID}, "decision": "approve"}).Is(200)
	if me = carl.Get("/v1/me").Is(200); me.Text("approval") != "approved" || len(me.List("group.permissions", "")) != 1 {
		t.Errorf("approved, with the same token: %s", me.Body)
	}
	s.Operator(t).Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{carl.ID}, "decision": "reject", "reason": "no licence"}).Is(200)
	carl.Get("/v1/me").Refused(401, "token_invalid")
	carl.Bearer("").Post("/v1/token/refresh", obj{"refresh_token": carl.Refresh}).Refused(401, "token_invalid")
	carl.Bearer("").Post("/v1/sign-in", obj{"identifier": "carl", "password": apitest.Password}).Refused(403, "rejected")
	carl.Bearer("").Post("/v1/sign-in", obj{"identifier": "carl", "password": "wrong-password"}).Refused(401, "bad_credentials")
}

func TestWhoMayNotSignInYetGetsNoToken(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"email": {"verification": "mandatory"}, "approval": {"pending_may_sign_in": false}}`)
	c := s.In(t, in)
	sent := c.Post("/v1/sign-up", obj{"email": "mia@example.com", "password": apitest.Password, "user_type": "coach"}).Is(201)
	if sent.Value("tokens") != nil || sent.Value("verification_required") != true {
		t.Errorf("signed up: %s", sent.Body)
	}
	signIn := obj{"identifier": "mia@example.com", "password": apitest.Password}
	c.Post("/v1/sign-in", signIn).Refused(403, "pending_approval")
	s.Operator(t).Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{1}, "decision": "approve"}).Is(200)
	c.Post("/v1/sign-in", signIn).Refused(403, "email_unverified")
	c.Post("/v1/email-verification/confirm", obj{"key": s.Mail(t, in, "mia@example.com", "verify_email")["key"]}).Is(200)
	c.Post("/v1/sign-in", signIn).Is(200)
	s.Settings(t, in, `{"email": {"verification": "none"}}`)
	c.Post("/v1/sign-up", obj{"email": "nomail@example.com", "password": apitest.Password}).Is(201)
	if n := s.Mails(t, in, "nomail@example.com", "verify_email"); n != 0 {
		t.Errorf("%d confirmation mails where none is wanted", n)
	}
}

func TestAClosedTenantTakesNobody(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"registration": {"open": false}}`)
	s.In(t, in).Post("/v1/sign-up", obj{"email": "mia@example.com", "password": apitest.Password}).Refused(403, "registration_closed")
}

// With hide_account_existence a stranger gets the same answers for accounts that exist and for others.
func TestTheStrictModeHidesAccounts(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"privacy": {"hide_account_existence": true}}`)
	c := s.In(t, in)
	signUp := func(email string) apitest.Answer {
		return c.Post("/v1/sign-up", obj{"email": email, "password": apitest.Password}).Is(201)
	}
	fresh, taken := signUp("mia@example.com"), signUp("mia@example.com")
	if string(fresh.Body) != string(taken.Body) || fresh.Value("user") != nil || fresh.Value("tokens") != nil {
		t.Errorf("a new address %s, a taken one %s", fresh.Body, taken.Body)
	}
	if s.Mails(t, in, "mia@example.com", "verify_email") != 1 || s.Mails(t, in, "mia@example.com", "sign_up_attempt") != 1 {
		t.Error("the owner of the address is not told about the second try")
	}
	for _, path := range []string{"/v1/password-reset", "/v1/email-verification/resend"} {
		known, unknown := c.Post(path, obj{"email": "mia@example.com"}).Is(202), c.Post(path, obj{"email": "nobody@example.com"}).Is(202)
		if string(known.Body) != string(unknown.Body) {
			t.Errorf("%s tells known from unknown", path)
		}
	}
}

func TestAConfirmationMailComesAgainButNotAtOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	first := s.Mail(t, in, mia.Email, "verify_email")["key"]
	resend := func() {
		s.In(t, in).Post("/v1/email-verification/resend", obj{"email": mia.Email}).Is(202)
	}
	resend()
	if n := s.Mails(t, in, mia.Email, "verify_email"); n != 1 {
		t.Errorf("%d mails within a moment", n)
	}
	s.Exec(t, `update proofs set created_at = created_at - interval '4 minutes' where tenant_id = $1`, in.ID())
	resend()
	second := s.Mail(t, in, mia.Email, "verify_email")["key"]
	if second == first {
		t.Fatal("no second mail")
	}
	s.In(t, in).Post("/v1/email-verification/confirm", obj{"key": first}).Refused(404, "key_invalid")
	s.In(t, in).Post("/v1/email-verification/confirm", obj{"key": second}).Is(http.StatusOK)
	s.In(t, in).Post("/v1/email-verification/resend", obj{"email": "not an address"}).Refused(400, "validation_failed", "email")
}
