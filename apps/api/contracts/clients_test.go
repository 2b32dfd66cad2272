package contracts_test

import (
	"net/url"
	"testing"
	"time"
)

// eventually waits for news that travels by LISTEN.
func eventually(t testing.TB, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !happened(); <-time.After(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not happen")
		}
	}
}

// form sends a form, as Android's HTTP client does.
func (p person) form(method, path string, fields ...string) answer {
	p.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return send(p.t, method, p.base+path, values.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, p.headers...)...)
}

// An AngularJS client: sends the whole user object back, and the CSRF header whenever it has the cookie.
func TestTheAngularClient(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	p.posts("/rest-auth/registration/", `{"username":"anna","password1":"Kx9!vortex","password2":"Kx9!vortex","email":"anna@example.com"}`).is(t, 201, "")
	p.posts("/rest-auth/registration/verify-email/", `{"key":"`+s.mail(t, in, "verify_email")["key"]+`"}`).is(t, 200, `{"detail":"ok"}`)
	me := p.token(p.posts("/rest-auth/login/", login).key(t)).with("X-CSRFToken", "left over")
	me.sends("PATCH", "/rest-auth/user/", `{"pk":1,"username":"anna","email":"other@example.com","first_name":"A","last_name":"B"}`).is(t, 200,
		`{"pk":1,"username":"anna","email":"anna@example.com","first_name":"A","last_name":"B"}`)
	p.posts("/rest-auth/password/reset/", `{"email":"anna@example.com"}`).is(t, 200, "")
	reset := s.mail(t, in, "password_reset")
	p.posts("/rest-auth/password/reset/confirm/", `{"uid":"`+reset["uid"]+`","token":"`+reset["token"]+`","new_password1":"Zq7#lantern","new_password2":"Zq7#lantern"}`).is(t, 200, "")
	me.sends("GET", "/rest-auth/user/", "").is(t, 401, "")
}

// A Vue client on the paths of the coach API: logs out there, and changes the password with password1 and password2.
func TestTheVueClient(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	p.posts("/registration/", `{"username":"anna","email":"anna@example.com","password1":"Kx9!vortex","password2":"Kx9!vortex"}`).is(t, 201, "")
	me := p.token(p.posts("/auth/login/", login).key(t))
	me.sends("PATCH", "/auth/user/", `{"first_name":"A"}`).is(t, 200, "")
	me.posts("/auth/password/change/", `{"password1":"x","password2":"y"}`).is(t, 400, `{"password2":["The two password fields didn’t match."]}`)
	me.posts("/auth/password/change/", `{"password1":"Zq7#lantern","password2":"Zq7#lantern"}`).is(t, 200, "")
	p.posts("/auth/password/reset/", `{"email":"anna@example.com"}`).is(t, 200, "")
	reset := s.mail(t, in, "password_reset")
	p.posts("/auth/password/reset/confirm/", `{"uid":"`+reset["uid"]+`","token":"`+reset["token"]+`","new_password1":"short","new_password2":"short"}`).is(t, 400,
		`{"new_password2":["This password is too short. It must contain at least 8 characters.","This password is too common."]}`)
	p.posts("/auth/password/reset/confirm/", `{"uid":"`+reset["uid"]+`","token":"`+reset["token"]+`","new_password1":"Kx9!vortex","new_password2":"Kx9!vortex"}`).is(t, 200, "")
	me = p.token(p.posts("/auth/login/", login).key(t))
	me.posts("/auth/logout/", "").is(t, 200, "")
	me.sends("GET", "/auth/user/", "").is(t, 401, "")
}

// A React Native client: extra names at sign-up, and a log-out with a JSON content type but no body.
func TestTheReactNativeClient(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, ""))
	key := p.posts("/rest-auth/registration/", `{"username":"anna","email":"anna@example.com","password1":"Kx9!vortex","password2":"Kx9!vortex","first_name":"A","last_name":"B"}`).key(t)
	p.token(key).with("Content-Type", "application/json").posts("/rest-auth/logout/", "").is(t, 200, "")
}

