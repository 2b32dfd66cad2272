package native_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
)

// wrong is a code of the same length that is not right.
func wrong(code string) string {
	if strings.HasPrefix(code, "9") {
		return "0" + code[1:]
	}
	return "9" + code[1:]
}

// calm makes all codes and links old enough for the next one.
func calm(t *testing.T, s *apitest.Server, in *tenants.Scope) {
	t.Helper()
	s.Exec(t, `update codes set created_at = created_at - interval '1 day' where tenant_id = $1`, in.ID())
	s.Exec(t, `update proofs set created_at = created_at - interval '1 day' where tenant_id = $1`, in.ID())
}

func TestSigningInByAMailedCode(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "mia")
	c := s.In(t, in)
	signIn := func(code string) apitest.Answer {
		return c.Post("/v1/sign-in/code", obj{"destination": "mia@example.com", "code": code})
	}
	signIn("0417263").Refused(403, "code_none")
	c.Post("/v1/codes", obj{"destination": "Mia@Example.com"}).Is(202)
	again := c.Post("/v1/codes", obj{"destination": "mia@example.com"}).Refused(429, "code_cooling")
	if again.Header.Get("Retry-After") == "" {
		t.Error("it does not say when to come back")
	}
	code := s.Mail(t, in, "mia@example.com", "otp")["otp"]
	signIn(wrong(code)).Refused(403, "code_wrong")
	a := signIn(code).Is(200)
	if a.Text("user.username") != "mia" || a.Value("user.email_verified") != true {
		t.Errorf("signed in: %s", a.Body)
	}
	c.Bearer(a.Text("access_token")).Get("/v1/me").Is(200)
	signIn(code).Refused(403, "code_none")
	calm(t, s, in)
	c.Post("/v1/codes", obj{"destination": "mia@example.com"}).Is(202)
	code = s.Mail(t, in, "mia@example.com", "otp")["otp"]
	signIn(wrong(code)).Refused(403, "code_wrong")
	signIn(wrong(code)).Refused(403, "code_wrong")
	signIn(wrong(code)).Refused(403, "code_dead")
	signIn(code).Refused(403, "code_none")
	c.Post("/v1/codes", obj{"destination": "no destination"}).Refused(400, "validation_failed", "destination")
	c.Post("/v1/sign-in/code", obj{"destination": "?", "code": "1"}).Refused(400, "validation_failed", "destination")
	c.Post("/v1/codes", obj{"destination": "nobody@example.com"}).Refused(400, "account_unknown")
}

func TestCodesDoNotTellWhereAccountsAreHidden(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "mia")
	s.Settings(t, in, `{"privacy": {"hide_account_existence": true}}`)
	c := s.In(t, in)
	for _, path := range []string{"/v1/codes", "/v1/sign-in/code"} {
		var bodies []string
		for _, who := range []string{"mia@example.com", "nobody@example.com"} {
			a := c.Post(path, map[string]obj{"/v1/codes": {"destination": who}, "/v1/sign-in/code": {"destination": who, "code": "not it"}}[path])
			bodies = append(bodies, strings.ReplaceAll(string(a.Body), a.Header.Get("X-Request-Id"), ""))
		}
		if bodies[0] != bodies[1] {
			t.Errorf("%s tells known from unknown: %v", path, bodies)
		}
	}
	if n := s.Mails(t, in, "nobody@example.com", "otp"); n != 0 {
		t.Errorf("%d mails to nobody", n)
	}
}

func TestCodesSignNobodyInWhoMayNotAct(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "mia")
	carl := s.SignUpCoach(t, in, "carl")
	c := s.In(t, in)
	codeOf := func(address string) obj {
		c.Post("/v1/codes", obj{"destination": address}).Is(202)
		return obj{"destination": address, "code": s.Mail(t, in, address, "otp")["otp"]}
	}
	disabled, waiting := codeOf("mia@example.com"), codeOf(carl.Email)
	s.Operator(t).Patch(apitest.Tenant(in, "/users/1"), obj{"active": false}).Is(200)
	s.Settings(t, in, `{"approval": {"pending_may_sign_in": false}}`)
	c.Post("/v1/sign-in/code", disabled).Refused(401, "bad_credentials")
	c.Post("/v1/sign-in/code", waiting).Refused(403, "pending_approval")
	calm(t, s, in)
	for _, address := range []string{"mia@example.com", carl.Email} { // a code could do nothing, so none is sent
		c.Post("/v1/codes", obj{"destination": address}).Is(202)
		c.Post("/v1/sign-in/link", obj{"email": address}).Is(202)
		if codes, links := s.Mails(t, in, address, "otp"), s.Mails(t, in, address, "sign_in_link"); codes != 1 || links != 0 {
			t.Errorf("%s got %d codes and %d links", address, codes, links)
		}
	}
}

