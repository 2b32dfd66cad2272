package contracts_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/provider"
	"github.com/keyhall/keyhall/tenants"
)

// socialPaths are the sign-ins of the two contracts that have them.
var socialPaths = []string{"/rest-auth/facebook/", "/rest-auth/google/", "/registration/facebook/", "/registration/google/"}

func TestPeopleSignInWithAnAccountElsewhere(t *testing.T) {
	t.Parallel()
	s, p := serve(t), provider.Start(t)
	in := s.house.Tenant(t, p.Settings())
	c := s.person(t, in)
	for i, path := range socialPaths {
		token := "good" + strconv.Itoa(i%2)
		p.Know(token, provider.User{ID: "4" + strconv.Itoa(i%2), Email: "vera" + strconv.Itoa(i%2) + "@example.com", Verified: true, First: "Véra", Last: "Vogel"})
		c.posts(path, `{}`).is(t, 400, `{"non_field_errors":["Incorrect input. access_token or code is required."]}`)
		c.posts(path, `{"access_token":"bad"}`).is(t, 400, `{"non_field_errors":["Incorrect value"]}`)
		c.posts(path, `{"code":"bad"}`).is(t, 400, `{"non_field_errors":["Failed to exchange code for access token"]}`)
		one, two := c.posts(path, `{"access_token":"`+token+`"}`).is(t, 200, ""), c.posts(path, `{"access_token":"`+token+`","code":""}`).is(t, 200, "")
		user := "/rest-auth/user/"
		if a, b := c.token(one.key(t)).sends("GET", user, ""), c.token(two.key(t)).sends("GET", user, ""); a.body != b.body || !strings.Contains(a.body, `"username":"vera`) {
			t.Errorf("%s: %s, then %s", path, a.body, b.body)
		}
		if path != "/registration/facebook/" && path != "/registration/google/" {
			c.posts(path, `{"code":"code-`+token+`"}`).is(t, 200, "").key(t)
		} else { // its code was spent above
			c.posts(path, `{"access_token":"bad","code":"code-`+token+`"}`).is(t, 400, `{"non_field_errors":["Failed to exchange code for access token"]}`)
		}
	}
	p.Know("fresh", provider.User{ID: "77", First: "Cora"})
	got := c.posts("/registration/google/", `{"access_token":"bad","code":"code-fresh","userType":1}`).is(t, 200, "")
	c.token(got.key(t)).sends("GET", "/auth/user/", "").is(t, 200, "")
	p.Know("tweet", provider.User{ID: "9", Screen: "Vera_V", First: "Vera"})
	c.posts("/rest-auth/twitter/", `{"access_token":"tweet"}`).is(t, 400, `{"token_secret":["This field is required."]}`)
	c.posts("/rest-auth/twitter/", `{"access_token":"tweet","token_secret":"x"}`).is(t, 400, `{"non_field_errors":["No access to private resources at \"api.twitter.com\"."]}`)
	key := c.posts("/rest-auth/twitter/", `{"access_token":"tweet","token_secret":"`+provider.TokenSecret+`"}`).is(t, 200, "").key(t)
	if a := c.token(key).sends("GET", "/rest-auth/user/", ""); !strings.Contains(a.body, `"username":"Vera_V"`) {
		t.Error(a.body)
	}
}

// An address is nobody's name: whoever has one at a provider does not become the account that has it here.
func TestSOC02AnAddressOpensNobodysAccount(t *testing.T) {
	t.Parallel()
	s, p := serve(t), provider.Start(t)
	in := s.house.Tenant(t, p.Settings())
	s.signUp(t, in, "vera")
	c := s.person(t, in)
	const taken = `{"non_field_errors":["User is already registered with this e-mail address."]}`
	for i, said := range []any{nil, false, "true", true} {
		token := "t" + strconv.Itoa(i)
		p.Know(token, provider.User{ID: "99" + strconv.Itoa(i), Email: "Vera@example.com", Verified: said})
		for _, path := range socialPaths {
			c.posts(path, `{"access_token":"`+token+`"}`).is(t, 400, taken)
		}
	}
}

