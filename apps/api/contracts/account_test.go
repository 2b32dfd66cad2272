package contracts_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

func decode[T any](t testing.TB, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

func TestAllComplaintsAboutASignUpComeTogether(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	s.signUp(t, in, "anna")
	p := s.person(t, in)
	for body, want := range map[string]string{
		`{"username":"ANNA","email":"Anna@Example.com","password1":"123","password2":"456"}`: `{"username":["A user with that username already exists."],` +
			`"email":["A user is already registered with this e-mail address."],"password1":["This password is too short. It must contain at least 8 characters.",` +
			`"This password is too common.","This password is entirely numeric."]}`,
		`{"email":"anna@example.com","password1":"Kx9!vortex"}`: `{"username":["This field is required."],` +
			`"email":["A user is already registered with this e-mail address."],"password2":["This field is required."]}`,
		`{"username":"a b","email":"x","password1":null,"password2":"x"}`: `{"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."],` +
			`"email":["Enter a valid email address."],"password1":["This field may not be null."]}`,
		`{"username":"anna","email":"new@example.com","password1":"Kx9!vortex","password2":"other"}`:  `{"username":["A user with that username already exists."]}`,
		`{"username":"anna2","email":"new@example.com","password1":"Kx9!vortex","password2":"other"}`: `{"non_field_errors":["The two password fields didn't match."]}`,
		`{"username":"","email":"","password1":"","password2":""}`: `{"username":["This field may not be blank."],"email":["This field may not be blank."],` +
			`"password1":["This field may not be blank."],"password2":["This field may not be blank."]}`,
	} {
		p.posts("/rest-auth/registration/", body).is(t, 400, want)
		p.posts("/registration/", body).is(t, 400, want)
	}
}

// A tenant that hides its accounts gives no sign of one, alone or beside other complaints.
func TestSignUpBetraysNobodyInStrictMode(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, `{"privacy":{"hide_account_existence":true}}`)
	s.signUp(t, in, "anna")
	p := s.person(t, in)
	for i, rest := range []string{
		`"password1":"Kx9!vortex","password2":"Kx9!vortex"}`, `"password1":"123","password2":"123"}`,
		`"password1":"Kx9!vortex","password2":"other"}`, `"password1":"Kx9!vortex"}`,
	} {
		name := string(rune('a' + i))
		taken := p.posts("/rest-auth/registration/", `{"username":"x`+name+`","email":"anna@example.com",`+rest)
		free := p.posts("/rest-auth/registration/", `{"username":"y`+name+`","email":"`+name+`@example.com",`+rest)
		if taken.status != free.status || taken.body != free.body {
			t.Errorf("%s\ntaken: %d %s\nfree:  %d %s", rest, taken.status, taken.body, free.status, free.body)
		}
	}
}

func TestOfFiftyEqualSignUpsOneSucceeds(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, ""))
	var wg sync.WaitGroup
	statuses := make([]int, 50)
	for i := range statuses {
		wg.Go(func() {
			a := p.posts("/rest-auth/registration/", `{"username":"anna","email":"anna@example.com","password1":"Kx9!vortex","password2":"Kx9!vortex"}`)
			statuses[i] = a.status
		})
	}
	wg.Wait()
	made := 0
	for _, status := range statuses {
		if status == 201 {
			made++
		} else if status != 400 {
			t.Errorf("%d", status)
		}
	}
	if made != 1 {
		t.Errorf("%d accounts", made)
	}
}

func TestASignUpThatHasToWaitGivesNoKey(t *testing.T) {
	t.Parallel()
	s := serve(t)
	coach := `{"username":"carl","email":"carl@example.com","password1":"Kx9!vortex","password2":"Kx9!vortex","userType":1}`
	p := s.person(t, s.house.Tenant(t, `{"approval":{"pending_may_sign_in":false}}`))
	p.posts("/registration/", coach).is(t, 201, `{"detail":"Verification e-mail sent."}`)
	p.posts("/auth/login/", `{"username":"carl","password":"Kx9!vortex"}`).is(t, 400, `{"non_field_errors":["Unable to log in with provided credentials."]}`)
	silent := s.person(t, s.house.Tenant(t, `{"approval":{"pending_may_sign_in":false},"email":{"verification":"none"}}`))
	silent.posts("/registration/", coach).is(t, 201, `{}`)
	closed := s.person(t, s.house.Tenant(t, `{"registration":{"open":false}}`))
	closed.posts("/registration/", coach).is(t, 403, `{"detail":"Registration is closed."}`)
	closed.posts("/rest-auth/registration/", coach).is(t, 403, `{"detail":"Registration is closed."}`)
}

// A token that was good stops working, with one text, when its account may not act any more.
func TestStandingIsAskedOnEveryRequest(t *testing.T) {
	t.Parallel()
	s := serve(t)
	const inactive = `{"detail":"User inactive or deleted."}`
	in := s.house.Tenant(t, "")
	g := s.signUp(t, in, "anna")
	p := s.person(t, in).token(g.Key)
	if _, err := s.Registry.PatchSettings(t.Context(), tenants.Who{Kind: "operator"}, in.ID(), []byte(`{"email":{"verification":"mandatory"}}`)); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return p.sends("GET", "/rest-auth/user/", "").status == 401 })
	p.sends("GET", "/rest-auth/user/", "").is(t, 401, inactive)
	p.sends("GET", "/auth/user/", "").is(t, 401, inactive)
	s.person(t, in).posts("/rest-auth/login/", login).is(t, 400, `{"non_field_errors":["E-mail is not verified."]}`)
	off := false
	if _, err := s.Core.ChangeUser(t.Context(), in, identity.By{Kind: "operator"}, g.User.ID, identity.UserChange{Active: &off}, identity.Client{}); err != nil {
		t.Fatal(err)
	}
	p.sends("GET", "/auth/user/", "").is(t, 401, inactive)
	s.person(t, in).posts("/rest-auth/login/", login).is(t, 400, `{"non_field_errors":["Unable to log in with provided credentials."]}`)
}

