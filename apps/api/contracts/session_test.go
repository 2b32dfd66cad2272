package contracts_test

import (
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants"

	"github.com/keyhall/keyhall/apps/api/wire"
)

const withCookies = `{"contracts":{"restauth":{"session_cookies":true}}}`

const csrfBody = `{"detail":"CSRF Failed: CSRF token missing or incorrect."}`

// browser is a person who kept the cookies of a sign-in.
func browser(p person, a answer) (person, string) {
	p.t.Helper()
	id, csrf := a.cookie("sessionid"), a.cookie("csrftoken")
	if id == nil || csrf == nil {
		p.t.Fatalf("no cookies: %d %s %v", a.status, a.body, a.cookies)
	}
	return p.with("Cookie", "csrftoken="+csrf.Value+"; sessionid="+id.Value), csrf.Value
}

const login = `{"username":"anna","password":"Kx9!vortex"}`

func TestSigningInSetsDjangosCookiesWhereATenantWantsThem(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, withCookies)
	p := s.person(t, in)
	signUp := p.posts("/rest-auth/registration/", `{"username":"anna","email":"anna@example.com","password1":"Kx9!vortex","password2":"Kx9!vortex"}`)
	for name, a := range map[string]answer{"registration": signUp.is(t, 201, ""), "login": p.posts("/rest-auth/login/", login).is(t, 200, "")} {
		a.key(t)
		id, csrf := a.cookie("sessionid"), a.cookie("csrftoken")
		if !id.HttpOnly || id.SameSite != http.SameSiteLaxMode || id.Path != "/" || id.MaxAge != 14*24*3600 || id.Secure || len(id.Value) != 32 {
			t.Errorf("%s: %s", name, id)
		}
		if csrf.HttpOnly || csrf.SameSite != http.SameSiteLaxMode || csrf.Path != "/" || csrf.MaxAge != 364*24*3600 || len(csrf.Value) != 64 {
			t.Errorf("%s: %s", name, csrf)
		}
	}
	plain := s.person(t, s.house.Tenant(t, ""))
	a := plain.posts("/rest-auth/registration/", `{"username":"anna","email":"anna@example.com","password1":"Kx9!vortex","password2":"Kx9!vortex"}`)
	if len(a.is(t, 201, "").cookies) != 0 {
		t.Error("a tenant that wants no cookies got some")
	}
	coach := p.posts("/auth/login/", login)
	if len(coach.is(t, 200, "").cookies) != 0 {
		t.Error("the coach API knows no cookies")
	}
}

func TestCookiesAreSecureUnderHTTPS(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, withCookies)
	s.signUp(t, in, "anna")
	url := listen(t, wire.Config{Contracts: s.older(), Resolve: s.Registry.Resolve, Log: slog.New(slog.DiscardHandler), HTTPS: true})
	a := person{t, url + "/t/" + in.Slug(), nil}.posts("/rest-auth/login/", login).is(t, 200, "")
	if !a.cookie("sessionid").Secure || !a.cookie("csrftoken").Secure {
		t.Error(a.cookies)
	}
}

func TestEveryChangeByABrowserNeedsTheProof(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, withCookies)
	s.signUp(t, in, "anna")
	p := s.person(t, in)
	b, csrf := browser(p, p.posts("/rest-auth/login/", login))
	for _, c := range s.older() {
		for _, r := range c.Routes {
			if c.Name != "restauth" || r.Method == http.MethodGet {
				continue
			}
			b.sends(r.Method, r.Path, "{}").is(t, 403, csrfBody)
			b.with("X-CSRFToken", "guess").sends(r.Method, r.Path, "{}").is(t, 403, csrfBody)
		}
	}
	b.sends("GET", "/rest-auth/user/", "").is(t, 200, "")
	b.with("X-CSRFToken", csrf).sends("PATCH", "/rest-auth/user/", `{"first_name":"A"}`).is(t, 200, "")
	b.with("Authorization", "Token dead").sends("PATCH", "/rest-auth/user/", `{}`).is(t, 401, `{"detail":"Invalid token."}`)
}

