package contracts_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

const (
	codeNone   = `{"detail":"No pending OTP validation request found for provided destination. Kindly send an OTP first"}`
	codeSent   = `{"success":true,"message":"Message sent successfully!"}`
	codeProven = `{"OTP":["OTP Validated successfully!"]}`
	badLogin   = `{"detail":"username or password is invalid."}`
)

// code reads the newest code that was sent to a destination; "" when none was.
func (s *server) code(t testing.TB, in *tenants.Scope, to string) string {
	t.Helper()
	a := send(t, "GET", s.url+"/dev/messages?tenant="+in.Slug(), "")
	for _, m := range decode[[]messageOut](t, a.body) {
		if code, ok := m.Data["otp"].(string); ok && m.To == to {
			return code
		}
	}
	return ""
}

type personPair struct {
	Refresh string `json:"refresh_token"`
	Access  string `json:"token"`
	Session string `json:"session"`
}

func (a answer) personPair(t testing.TB, status int) personPair {
	t.Helper()
	p := decode[personPair](t, a.is(t, status, "").body)
	if p.Access == "" || p.Refresh == "" || len(p.Session) != 64 {
		t.Fatalf("no pair: %s", a.body)
	}
	return p
}

// registers makes an account through the contract and signs it in.
func (p person) registers(name, mobile string) personPair {
	p.t.Helper()
	p.posts("/register/", fmt.Sprintf(`{"username":"%s","name":"N","email":"%s@example.com","mobile":"%s","password":"Kx9!vortex"}`, name, name, mobile)).is(p.t, 201, "")
	return p.posts("/login/", `{"username":"`+name+`","password":"Kx9!vortex"}`).personPair(p.t, 200)
}

func (s *server) setActive(t testing.TB, in *tenants.Scope, id int64, active bool) {
	t.Helper()
	_, err := s.Core.ChangeUser(t.Context(), in, identity.By{Kind: "admin", ID: "x"}, id, identity.UserChange{Active: &active}, identity.Client{})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDrfUserComplaintsAboutASignUp(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, ""))
	p.registers("anna", "99999 99999")
	for body, want := range map[string]string{
		`{"username":"ANNA","name":"A","email":"Anna@Example.com","mobile":"(999) 999-9999","password":"x"}`: `{"username":["User with this Unique UserName already exists."],` +
			`"email":["User with this Email Address already exists."],"mobile":["User with this Mobile Number already exists."],"password":["This password is too short. It must contain at least 8 characters."]}`,
		`{"username":"b","name":"B","email":"b@example.com","mobile":"123a","password":"Kx9!vortex"}`:                            `{"mobile":["Enter a valid mobile number."]}`,
		`{"username":"9999999999","name":"B","email":"b@example.com","password":"Kx9!vortex"}`:                                   `{"username":["User with this Unique UserName already exists."]}`,
		`{"username":{},"name":"` + strings.Repeat("x", 501) + `","email":["b@example.com"],"password":"Kx9!vortex","mobile":1}`: `{"username":["Not a valid string."],"name":["Ensure this field has no more than 500 characters."],"email":["Not a valid string."],"mobile":["Enter a valid mobile number."]}`,
	} {
		p.posts("/register/", body).is(t, 400, want)
	}
	p.posts("/register/", `{"username":"o d d ☃","name":"O","email":"o@ex_ample.com","mobile":null,"password":"Kx9!vortex"}`).is(t, 201,
		`{"username":"o d d ☃","name":"O","email":"o@ex_ample.com","mobile":null}`)
	closed := s.person(t, s.house.Tenant(t, `{"registration":{"open":false}}`))
	closed.posts("/register/", `{"username":"b","name":"B","email":"b@example.com","password":"Kx9!vortex"}`).is(t, 403, `{"detail":"Registration is closed."}`)
	closed.posts("/otpreglogin/", `{"name":"B","email":"b@example.com","mobile":"12345"}`).is(t, 403, `{"detail":"Registration is closed."}`)
	strict := s.person(t, s.house.Tenant(t, `{"privacy":{"hide_account_existence":true}}`))
	for range 2 {
		strict.posts("/register/", `{"username":"a","name":"A","email":"a@example.com","password":"Kx9!vortex"}`)
	}
	strict.posts("/register/", `{"username":"b","name":"A","email":"a@example.com","password":"Kx9!vortex"}`).is(t, 201, `{"username":"b","name":"A","email":"a@example.com","mobile":null}`)
	strict.posts("/isunique/", `{"prop":"email","value":"a@example.com"}`).is(t, 200, `{"data":[{"unique":true},200],"status_code":null,"unique":true}`)
}

