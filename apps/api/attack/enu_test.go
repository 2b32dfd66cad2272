package attack_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants/limit"
)

// asking are the requests that send something to an address.
var asking = []struct{ path, field string }{
	{"/auth/password/reset/", "email"},
	{"/rest-auth/password/reset/", "email"},
	{"/api/password/reset/", "email"},
	{"/v1/password-reset", "email"},
	{"/v1/email-verification/resend", "email"},
	{"/rest-auth/registration/resend-email/", "email"},
	{"/v1/sign-in/link", "email"},
	{"/v1/codes", "destination"},
}

func TestENU01AskingForAMailTellsNobodyWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	s.Settings(t, in, strict)
	for _, r := range asking {
		before := messages(t, s, in, "ann@example.com")
		known := s.In(t, in).Post(r.path, obj{r.field: "ann@example.com"})
		unknown := s.In(t, in).Post(r.path, obj{r.field: "nobody@example.com"})
		same(t, r.path, known, unknown)
		if known.Status >= 300 || messages(t, s, in, "ann@example.com") > before+1 {
			t.Errorf("%s: %d %s, %d messages before and %d after", r.path, known.Status, known.Body, before, messages(t, s, in, "ann@example.com"))
		}
	}
	if n := messages(t, s, in, "nobody@example.com"); n != 0 {
		t.Errorf("%d messages to nobody", n)
	}
	for _, kind := range []string{"password_reset", "sign_in_link", "otp"} {
		if s.Mails(t, in, "ann@example.com", kind) == 0 {
			t.Errorf("no %s to the one who has an account", kind)
		}
	}
}

func TestENU02ATakenAddressSignsUpLikeAFreeOne(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	for _, r := range signUps {
		if r.contract == "fittrackee" || r.contract == "drfuser" {
			continue // their documents say that it is taken; ENU-03 limits how often one may ask
		}
		in := s.Tenant(t, "")
		s.SignUp(t, in, "ann")
		s.Settings(t, in, strict)
		taken := s.In(t, in).Post(r.path, r.body("xaver", "ANN@example.com", nil))
		free := s.In(t, in).Post(r.path, r.body("xaver", "new@example.com", nil))
		taken.Body = []byte(strings.NewReplacer("ANN@example.com", "new@example.com").Replace(string(taken.Body)))
		same(t, r.path, taken, free)
		if n := users(t, s, in); n != 2 || free.Status != http.StatusCreated {
			t.Errorf("%s: %d, %d accounts", r.path, free.Status, n)
		}
		if s.Mails(t, in, "ann@example.com", "sign_up_attempt") != 1 {
			t.Errorf("%s: the holder is not told", r.path)
		}
	}
}