func TestLoggingOutEndsKeyAndCookieOfTheSignIn(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, withCookies)
	s.signUp(t, in, "anna")
	p := s.person(t, in)
	for _, by := range []string{"cookie", "key"} {
		a := p.posts("/rest-auth/login/", login)
		other := p.posts("/rest-auth/login/", login)
		b, csrf := browser(p, a)
		k := p.token(a.key(t))
		out := k
		if by == "cookie" {
			out = b.with("X-CSRFToken", csrf)
		}
		gone := out.posts("/rest-auth/logout/", "").is(t, 200, `{"detail":"Successfully logged out."}`)
		if by == "cookie" && (gone.cookie("sessionid") == nil || gone.cookie("sessionid").MaxAge >= 0) {
			t.Errorf("the browser keeps its cookie: %v", gone.cookies)
		}
		b.sends("GET", "/rest-auth/user/", "").is(t, 401, `{"detail":"Authentication credentials were not provided."}`)
		k.sends("GET", "/rest-auth/user/", "").is(t, 401, `{"detail":"Invalid token."}`)
		b.posts("/rest-auth/login/", login).is(t, 200, "") // a dead cookie asks for no proof
		p.token(other.key(t)).sends("GET", "/rest-auth/user/", "").is(t, 200, "")
	}
}

func TestLoggingOutByGet(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	key := s.signUp(t, in, "anna").Key
	p := s.person(t, in).token(key)
	a := p.sends("GET", "/rest-auth/logout/", "").is(t, 405, `{"detail":"Method \"GET\" not allowed."}`)
	if a.header.Get("Allow") != "GET, POST, HEAD, OPTIONS" {
		t.Error(a.header.Get("Allow"))
	}
	on := s.house.Tenant(t, `{"contracts":{"restauth":{"logout_on_get":true}}}`)
	key = s.signUp(t, on, "anna").Key
	q := s.person(t, on).token(key)
	q.sends("HEAD", "/rest-auth/logout/", "").is(t, 405, "")
	q.sends("GET", "/rest-auth/user/", "").is(t, 200, "")
	q.sends("GET", "/rest-auth/logout", "").is(t, 200, `{"detail":"Successfully logged out."}`)
	q.sends("GET", "/rest-auth/user/", "").is(t, 401, `{"detail":"Invalid token."}`)
}

// manners are how the contracts say what all of them have to say.
var manners = map[string]struct {
	noToken, tooLarge string
	otherMedia        int // of a body that is no JSON
}{
	"restauth": django, "coach": django, "simplejwt": django, "drfuser": django,
	"fittrackee": {`{"message":"Provide a valid auth token.","status":"error"}`, `{"message":"The request is larger than allowed.","status":"error"}`, 400},
}

var django = struct {
	noToken, tooLarge string
	otherMedia        int
}{`{"detail":"Authentication credentials were not provided."}`, `{"detail":"Request body too large."}`, 415}

// deadToken is how the contracts refuse a token that is none.
var deadToken = map[string]string{
	"restauth": `{"detail":"Invalid token."}`, "coach": `{"detail":"Invalid token."}`,
	"fittrackee": `{"message":"Invalid token. Please log in again.","status":"error"}`,
	"simplejwt": `{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken",` +
		`"token_type":"access","message":"Token is invalid or expired"}]}`,
	"drfuser": `{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken",` +
		`"token_type":"access","message":"Token is invalid or expired"}]}`,
}

// What belongs to one tenant is nothing in another, whatever the route.
func TestNothingOfOneTenantWorksInAnother(t *testing.T) {
	t.Parallel()
	s := serve(t)
	a, b := s.house.Tenant(t, withCookies), s.house.Tenant(t, withCookies)
	s.signUp(t, a, "anna")
	s.signUp(t, b, "anna")
	here, there := s.person(t, a), s.person(t, b)
	foreign := there.posts("/rest-auth/login/", login).is(t, 200, "")
	there.posts("/rest-auth/password/reset/", `{"email":"anna@example.com"}`).is(t, 200, "")
	byCookie, csrf := browser(here, foreign)
	tokens := s.credentials(t, b, "bob")
	for _, c := range s.older() {
		for _, r := range c.Routes {
			if r.Access != wire.User {
				continue
			}
			path := pathOf(r, "bob")
			here.sends(r.Method, path, "").is(t, 401, manners[c.Name].noToken)
			here.with("Authorization", tokens[c.Name]).sends(r.Method, path, "").is(t, 401, deadToken[c.Name])
			byCookie.with("X-CSRFToken", csrf).sends(r.Method, path, "").is(t, 401, manners[c.Name].noToken)
		}
	}
	key := s.mail(t, b, "verify_email")["key"]
	here.posts("/rest-auth/registration/verify-email/", `{"key":"`+key+`"}`).is(t, 404, `{"detail":"Not found."}`)
	there.posts("/rest-auth/registration/verify-email/", `{"key":"`+key+`"}`).is(t, 200, `{"detail":"ok"}`)
	reset := s.mail(t, b, "password_reset")
	confirm := `{"uid":"` + reset["uid"] + `","token":"` + reset["token"] + `","new_password1":"Zq7#lantern","new_password2":"Zq7#lantern"}`
	here.posts("/rest-auth/password/reset/confirm/", confirm).is(t, 400, `{"token":["Invalid value"]}`)
	here.posts("/rest-auth/login/", login).is(t, 200, "")
	there.posts("/rest-auth/password/reset/confirm/", confirm).is(t, 200, "")
}