func TestANewPasswordKillsCodesAndLinks(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	c := s.In(t, in)
	c.Post("/v1/codes", obj{"destination": mia.Email}).Is(202)
	c.Post("/v1/sign-in/link", obj{"email": mia.Email}).Is(202)
	code, key := s.Mail(t, in, mia.Email, "otp")["otp"], s.Mail(t, in, mia.Email, "sign_in_link")["key"]
	mia.Post("/v1/me/password", obj{"current_password": apitest.Password, "new_password": "lantern-river-42"}).Is(204)
	c.Post("/v1/sign-in/code", obj{"destination": mia.Email, "code": code}).Refused(403, "code_none")
	c.Post("/v1/sign-in/link/confirm", obj{"key": key}).Refused(404, "key_invalid")
}

func TestANumberIsProvenAndSignsIn(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"sms": {"regions": ["TR"]}}`)
	mia, eve := s.SignUp(t, in, "mia"), s.SignUp(t, in, "eve")
	const number = "+905321234567"
	ask := func(p apitest.Person, mobile, password string) apitest.Answer {
		return p.Post("/v1/me/mobile", obj{"mobile": mobile, "password": password})
	}
	ask(mia, "0532", apitest.Password).Refused(400, "validation_failed", "mobile:invalid_mobile")
	ask(mia, number, "wrong").Refused(400, "validation_failed", "password:password_wrong")
	ask(mia, "+442071838750", apitest.Password).Refused(400, "sms_region")
	mia.Post("/v1/me/mobile/confirm", obj{"code": "0417263"}).Refused(403, "code_none")
	ask(mia, "+90 532 123 45 67", apitest.Password).Is(202)
	code := s.Mail(t, in, number, "otp")["otp"]
	if me := mia.Get("/v1/me").Is(200); me.Value("mobile") != nil || me.Value("mobile_verified") != false {
		t.Errorf("an unproven number is shown: %s", me.Body)
	}
	s.In(t, in).Post("/v1/sign-in/code", obj{"destination": number, "code": code}).Refused(403, "code_wrong")
	eve.Post("/v1/me/mobile/confirm", obj{"code": code}).Refused(403, "code_none")
	mia.Post("/v1/me/mobile/confirm", obj{"code": wrong(code)}).Refused(403, "code_wrong")
	if a := mia.Post("/v1/me/mobile/confirm", obj{"code": code}).Is(200); a.Text("mobile") != "+90 532 123 45 67" || a.Value("mobile_verified") != true {
		t.Errorf("confirmed: %s", a.Body)
	}
	ask(eve, number, apitest.Password).Refused(409, "mobile_taken", "mobile")
	calm(t, s, in)
	s.In(t, in).Post("/v1/codes", obj{"destination": number}).Is(202)
	code = s.Mail(t, in, number, "otp")["otp"]
	s.In(t, in).Post("/v1/sign-in/code", obj{"destination": number, "code": code}).Is(200)
}

// Where accounts are hidden, only who reads a number's messages hears that it is somebody's.
func TestATakenNumberIsToldAtTheConfirmation(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia, eve := s.SignUp(t, in, "mia"), s.SignUp(t, in, "eve")
	const number = "+905321234567"
	confirm := func(p apitest.Person) apitest.Answer {
		p.Post("/v1/me/mobile", obj{"mobile": number, "password": apitest.Password}).Is(202)
		return p.Post("/v1/me/mobile/confirm", obj{"code": s.Mail(t, in, number, "otp")["otp"]})
	}
	confirm(mia).Is(200)
	calm(t, s, in)
	s.Settings(t, in, `{"privacy": {"hide_account_existence": true}}`)
	confirm(eve).Refused(409, "mobile_taken", "mobile")
}

func TestANumberThatWasOnlyNamedGetsNoCodes(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	s.Exec(t, `update users set mobile = '+905321234567', mobile_key = '+905321234567' where tenant_id = $1`, in.ID())
	s.Exec(t, `insert into identifiers (tenant_id, value, user_id) values ($1, '+905321234567', $2)`, in.ID(), mia.ID)
	s.In(t, in).Post("/v1/codes", obj{"destination": "+905321234567"}).Is(202)
	if n := s.Mails(t, in, "+905321234567", "otp"); n != 0 {
		t.Errorf("%d messages", n)
	}
}

func TestOnesOwnAddressIsProvenByCode(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	mia.Post("/v1/me/email/code", nil).Is(202)
	code := s.Mail(t, in, mia.Email, "otp")["otp"]
	mia.Post("/v1/me/email/code/confirm", obj{"code": wrong(code)}).Refused(403, "code_wrong")
	if a := mia.Post("/v1/me/email/code/confirm", obj{"code": code}).Is(200); a.Value("email_verified") != true {
		t.Errorf("confirmed: %s", a.Body)
	}
	mia.Post("/v1/me/email/code/confirm", obj{"code": code}).Refused(403, "code_none")
	mia.Post("/v1/me/email/code", nil).Refused(409, "already_verified")
	s.Exec(t, `update users set email = '', email_key = null, email_verified_at = null where tenant_id = $1`, in.ID())
	mia.Post("/v1/me/email/code", nil).Refused(403, "not_allowed")
}

func TestSigningInByALink(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	c := s.In(t, in)
	confirm := func(key string) apitest.Answer { return c.Post("/v1/sign-in/link/confirm", obj{"key": key}) }
	ask := func() string {
		c.Post("/v1/sign-in/link", obj{"email": "MIA@example.com"}).Is(202)
		return s.Mail(t, in, mia.Email, "sign_in_link")["key"]
	}
	known, unknown := c.Post("/v1/sign-in/link", obj{"email": mia.Email}).Is(202), c.Post("/v1/sign-in/link", obj{"email": "nobody@example.com"}).Is(202)
	if string(known.Body) != string(unknown.Body) {
		t.Error("it tells known from unknown")
	}
	first := s.Mail(t, in, mia.Email, "sign_in_link")["key"]
	if ask() != first {
		t.Error("a second mail within the minute")
	}
	calm(t, s, in)
	second := ask()
	confirm(first).Refused(404, "key_invalid")
	if len(s.Search(t, in, second)) > 0 {
		t.Error("the key is stored in clear")
	}
	a := confirm(second).Is(200)
	if a.Text("user.username") != "mia" || a.Value("user.email_verified") != true {
		t.Errorf("signed in: %s", a.Body)
	}
	c.Bearer(a.Text("access_token")).Get("/v1/me").Is(200)
	confirm(second).Refused(404, "key_invalid")
	calm(t, s, in)
	third := ask()
	mia.SignIn() // who is in needs no link any more
	confirm(third).Refused(404, "key_invalid")
	calm(t, s, in)
	fourth := ask()
	s.Exec(t, `update proofs set expires_at = now() - interval '1 second' where tenant_id = $1`, in.ID())
	confirm(fourth).Refused(404, "key_invalid")
	calm(t, s, in)
	fifth := ask()
	s.Operator(t).Patch(apitest.Tenant(in, "/users/1"), obj{"active": false}).Is(200)
	confirm(fifth).Refused(404, "key_invalid")
	c.Post("/v1/sign-in/link", obj{"email": "not an address"}).Refused(400, "validation_failed", "email")
}

func TestALinkSignsNobodyInWhoWaits(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	carl := s.SignUpCoach(t, in, "carl")
	s.In(t, in).Post("/v1/sign-in/link", obj{"email": carl.Email}).Is(202)
	s.Settings(t, in, `{"approval": {"pending_may_sign_in": false}}`)
	s.In(t, in).Post("/v1/sign-in/link/confirm", obj{"key": s.Mail(t, in, carl.Email, "sign_in_link")["key"]}).Refused(403, "pending_approval")
}