// An Android client: forms everywhere, the same text as username and e-mail, and a stray setting on the change.
func TestTheAndroidClient(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	s.signUp(t, in, "anna")
	p := s.person(t, in)
	me := p.token(p.form("POST", "/rest-auth/login/", "username", "anna", "email", "anna", "password", goodPassword).is(t, 200, "").key(t))
	p.form("POST", "/rest-auth/login/", "username", "anna@example.com", "email", "anna@example.com", "password", goodPassword).is(t, 200, "")
	me.form("PUT", "/rest-auth/user/", "username", "anna", "first_name", "A", "last_name", "").is(t, 200,
		`{"pk":1,"username":"anna","email":"anna@example.com","first_name":"A","last_name":""}`)
	me.form("POST", "/rest-auth/password/change/", "old_password", goodPassword, "new_password1", "Zq7#lantern", "new_password2", "Zq7#lantern",
		"LOGOUT_ON_PASSWORD_CHANGE", "False").is(t, 200, `{"detail":"New password has been saved."}`)
	p.form("POST", "/rest-auth/registration/", "username", "", "email", "", "password1", "", "password2", "").is(t, 400,
		`{"username":["This field may not be blank."],"email":["This field may not be blank."],"password1":["This field may not be blank."],"password2":["This field may not be blank."]}`)
}

// A tenant that asks for no address takes an empty input of a form for none.
func TestSignUpWithoutAnAddress(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, `{"contracts":{"restauth":{"email_required":false}}}`))
	p.form("POST", "/rest-auth/registration/", "username", "anna", "email", "", "password1", goodPassword, "password2", goodPassword).is(t, 201, "")
	p.posts("/rest-auth/registration/", `{"username":"bob","email":"","password1":"Kx9!vortex","password2":"Kx9!vortex"}`).is(t, 400, `{"email":["This field may not be blank."]}`)
	p.posts("/rest-auth/registration/", `{"username":"bob","password1":"Kx9!vortex","password2":"Kx9!vortex"}`).is(t, 201, "")
}

func TestWaysToNameOneselfAtSignIn(t *testing.T) {
	t.Parallel()
	s := serve(t)
	const right, bad = 200, `{"non_field_errors":["Unable to log in with provided credentials."]}`
	try := func(settings, path, body string, status int, text string) {
		t.Helper()
		in := s.house.Tenant(t, settings)
		s.signUp(t, in, "anna")
		s.person(t, in).posts(path, body).is(t, status, text)
	}
	const any, byName, byMail = "", `{"contracts":{"restauth":{"login_method":"username"}}}`, `{"contracts":{"restauth":{"login_method":"email"}}}`
	try(byName, "/rest-auth/login/", `{"username":"anna@example.com","password":"Kx9!vortex"}`, 400, bad)
	try(byName, "/rest-auth/login/", `{"username":"anna","email":"ghost@example.com","password":"Kx9!vortex"}`, right, "")
	try(byMail, "/rest-auth/login/", `{"username":"anna","password":"Kx9!vortex"}`, 400, `{"non_field_errors":["Must include \"email\" and \"password\"."]}`)
	try(byMail, "/rest-auth/login/", `{"username":"anna","email":"anna","password":"Kx9!vortex"}`, 400, `{"email":["Enter a valid email address."]}`)
	try(byMail, "/rest-auth/login/", `{"email":"ANNA@example.com","password":"Kx9!vortex"}`, right, "")
	try(any, "/rest-auth/login/", `{"username":"anna","email":"ghost@example.com","password":"Kx9!vortex"}`, 400, bad)
	try(any, "/auth/login/", `{"username":"anna","email":"ghost@example.com","password":"Kx9!vortex"}`, right, "")
	try(any, "/auth/login/", `{"username":"anna","email":"not one","password1":"Kx9!vortex","password2":"Kx9!vortex","userType":1}`, right, "")
	try(any, "/auth/login/", `{"email":"not one","password":"Kx9!vortex"}`, 400, `{"email":["Enter a valid email address."]}`)
	try(any, "/auth/login/", `{"username":"anna","password1":"Kx9!vortex","password2":"x"}`, 400, `{"non_field_errors":["The two password fields didn't match."]}`)
	try(any, "/auth/login/", `{"username":"anna","password":"","password1":"Kx9!vortex"}`, right, "")
	try(any, "/auth/login/", `{"username":"anna"}`, 400, `{"password":["This field is required."]}`)
	try(any, "/auth/login/", `{"username":"anna","password":" "}`, 400, `{"password":["This field may not be blank."]}`)
	try(any, "/auth/login/", `{"password":"x"}`, 400, `{"non_field_errors":["Must include either \"username\" or \"email\" and \"password\"."]}`)
}