// mail gives the secrets of a tenant's newest mail of a kind.
func (s *server) mail(t testing.TB, in *tenants.Scope, kind string) map[string]string {
	t.Helper()
	a := send(t, "GET", s.url+"/dev/messages?tenant="+in.Slug(), "")
	for _, m := range decode[[]messageOut](t, a.body) {
		if m.Kind == kind {
			out := map[string]string{}
			for name, value := range m.Data {
				out[name], _ = value.(string)
			}
			return out
		}
	}
	t.Fatalf("no mail %s", kind)
	return nil
}

func TestOddHeadersAreNotOurFault(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	s.signUp(t, in, "anna")
	for _, odd := range []string{"\xff\xfe", "caf\xe9", "\u202e", strings.Repeat("ž", 1000)} {
		p := s.person(t, in, "User-Agent", odd, "Accept-Language", odd, "Cookie", "sessionid="+odd, "Accept", odd, "Origin", odd)
		p.posts("/rest-auth/login/", login).is(t, 200, "")
	}
}

var dangerous = regexp.MustCompile(`(?i)pq:|sql|panic|goroutine|\.go:`)

// Whatever is sent to whichever operation, the answer is a refusal in JSON or a success; never our fault.
func TestNoInputIsOurFault(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	anna := s.credentials(t, in, "anna")
	all := []string{`null`, `[]`, `"x"`, `{`, "\xff", `{"username":null}`, `{"username":{},"email":[],"password":true,"password1":{},"new_password1":[],"uid":{},"token":1,"key":[]}`}
	for _, v := range []string{
		`"` + strings.Repeat("x", 10<<10) + `"`, `"\u0000"`, `"\u0001"`, `"\ufffe"`, `"a\u0000b"`, `"' or 1=1 --"`, `"%_\\"`,
		`9223372036854775808`, `-1`, `1e308`, `0.1`, `"MQ"`, `"OTIyMzM3MjAzNjg1NDc3NTgwOA"`, `"LTE"`, `"٣"`, `"\u200b"`, `"ﷺ"`, `"\ud83d\ude00"`, `"a@b.example"`,
	} {
		all = append(all, `{"username":`+v+`,"email":`+v+`,"password":`+v+`,"password1":`+v+`,"password2":`+v+`,"new_password1":`+v+`,"new_password2":`+v+
			`,"old_password":`+v+`,"uid":`+v+`,"token":`+v+`,"key":`+v+`,"first_name":`+v+`,"last_name":`+v+`,"userType":`+v+
			`,"refresh":`+v+`,"bio":`+v+`,"fav_sport_1":`+v+`,"location":`+v+`,"avatar":`+v+`,"privacy":`+v+`,"birthday":`+v+`}`)
	}
	for _, c := range s.older() {
		p := s.person(t, in, "Authorization", anna[c.Name])
		for _, r := range c.Routes {
			if strings.HasSuffix(r.Path, "/logout/") || strings.HasSuffix(r.Path, "/password/change/") {
				continue // they would end the session, or answer to the one who asks
			}
			for _, body := range all {
				a := p.sends(r.Method, pathOf(r, "anna"), body)
				if a.status >= 500 || a.header.Get("Content-Type") != "application/json" || dangerous.MatchString(a.body) && !strings.Contains(body, "1=1") {
					t.Errorf("%s %s %.80s: %d %s", r.Method, r.Path, body, a.status, a.body)
				}
			}
		}
	}
}
