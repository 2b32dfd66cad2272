package contracts_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants/identity"
)

type pair struct{ Access, Refresh string }

func (a answer) pair(t testing.TB) pair {
	t.Helper()
	p := decode[pair](t, a.is(t, 200, "").body)
	if p.Access == "" || p.Refresh == "" {
		t.Fatalf("no pair: %s", a.body)
	}
	return p
}

// joins makes an account through the contract and signs it in.
func (p person) joins(name string) pair {
	p.t.Helper()
	p.posts("/api/user/create/", `{"username":"`+name+`","email":"`+name+`@example.com","password":"Kx9!vortex"}`).is(p.t, 201,
		`{"username":"`+name+`","email":"`+name+`@example.com","first_name":"","last_name":"","location":"","birthday":null}`)
	return p.posts("/api/token/obtain/", `{"username":"`+name+`","password":"Kx9!vortex"}`).pair(p.t)
}

func (p person) jwt(access string) person { return p.with("Authorization", "JWT "+access) }

const (
	noCredentials = `{"detail":"Authentication credentials were not provided."}`
	noAccount     = `{"detail":"No active account found with the given credentials"}`
	deadRefresh   = `{"detail":"Token is invalid or expired","code":"token_not_valid"}`
	unauthorized  = `{"detail":"Unauthorized."}`
	notFound      = `{"detail":"Not found."}`
)

func TestSimpleJWTComplaintsAboutASignUp(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, ""))
	p.joins("anna")
	const badName = `"Enter a valid username. This value may contain only letters, numbers, and underscores and may not be entirely numeric."`
	for body, want := range map[string]string{
		`{"username":"ANNA","email":"Anna@Example.com","password":"x"}`: `{"username":["A user with that username already exists."],` +
			`"email":["A user with that email address already exists."],"password":["This password is too short. It must contain at least 8 characters."]}`,
		`{"username":"` + strings.Repeat("1", 151) + `","password":"Kx9!vortex"}`: `{"username":[` + badName + `,"Ensure this field has no more than 150 characters."]}`,
		`{"username":"anna-b","password":"Kx9!vortex"}`:                           `{"username":[` + badName + `]}`,
		`{"username":"аnna","password":"Kx9!vortex"}`:                             `{"username":[` + badName + `]}`, // with a Cyrillic letter
		`{"username":"b","password":"Kx9!vortex","birthday":["x"],"location":{}}`: `{"location":["Not a valid string."],"birthday":["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."]}`,
		`{"username":"b","password":"` + strings.Repeat("x", 129) + `"}`:          `{"password":["Ensure this field has no more than 128 characters."]}`,
	} {
		p.posts("/api/user/create/", body).is(t, 400, want)
	}
	p.posts("/api/user/create/", `{"username":"b","password":"password1","location":"LA","birthday":"1990-05-01"}`).is(t, 201,
		`{"username":"b","email":"","first_name":"","last_name":"","location":"LA","birthday":"1990-05-01"}`)
	closed := s.person(t, s.house.Tenant(t, `{"registration":{"open":false}}`))
	closed.posts("/api/user/create/", `{"username":"b","password":"Kx9!vortex"}`).is(t, 403, `{"detail":"Registration is closed."}`)
}

func TestSimpleJWTRefreshTokensRotate(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, ""))
	first := p.joins("anna")
	refresh := func(token string) answer { return p.posts("/api/token/refresh/", `{"refresh":"`+token+`"}`) }
	second := refresh(first.Refresh).pair(t)
	if again := refresh(first.Refresh).pair(t); again.Refresh != second.Refresh {
		t.Error("the parent got another successor")
	}
	third := refresh(second.Refresh).pair(t)
	p.jwt(third.Access).sends("PUT", "/api/users/anna/", `{}`).is(t, 200, "")
	refresh(first.Refresh).is(t, 401, deadRefresh)
	refresh(third.Refresh).is(t, 401, deadRefresh) // somebody has a copy, so the session ended
	p.jwt(third.Access).sends("PUT", "/api/users/anna/", `{}`).is(t, 401, deadToken["simplejwt"])
	refresh(third.Access).is(t, 401, `{"detail":"Token has wrong type","code":"token_not_valid"}`)
}