func TestENU03QuestionsForFreeNamesAreLimitedAndHidden(t *testing.T) {
	t.Parallel()
	limiter := apitest.Limiter(t)
	s := apitest.Start(t, apitest.Options{Limiter: limiter})
	in := s.Tenant(t, strict)
	ask := func(prop, value string) apitest.Answer {
		return s.In(t, in).Post("/isunique/", obj{"prop": prop, "value": value})
	}
	s.In(t, in).Post("/register/", signUps[1].body("ann", "ann@example.com", obj{"mobile": "9999999999"})).Is(http.StatusCreated)
	same(t, "/isunique/", ask("email", "ann@example.com").Is(200), ask("email", "nobody@example.com").Is(200))
	same(t, "/isunique/", ask("mobile", "9999999999").Is(200), ask("mobile", "8888888888").Is(200))
	spent := limit.Charge{Rule: limit.SearchNetwork, Subject: "127.0.0.1/32"}
	for range 3 { // should Redis be too slow once, the process counts for itself
		for range 2 * limit.SearchNetwork.Limit {
			if limiter.Take(t.Context(), in.ID().String(), spent) != nil {
				break
			}
		}
		if ask("email", "ann@example.com").Status == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("there is no end of it")
}

func TestENU04OnlyThreeKindsOfNamesAreAskedFor(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	ask := func(prop, value any) apitest.Answer {
		return s.In(t, in).Post("/isunique/", obj{"prop": prop, "value": value})
	}
	for _, prop := range []any{"password", "id", "is_superuser", "email OR 1=1", "EMAIL ", "", nil, 7, []any{"email"}, obj{"$ne": 1}} {
		ask(prop, "ann").Is(http.StatusBadRequest)
	}
	for value, free := range map[string]bool{
		"ann": false, "ANN": false, "ａｎｎ": false, "%": true, "_nn": true, "a%": true, "' OR '1'='1": true, `\`: true, strings.Repeat("x", 10_240): true,
	} {
		if a := ask("username", value); a.Status != http.StatusOK && a.Status != http.StatusBadRequest || a.Status == http.StatusOK && a.Value("unique") != free {
			t.Errorf("%.20q: %d %s", value, a.Status, a.Body)
		}
	}
}

func TestENU05CodesForNobodyLookLikeCodes(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	s.Settings(t, in, strict)
	for _, path := range []string{"/otp/", "/v1/codes"} {
		s.Exec(t, `update codes set created_at = created_at - interval '1 day' where tenant_id = $1`, in.ID())
		ask := func(to string) apitest.Answer {
			body := obj{"destination": to}
			if path == "/otp/" {
				body["is_login"] = true
			}
			return s.In(t, in).Post(path, body)
		}
		same(t, path, ask("ann@example.com").Is(201, 202), ask("nobody@example.com"))
	}
	if n := messages(t, s, in, "nobody@example.com"); n != 0 {
		t.Errorf("%d messages to nobody", n)
	}
	wrong := func(to string) apitest.Answer {
		return s.In(t, in).Post("/otp/", obj{"destination": to, "is_login": true, "verify_otp": "wrong12"})
	}
	same(t, "a wrong code", wrong("ann@example.com").Is(http.StatusForbidden), wrong("nobody@example.com"))
}

func TestENU06PairsAreNotTold(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, strict)
	c := s.In(t, in)
	c.Post("/register/", signUps[1].body("ann", "ann@example.com", obj{"mobile": "9999999999"})).Is(http.StatusCreated)
	one := c.Post("/otpreglogin/", obj{"name": "Z", "email": "ann@example.com", "mobile": "1111111111"}).Is(http.StatusBadRequest)
	other := c.Post("/otpreglogin/", obj{"name": "Z", "email": "zed@example.com", "mobile": "9999999999"}).Is(http.StatusBadRequest)
	same(t, "/otpreglogin/", one, other)
	for _, stored := range []string{"ann@example.com", "9999999999"} {
		if strings.Contains(string(one.Body)+string(other.Body), stored) {
			t.Errorf("%s is told", stored)
		}
	}
}

func TestENU07AChangeToATakenAddressLooksLikeAnyChange(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	bob := s.SignUp(t, in, "bob")
	s.Settings(t, in, strict)
	change := func(email string) apitest.Answer {
		return bob.Post("/v1/me/email", obj{"email": email, "password": apitest.Password})
	}
	same(t, "/v1/me/email", change("ann@example.com").Is(http.StatusAccepted), change("free@example.com"))
	change("ann@example.com")
	key := s.Mail(t, in, "ann@example.com", "email_change")["key"]
	s.In(t, in).Post("/v1/me/email/confirm", obj{"key": key}).Refused(404, "key_invalid")
	a := bob.Patch("/v1/me", obj{"username": "ANN"}).Refused(409, "username_taken", "username")
	if strings.Contains(string(a.Body), "ann@") {
		t.Errorf("it tells whose: %s", a.Body)
	}
	number := func(to string) apitest.Answer {
		return bob.Post("/v1/me/mobile", obj{"mobile": to, "password": apitest.Password})
	}
	s.Exec(t, `update users set mobile = '+905321234567', mobile_key = '+905321234567', mobile_verified_at = now() where tenant_id = $1 and id = 1`, in.ID())
	s.Exec(t, `insert into identifiers (tenant_id, value, user_id) values ($1, '+905321234567', 1)`, in.ID())
	same(t, "/v1/me/mobile", number("+905321234567").Is(http.StatusAccepted), number("+905321234568"))
}

func TestENU08APrivateProfileIsReducedAndAnUnknownOneIsNone(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	ann := jwt(t, s, in, "ann", apitest.Password)
	ann.Patch("/api/users/ann/", obj{"privacy": true, "bio": "secret bio", "location": "secret place"}).Is(http.StatusOK)
	a := s.In(t, in).Get("/api/users/ann/").Is(http.StatusOK)
	if strings.Contains(string(a.Body), "secret") || strings.Contains(string(a.Body), "@") {
		t.Errorf("shown to strangers: %s", a.Body)
	}
	s.In(t, in).Get("/api/users/nobody/").Is(http.StatusNotFound)
}