func TestDrfUserSignsInByAnyName(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, ""))
	first := p.registers("anna", "9999999999")
	for _, name := range []string{"ANNA", "anna@EXAMPLE.com", "9999999999", "(999) 999-9999"} {
		if again := p.posts("/api/user/login/", `{"username":"`+name+`","password":"Kx9!vortex"}`).personPair(t, 200); again.Session != first.Session {
			t.Error("the session is another one with the same password")
		}
	}
	p.posts("/login/", `{"username":"anna","password":"wrong"}`).is(t, 401, badLogin)
	p.posts("/login/", `{"username":"(123) 456","password":"wrong"}`).is(t, 401, badLogin)
	p.bearer(first.Access).sends("PATCH", "/account/", `{"password":"Zq7#lantern"}`).is(t, 200, "")
	if other := p.posts("/login/", `{"username":"anna","password":"Zq7#lantern"}`).personPair(t, 200); other.Session == first.Session {
		t.Error("the session is the same with another password")
	}
	p.posts("/refresh-token/", `{"refresh_token":"`+first.Refresh+`"}`).is(t, 200, "") // the session that changed it goes on
}

func TestDrfUserSuccessHasTheTenantsStatus(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, `{"contracts":{"drfuser":{"otp_success_status":202}}}`)
	p := s.person(t, in)
	p.posts("/otp/", `{"destination":"a@example.com"}`).is(t, 201, codeSent)
	p.posts("/otp/", `{"destination":"a@example.com","verify_otp":"`+s.code(t, in, "a@example.com")+`"}`).is(t, 202, codeProven)
	j := `"name":"Zed","email":"zed@example.com","mobile":"1234567890"`
	p.posts("/otpreglogin/", "{"+j+"}").is(t, 201, `{"email":{"otp":"OTP has been sent successfully."},"mobile":{"otp":"OTP has been sent successfully."}}`)
	zed := p.posts("/otpreglogin/", "{"+j+`,"verify_otp":"`+s.code(t, in, "zed@example.com")+`"}`).personPair(t, 202)
	p.bearer(zed.Access).sends("GET", "/api/user/account/", "").is(t, 200, `{"id":1,"username":"1234567890","name":"Zed","email":"zed@example.com",`+
		`"mobile":"1234567890","is_superuser":false,"is_staff":false}`)
}

// Who signs up with the number's code has a proven number, and an address to confirm.
func TestDrfUserTakesTheCodeOfEitherChannel(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	j := `"name":"Zed","email":"zed@example.com","mobile":"1234567890"`
	p.posts("/otpreglogin/", "{"+j+"}").is(t, 201, "")
	p.posts("/otpreglogin/", "{"+j+`,"verify_otp":"`+s.code(t, in, "1234567890")+`"}`).personPair(t, 201)
	u, err := s.Core.User(t.Context(), in, 1)
	if err != nil || u.EmailVerified || !u.MobileVerified || u.Mobile != "1234567890" {
		t.Errorf("%+v %v", u, err)
	}
	s.mail(t, in, "verify_email")
	p.posts("/otpreglogin/", "{"+j+`,"verify_otp":"`+s.code(t, in, "zed@example.com")+`"}`).is(t, 403, codeNone)
	p.posts("/otpreglogin/", `{"name":"Zed","email":"zed@example.com","mobile":"1111111111"}`).is(t, 400, `{"non_field_errors":["Your account is registered with `+
		`zed@example.com does not has 1111111111 as registered mobile. Please login directly via OTP with your email."]}`)
}