func TestSOC06AndSOC11TheGatesAreThoseOfPasswords(t *testing.T) {
	t.Parallel()
	s, p := serve(t), provider.Start(t)
	in := s.house.Tenant(t, p.Settings())
	c := s.person(t, in)
	p.Know("good", provider.User{ID: "42", Email: "vera@example.com"})
	c.posts("/rest-auth/google/", `{"access_token":"good"}`).is(t, 200, "")
	if _, err := s.Registry.PatchSettings(t.Context(), tenants.Who{Kind: "system"}, in.ID(), []byte(`{"social":{"providers":{"google":null}}}`)); err != nil {
		t.Fatal(err)
	}
	c.posts("/rest-auth/google/", `{"access_token":"good"}`).is(t, 400, `{"non_field_errors":["Incorrect value"]}`)
	in2 := s.house.Tenant(t, strings.TrimSuffix(p.Settings(), "}")+`,"approval":{"required_for":["user"],"pending_may_sign_in":false}}`)
	s.person(t, in2).posts("/rest-auth/google/", `{"access_token":"good"}`).is(t, 400, `{"non_field_errors":["Unable to log in with provided credentials."]}`)
	in3 := s.house.Tenant(t, strings.TrimSuffix(p.Settings(), "}")+`,"registration":{"open":false}}`)
	for _, path := range append([]string{"/rest-auth/twitter/"}, socialPaths...) {
		s.person(t, in3).posts(path, `{"access_token":"good","token_secret":"`+provider.TokenSecret+`"}`).is(t, 403, "")
	}
	in4 := s.house.Tenant(t, "")
	s.person(t, in4).posts("/rest-auth/google/", `{"access_token":"good"}`).is(t, 400, `{"non_field_errors":["Incorrect value"]}`)
}

func TestSOC08ConnectionsAreNotStolenAndNotTheLastWayIn(t *testing.T) {
	t.Parallel()
	s, p := serve(t), provider.Start(t)
	in := s.house.Tenant(t, p.Settings())
	p.Know("good", provider.User{ID: "42", Email: "vera@example.com"})
	p.Know("tweet", provider.User{ID: "9", Screen: "vera"})
	c := s.person(t, in)
	anna, bert := c.token(s.signUp(t, in, "anna").Key), c.token(s.signUp(t, in, "bert").Key)
	const tweet = `{"access_token":"tweet","token_secret":"` + provider.TokenSecret + `"}`
	for path, body := range map[string]string{"/rest-auth/facebook/connect/": `{"access_token":"good"}`, "/rest-auth/google/connect/": `{"access_token":"good"}`, "/rest-auth/twitter/connect/": tweet} {
		c.posts(path, body).is(t, 401, "")
		anna.posts(path, `{"access_token":"bad","token_secret":"x"}`).is(t, 400, "")
		anna.posts(path, body).is(t, 200, "").key(t)
		anna.posts(path, body).is(t, 200, "").key(t)
		bert.posts(path, body).is(t, 400, `{"non_field_errors":["The social account is already connected to a different account."]}`)
	}
	all := decode[[]struct {
		ID       int64
		Provider string
		UID      string
	}](t, anna.sends(http.MethodGet, "/socialaccounts/", "").is(t, 200, "").body)
	if len(all) != 3 {
		t.Fatalf("%+v", all)
	}
	one := "/socialaccounts/" + strconv.FormatInt(all[0].ID, 10) + "/disconnect/"
	bert.posts(one, "").is(t, 404, `{"detail":"Not found."}`)
	anna.posts(one, "").is(t, 200, "")
	anna.posts(one, "").is(t, 404, `{"detail":"Not found."}`)
	anna.posts("/socialaccounts/x/disconnect/", "").is(t, 404, `{"detail":"Not found."}`)

	p.Know("only", provider.User{ID: "50", First: "Olga"})
	olga := c.token(c.posts("/rest-auth/google/", `{"access_token":"only"}`).is(t, 200, "").key(t))
	list := decode[[]struct{ ID int64 }](t, olga.sends(http.MethodGet, "/socialaccounts/", "").body)
	olga.posts("/socialaccounts/"+strconv.FormatInt(list[0].ID, 10)+"/disconnect/", "").is(t, 400, `{"non_field_errors":["Your account has no password set up."]}`)
}

// A page elsewhere cannot connect its own account to that of a browser that is signed in, nor take one away.
func TestConnectingNeedsAProofOfThisSite(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, withCookies)
	s.signUp(t, in, "anna")
	p := s.person(t, in)
	anna, _ := browser(p, p.posts("/rest-auth/login/", login).is(t, 200, ""))
	for _, path := range []string{"/rest-auth/facebook/connect/", "/rest-auth/google/connect/", "/rest-auth/twitter/connect/", "/socialaccounts/1/disconnect/"} {
		anna.posts(path, `{"access_token":"x","token_secret":"y"}`).is(t, 403, csrfBody)
	}
}