func TestSimpleJWTRefusesWhoMayNotAct(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	anna := p.joins("anna")
	no := false
	_, err := s.Core.ChangeUser(t.Context(), in, identity.By{Kind: "admin", ID: "x"}, 1, identity.UserChange{Active: &no}, identity.Client{})
	if err != nil {
		t.Fatal(err)
	}
	p.posts("/api/token/obtain/", `{"username":"anna","password":"Kx9!vortex"}`).is(t, 401, noAccount)
	p.posts("/api/token/refresh/", `{"refresh":"`+anna.Refresh+`"}`).is(t, 401, deadRefresh)
	p.sends("GET", "/api/users/anna/", "").is(t, 404, notFound)
	p.sends("GET", "/api/users/?query=ann", "").is(t, 200, `[]`)
	p.sends("GET", "/api/users/?query=", "").is(t, 200, `[]`)
	p.jwt(anna.Access).sends("PUT", "/api/users/anna/", `{}`).is(t, 401, `{"detail":"User is inactive","code":"user_inactive"}`)
}

func TestSimpleJWTReadsTheHeaderAsItsClientsExpect(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	anna := p.joins("anna")
	const words = `{"detail":"Authorization header must contain two space-delimited values","code":"bad_authorization_header"}`
	wrongType := strings.Replace(deadToken["simplejwt"], "Token is invalid or expired", "Token has wrong type", 1)
	for header, want := range map[string]string{
		"JWT": words, "Bearer a b": words, "JWT bad": deadToken["simplejwt"], "Bearer " + anna.Refresh: wrongType,
		"bearer " + anna.Access: noCredentials, "Basic x": noCredentials, "Token " + s.signUp(t, in, "bob").Key: noCredentials,
	} {
		q := p.with("Authorization", header)
		if got := q.sends("PUT", "/api/users/anna/", `{}`).is(t, 401, want); got.header.Get("WWW-Authenticate") != `JWT realm="api"` {
			t.Errorf("%s: %v", header, got.header)
		}
		for _, public := range []string{"/api/users/anna/", "/api/users/?query=anna"} {
			if want == noCredentials {
				q.sends("GET", public, "").is(t, 200, "")
			} else {
				q.sends("GET", public, "").is(t, 401, want)
			}
		}
	}
	p.with("Authorization", "Bearer bad").posts("/api/token/obtain/", `{"username":"anna","password":"Kx9!vortex"}`).pair(t)
}

func TestSimpleJWTResetsByTheTokenAlone(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	anna := p.joins("anna")
	p.posts("/api/password/reset/", `{"email":"nobody@example.com"}`).is(t, 400,
		`{"email":["We couldn't find an account associated with that email. Please try a different e-mail address."]}`)
	for _, joined := range []bool{true, false} {
		p.posts("/api/password/reset/", `{"email":"ANNA@example.com"}`).is(t, 200, `{"status":"OK"}`)
		reset := s.mail(t, in, "password_reset")
		token := reset["token"]
		if joined {
			token = reset["uid"] + "-" + token
		}
		confirm := func(password string) answer {
			return p.posts("/api/password/reset/confirm/", `{"token":"`+token+`","password":"`+password+`"}`)
		}
		confirm("123").is(t, 400, `{"password":["This password is too short. It must contain at least 8 characters.","This password is too common.","This password is entirely numeric."]}`)
		confirm("Zq7#lantern").is(t, 200, `{"status":"OK"}`)
		confirm("Zq7#lantern").is(t, 404, notFound)
	}
	p.posts("/api/token/refresh/", `{"refresh":"`+anna.Refresh+`"}`).is(t, 401, deadRefresh)
	p.posts("/api/token/obtain/", `{"username":"anna","password":"Zq7#lantern"}`).pair(t)
}

func TestSimpleJWTTellsNoAddressInStrictMode(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, `{"privacy":{"hide_account_existence":true}}`))
	p.joins("anna")
	p.posts("/api/password/reset/", `{"email":"nobody@example.com"}`).is(t, 200, `{"status":"OK"}`)
	p.posts("/api/user/create/", `{"username":"b","email":"anna@example.com","password":"Kx9!vortex"}`).is(t, 201,
		`{"username":"b","email":"anna@example.com","first_name":"","last_name":"","location":"","birthday":null}`)
}