func TestDrfUserTellsNothingAboutPairsInStrictMode(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, `{"privacy":{"hide_account_existence":true}}`)
	p := s.person(t, in)
	p.posts("/register/", `{"username":"anna","name":"A","email":"anna@example.com","mobile":"9999999999","password":"Kx9!vortex"}`).is(t, 201, "")
	const elsewhere = `{"non_field_errors":["These details do not belong together. Please login directly via OTP with your email or mobile."]}`
	p.posts("/otpreglogin/", `{"name":"Z","email":"anna@example.com","mobile":"1111111111"}`).is(t, 400, elsewhere)
	p.posts("/otpreglogin/", `{"name":"Z","email":"zed@example.com","mobile":"9999999999"}`).is(t, 400, elsewhere)
	for _, to := range []string{"nobody@example.com", "2222222222"} {
		p.posts("/otp/", `{"destination":"`+to+`","is_login":true}`).is(t, 201, codeSent)
		p.posts("/otp/", `{"destination":"`+to+`","is_login":true,"verify_otp":"0000000"}`).is(t, 403, `{"detail":"OTP Validation failed! 2 attempts left!"}`)
		if s.code(t, in, to) != "" {
			t.Error("a code was sent")
		}
	}
}

func TestDrfUserBlockedAccounts(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, `{"approval":{"required_for":["user"],"pending_may_sign_in":false}}`)
	p := s.person(t, in)
	j := `"name":"Zed","email":"zed@example.com","mobile":"1234567890"`
	p.posts("/otpreglogin/", "{"+j+"}").is(t, 201, "")
	p.posts("/otpreglogin/", "{"+j+`,"verify_otp":"`+s.code(t, in, "zed@example.com")+`"}`).is(t, 201, `{}`)
	p.posts("/otp/", `{"destination":"zed@example.com","is_login":true}`).is(t, 403, "") // the pause
	open := s.house.Tenant(t, "")
	q := s.person(t, open)
	q.registers("anna", "9999999999")
	q.posts("/otp/", `{"destination":"anna@example.com","is_login":true}`).is(t, 201, codeSent)
	code := s.code(t, open, "anna@example.com")
	s.setActive(t, open, 1, false)
	q.posts("/otp/", `{"destination":"anna@example.com","is_login":true,"verify_otp":"`+code+`"}`).is(t, 403, badLogin)
	q.posts("/otp/", `{"destination":"9999999999","is_login":true}`).is(t, 201, codeSent)
	if s.code(t, open, "9999999999") != "" {
		t.Error("a disabled account got a code")
	}
}

func TestDrfUserProvesWhatTheCallerWants(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	anna := p.registers("anna", "9999999999")
	me := p.bearer(anna.Access)
	const pending = `{"id":1,"username":"anna","name":"N","email":"new@example.com","mobile":"8888888888","is_superuser":false,"is_staff":false}`
	me.sends("PATCH", "/account/", `{"email":"new@example.com","mobile":"8888888888"}`).is(t, 200, pending)
	me.sends("GET", "/account/", "").is(t, 200, pending)
	p.posts("/login/", `{"username":"new@example.com","password":"Kx9!vortex"}`).is(t, 401, badLogin)
	p.posts("/login/", `{"username":"8888888888","password":"Kx9!vortex"}`).is(t, 401, badLogin)
	p.posts("/otp/", `{"destination":"new@example.com","is_login":true}`).is(t, 400, `{"detail":"No user exists with provided details"}`)
	for _, to := range []string{"new@example.com", "8888888888"} {
		p.posts("/otp/", `{"destination":"`+to+`","email":"x@example.com"}`).is(t, 201, codeSent)
		me.posts("/otp/", `{"destination":"`+to+`","verify_otp":"`+s.code(t, in, to)+`"}`).is(t, 201, codeProven)
		p.posts("/login/", `{"username":"`+to+`","password":"Kx9!vortex"}`).is(t, 200, "")
	}
	me.sends("PUT", "/account/", `{"username":"anna","name":"N","email":"anna@example.com","mobile":null,"password":"Zq7#lantern"}`).is(t, 200,
		`{"id":1,"username":"anna","name":"N","email":"anna@example.com","mobile":null,"is_superuser":false,"is_staff":false}`)
	s.mail(t, in, "email_change_requested")
	s.mail(t, in, "password_changed")
	me.sends("PATCH", "/account/", `{"username":"","name":null,"email":"x","mobile":"x"}`).is(t, 400,
		`{"username":["This field may not be blank."],"name":["This field may not be null."],"email":["Enter a valid email address."],"mobile":["Enter a valid mobile number."]}`)
}