func TestTheOldPasswordIsAskedForOnlyWhereATenantSaysSo(t *testing.T) {
	t.Parallel()
	s := serve(t)
	const path = "/rest-auth/password/change/"
	change := func(old string) string {
		return `{` + old + `"new_password1":"Zq7#lantern","new_password2":"Zq7#lantern"}`
	}
	free := s.house.Tenant(t, "")
	p := s.person(t, free).token(s.signUp(t, free, "anna").Key)
	p.posts(path, `{"old_password":["x"],"new_password1":"x"}`).is(t, 400, `{"new_password2":["This field is required."]}`)
	p.posts(path, change(`"old_password":null,`)).is(t, 200, `{"detail":"New password has been saved."}`)
	p.sends("GET", "/rest-auth/user/", "").is(t, 200, "")

	asked := s.house.Tenant(t, `{"contracts":{"restauth":{"old_password_field_enabled":true,"logout_on_password_change":true}}}`)
	p = s.person(t, asked).token(s.signUp(t, asked, "anna").Key)
	p.posts(path, `{}`).is(t, 400, `{"old_password":["This field is required."],"new_password1":["This field is required."],"new_password2":["This field is required."]}`)
	p.posts(path, `{"old_password":"bad","new_password1":"x"}`).is(t, 400,
		`{"old_password":["Your old password was entered incorrectly. Please enter it again."],"new_password2":["This field is required."]}`)
	p.posts(path, `{"old_password":"Kx9!vortex","new_password1":"x","new_password2":"y"}`).is(t, 400, `{"new_password2":["The two password fields didn’t match."]}`)
	p.posts("/auth/password/change/", change("")).is(t, 400, `{"old_password":["This field is required."]}`)
	p.posts(path, change(`"old_password":"Kx9!vortex",`)).is(t, 200, "")
	p.sends("GET", "/rest-auth/user/", "").is(t, 401, `{"detail":"Invalid token."}`)
}

func TestAPasswordChangeNeedsARecentSignInWhereAccountsAreHidden(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, `{"privacy":{"hide_account_existence":true}}`)
	s.signUp(t, in, "anna") // which tells nothing here
	var got struct{ Key string }
	entered := s.person(t, in).posts("/rest-auth/login/", `{"username":"anna","password":"`+goodPassword+`"}`)
	if err := json.Unmarshal([]byte(entered.body), &got); err != nil {
		t.Fatal(err)
	}
	p := s.person(t, in).token(got.Key)
	age := func(minutes int) {
		_, err := s.house.Owner(t).ExecContext(t.Context(), `update sessions set auth_time = now() - make_interval(mins => $2) where tenant_id = $1`, in.ID(), minutes)
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"/rest-auth/password/change/", "/auth/password/change/"} {
		age(16)
		p.posts(path, `{"new_password1":"Zq7#lantern","new_password2":"Zq7#lantern"}`).is(t, 401, `{"detail":"Sign in again to do this."}`)
		age(14)
		p.posts(path, `{"new_password1":"Zq7#lantern","new_password2":"Zq7#lantern"}`).is(t, 200, `{"detail":"New password has been saved."}`)
	}
}

func TestNamesOfAUser(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	s.signUp(t, in, "bob")
	p := s.person(t, in).token(s.signUp(t, in, "anna").Key)
	for _, path := range []string{"/rest-auth/user/", "/auth/user/"} {
		p.sends("PUT", path, `{"first_name":"A"}`).is(t, 400, `{"username":["This field is required."]}`)
		p.sends("PUT", path, `{"username":"Bob","first_name":"`+strings.Repeat("x", 151)+`","last_name":null}`).is(t, 400,
			`{"username":["A user with that username already exists."],"first_name":["Ensure this field has no more than 150 characters."],"last_name":["This field may not be null."]}`)
		p.sends("PATCH", path, `{"username":"bob@example.com"}`).is(t, 400, `{"username":["A user with that username already exists."]}`)
		p.sends("PATCH", path, `{"username":"a b"}`).is(t, 400, `{"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."]}`)
	}
	p.sends("PUT", "/rest-auth/user/", `{"username":"Anna","first_name":" A ","email":"x@example.com","pk":99}`).is(t, 200,
		`{"pk":2,"username":"Anna","email":"anna@example.com","first_name":"A","last_name":""}`)
	p.sends("PUT", "/auth/user/", `{"username":"anna"}`).is(t, 200,
		`{"pk":2,"username":"anna","email":"anna@example.com","approved":true,"group":{"id":1,"name":"user","permissions":[]},"avatar":""}`)
	p.sends("GET", "/rest-auth/user/", "").is(t, 200, `{"pk":2,"username":"anna","email":"anna@example.com","first_name":"A","last_name":""}`)
}

func TestAConfirmationMailCanBeAskedForAgain(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	s.signUp(t, in, "anna")
	p := s.person(t, in)
	p.posts("/rest-auth/registration/resend-email/", `{"email":"anna@example.com"}`).is(t, 200, `{"detail":"ok"}`)
	p.posts("/rest-auth/registration/resend-email/", `{"email":"ghost@example.com"}`).is(t, 200, `{"detail":"ok"}`)
	p.posts("/rest-auth/registration/resend-email/", `{"email":"x"}`).is(t, 400, `{"email":["Enter a valid email address."]}`)
}