// By username, and by id where the path is a number that is nobody's username; nothing else finds a profile.
func TestSimpleJWTFindsProfiles(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in)
	anna, bob := p.joins("anna"), p.joins("Bob")
	s.signUp(t, in, "2") // id 3, but named like the id of Bob
	named := func(path, name string) {
		t.Helper()
		if got := decode[struct{ Username string }](t, p.sends("GET", "/api/users/"+path, "").is(t, 200, "").body); got.Username != name {
			t.Errorf("%s: %s", path, got.Username)
		}
	}
	named("ANNA/", "anna")
	named("anna?query=x", "anna")
	named("1/", "anna")
	named("2/", "2")
	named("3/", "2")
	for _, path := range []string{"anna@example.com", "01", "+1", "0", "-1", "4", "99999999999999999999", "%00", "an%2fna", "ann"} {
		p.sends("GET", "/api/users/"+path+"/", "").is(t, 404, notFound)
	}
	p.jwt(anna.Access).sends("PUT", "/api/users/1/", `{"bio":"a"}`).is(t, 200, "")
	for _, path := range []string{"Bob", "2", "3", "ghost", "99"} {
		if got := p.jwt(anna.Access).sends("PUT", "/api/users/"+path+"/", `[`).is(t, 401, unauthorized); got.header.Get("WWW-Authenticate") != "" {
			t.Error("asked to sign in again")
		}
	}
	for method, path := range map[string]string{"DELETE": "/api/users/Bob/", "POST": "/api/users/"} {
		p.jwt(bob.Access).sends(method, path, `{}`).is(t, 405, `{"detail":"Method \"`+method+`\" not allowed."}`)
	}
}

func TestSimpleJWTProfiles(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, ""))
	anna, bob := p.jwt(p.joins("anna").Access), p.jwt(p.joins("bob").Access)
	whole := `{"id":1,"first_name":"A","last_name":"","username":"anna","bio":"","fav_sport_1":"chess","fav_sport_2":"","fav_sport_3":"","location":"","avatar":"","privacy":%t,"badges":[]%s}`
	own := fmt.Sprintf(whole, false, `,"birthday":"1990-05-01"`)
	anna.sends("PUT", "/api/users/anna/", `{"first_name":" A ","fav_sport_1":"chess","birthday":"1990-05-01","email":"x@example.com","id":9}`).is(t, 200, own)
	anna.sends("PATCH", "/api/users/anna", `{}`).is(t, 200, own)
	anna.sends("GET", "/api/users/anna/", "").is(t, 200, own)
	bob.sends("GET", "/api/users/anna/", "").is(t, 200, fmt.Sprintf(whole, false, ""))
	anna.form("PUT", "/api/users/anna/", "first_name", "A", "privacy", "true").is(t, 200, "")
	anna.form("PUT", "/api/users/anna/", "first_name", "A").is(t, 200, fmt.Sprintf(whole, true, `,"birthday":"1990-05-01"`))
	for _, other := range []person{p, bob} {
		other.sends("GET", "/api/users/anna/", "").is(t, 200, `{"id":1,"username":"anna","avatar":"","privacy":true}`)
	}
	anna.sends("PUT", "/api/users/anna/", `{"first_name":null,"bio":"`+strings.Repeat("x", 10_001)+`","avatar":[],"privacy":2,"birthday":"2021-02-30"}`).is(t, 400,
		`{"first_name":["This field may not be null."],"bio":["Ensure this field has no more than 10000 characters."],"avatar":["Not a valid string."],`+
			`"privacy":["Must be a valid boolean."],"birthday":["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."]}`)
}

func TestSimpleJWTSearchInAnEnvelope(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, `{"contracts":{"simplejwt":{"search_envelope":true}}}`)
	s.signUp(t, in, "anna")
	s.person(t, in).sends("GET", "/api/users?query=NN", "").is(t, 200, `{"results":[{"id":1,"username":"anna","avatar":"","privacy":false}]}`)
}