// OTP-11: a stranger's number is not proven by what comes to one's own mailbox.
func TestOTP11ACodeForANumberGoesToNoMailbox(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	p.posts("/otp/", `{"destination":"1234567890"}`).is(t, 400, `{"non_field_errors":["email field is compulsory while verifying a non-existing user's OTP."]}`)
	p.posts("/otp/", `{"destination":"1234567890","email":"mine@example.com"}`).is(t, 201, codeSent)
	if s.code(t, in, "mine@example.com") != "" || s.code(t, in, "1234567890") == "" {
		t.Error("the code went to the wrong place")
	}
}

// OTP-14: a code is a text, to the letter, or a number that has lost its leading zeros.
func TestOTP14OnlyTheExactCodeIsTaken(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, `{"contracts":{"drfuser":{"otp_attempts":10}}}`)
	p := s.person(t, in)
	number := 0
	for tries := 0; ; tries++ { // one code in ten begins with a zero
		to := fmt.Sprintf("a%d@example.com", tries)
		p.posts("/otp/", `{"destination":"`+to+`"}`).is(t, 201, codeSent)
		code := s.code(t, in, to)
		if !strings.HasPrefix(code, "0") {
			continue
		}
		check := func(value string) answer { return p.posts("/otp/", `{"destination":"`+to+`","verify_otp":`+value+`}`) }
		bare := strings.TrimLeft(code, "0")
		wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, code)
		for _, odd := range []string{`"` + bare + `"`, `" ` + code + `"`, `"` + code + ` "`, `"` + code + `\n"`, `"` + wide + `"`, bare + `.0`, `-` + bare} {
			check(odd).is(t, 403, "")
		}
		for _, odd := range []string{code, code + `.0`, `["` + code + `"]`, `{"$ne":null}`, `""`, `" "`, `null`, `true`} {
			check(odd).is(t, 400, "")
		}
		if number++; number == 1 {
			check(bare).is(t, 201, codeProven)
			continue
		}
		check(`"`+code+`"`).is(t, 201, codeProven)
		return
	}
}

// OTP-15 and OTP-16: no code is not a code, and only true signs in.
func TestOTP16OnlyAYesSignsIn(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, `{"contracts":{"drfuser":{"otp_attempts":10}}}`)
	p := s.person(t, in)
	p.registers("anna", "9999999999")
	for _, none := range []string{`"0000000"`, `0`} {
		p.posts("/otp/", `{"destination":"anna@example.com","verify_otp":`+none+`}`).is(t, 403, codeNone)
	}
	p.posts("/otp/", `{"destination":"anna@example.com","is_login":true}`).is(t, 201, codeSent)
	code := s.code(t, in, "anna@example.com")
	for value, status := range map[string]int{`"false"`: 403, `"no"`: 403, `0`: 403, `[]`: 400, `{}`: 400, `"maybe"`: 400, `null`: 400, `2`: 400} {
		a := p.posts("/otp/", `{"destination":"anna@example.com","verify_otp":"`+code+`","is_login":`+value+`}`)
		if a.status != status || strings.Contains(a.body, "token") {
			t.Errorf("%s: %d %s", value, a.status, a.body)
		}
	}
	p.posts("/otp/", `{"destination":"anna@example.com","verify_otp":"`+code+`","is_login":"True"}`).personPair(t, 201)
}

func TestDrfUserResetsByCode(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	anna := p.registers("anna", "9999999999")
	p.posts("/otp/", `{"destination":"anna@example.com"}`).is(t, 201, codeSent)
	code := s.code(t, in, "anna@example.com")
	p.posts("/password/reset/", `{"email":"9999999999","otp":"`+code+`","password":"Zq7#lantern"}`).is(t, 400, `{"email":["Enter a valid email address."]}`)
	p.posts("/password/reset/", `{"email":"ANNA@example.com","otp":"`+code+`","password":"Zq7#lantern"}`).is(t, 202, `{"data":"Password Updated Successfully.","status_code":202}`)
	p.posts("/refresh-token/", `{"refresh":"`+anna.Refresh+`"}`).is(t, 401, deadRefresh)
	p.bearer(anna.Access).sends("GET", "/account/", "").is(t, 401, deadToken["drfuser"])
	p.posts("/login/", `{"username":"anna","password":"Zq7#lantern"}`).is(t, 200, "")
	p.posts("/password/reset/", `{"email":"anna@example.com","otp":"`+code+`","password":"Zq7#lantern"}`).is(t, 403, codeNone)
}

func TestDrfUserPicturesHaveALimit(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, ""))
	anna := p.registers("anna", "")
	form := "--b\r\nContent-Disposition: form-data; name=\"profile_image\"; filename=\"a.png\"\r\n\r\n" + strings.Repeat("x", 5<<20+1) + "\r\n--b--\r\n"
	a := send(t, http.MethodPost, p.base+"/upload-image/", form, "Content-Type", "multipart/form-data; boundary=b", "Authorization", "Bearer "+anna.Access)
	a.is(t, 413, `{"detail":"File too large."}`)
}

// A signed-in account that is disabled, or was erased, is refused in words of their own.
func TestDrfUserRefusesWhoMayNotAct(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	anna := p.registers("anna", "")
	for header, want := range map[string]string{
		"Bearer":                `{"detail":"Authorization header must contain two space-delimited values","code":"bad_authorization_header"}`,
		"bearer " + anna.Access: noCredentials, "JWT " + anna.Access: noCredentials, "Bearer x": deadToken["drfuser"],
		"Bearer " + anna.Refresh: strings.Replace(deadToken["drfuser"], "Token is invalid or expired", "Token has wrong type", 1),
	} {
		a := p.with("Authorization", header).sends("GET", "/account/", "").is(t, 401, want)
		if a.header.Get("WWW-Authenticate") != `Bearer realm="api"` {
			t.Errorf("%s: %v", header, a.header)
		}
	}
	p.bearer("x").posts("/otp/", `{"destination":"a@example.com"}`).is(t, 201, codeSent) // old clients send dead tokens everywhere
	s.setActive(t, in, 1, false)
	p.bearer(anna.Access).sends("GET", "/account/", "").is(t, 401, `{"detail":"User is inactive","code":"user_inactive"}`)
	p.posts("/refresh-token/", `{"refresh":"`+anna.Refresh+`"}`).is(t, 401, deadRefresh)
	p.posts("/login/", `{"username":"anna","password":"Kx9!vortex"}`).is(t, 401, badLogin)
	s.setActive(t, in, 1, true)
	bob := p.registers("bob", "")
	if err := s.Core.EraseUser(context.Background(), in, identity.By{Kind: "admin", ID: "x"}, 2, identity.Client{}); err != nil {
		t.Fatal(err)
	}
	p.bearer(bob.Access).sends("GET", "/account/", "").is(t, 401, deadToken["drfuser"])
}
