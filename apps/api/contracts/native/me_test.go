package native_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

const newPassword = "Plum-orbit-candle-7"

func TestAPatchChangesWhatIsThere(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	s.SignUp(t, in, "taken")
	patched := mia.Patch("/v1/me", obj{"first_name": "Mia", "last_name": "Wong", "locale": "de-CH"}).Is(200)
	if patched.Text("first_name") != "Mia" || patched.Text("locale") != "de-CH" || patched.Text("username") != "mia" {
		t.Errorf("patched: %s", patched.Body)
	}
	patched = mia.Sending("application/merge-patch+json").Patch("/v1/me", obj{"locale": nil, "first_name": ""}).Is(200)
	if patched.Value("locale") != nil || patched.Text("first_name") != "" || patched.Text("last_name") != "Wong" {
		t.Errorf("null clears, absent stays: %s", patched.Body)
	}
	if same := mia.Patch("/v1/me", obj{}).Is(200); same.Text("last_name") != "Wong" {
		t.Errorf("an empty patch: %s", same.Body)
	}
	mia.Patch("/v1/me", obj{"username": nil}).Refused(400, "validation_failed", "username:null")
	mia.Patch("/v1/me", obj{"username": ""}).Refused(400, "validation_failed", "username:blank")
	mia.Patch("/v1/me", obj{"username": "Taken"}).Refused(409, "username_taken", "username")
	mia.Patch("/v1/me", obj{"username": "taken@example.com"}).Refused(409, "username_taken", "username")
	mia.Patch("/v1/me", obj{"first_name": 5, "last_name": strings.Repeat("x", 151), "locale": "not a locale"}).
		Refused(400, "validation_failed", "first_name:not_a_string", "last_name:too_long", "locale:bad_format")
	if renamed := mia.Patch("/v1/me", obj{"username": "MIA"}).Is(200); renamed.Text("username") != "MIA" {
		t.Errorf("the same name in other letters: %s", renamed.Body)
	}
	mia.Bearer("").Post("/v1/sign-in", obj{"identifier": "mia", "password": apitest.Password}).Is(200)
}

func TestNobodyGivesHimselfPowers(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	carl := s.SignUpCoach(t, in, "carl")
	before := string(carl.Get("/v1/me").Is(200).Body)
	for _, name := range []string{"id", "group", "group_id", "approval", "approved", "permissions", "active", "email", "email_verified", "user_type", "is_staff", "created_at"} {
		carl.Patch("/v1/me", obj{name: 1}).Refused(400, "validation_failed", name+":unknown_field")
	}
	if after := string(carl.Get("/v1/me").Is(200).Body); after != before {
		t.Errorf("before %s\nafter %s", before, after)
	}
}

func TestAPasswordChangeEndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	phone := mia.SignIn()
	change := func(old, fresh string) apitest.Answer {
		return mia.Post("/v1/me/password", obj{"current_password": old, "new_password": fresh})
	}
	change("wrong", newPassword).Refused(400, "validation_failed", "current_password:password_wrong")
	change(apitest.Password, "mia").Refused(400, "validation_failed", "new_password:password_too_similar", "new_password:password_too_short")
	phone.Get("/v1/me").Is(200)
	change(apitest.Password, newPassword).Is(204)
	mia.Get("/v1/me").Is(200)
	phone.Get("/v1/me").Refused(401, "token_invalid")
	phone.Post("/v1/token/refresh", obj{"refresh_token": phone.Refresh}).Refused(401, "token_invalid")
	mia.Bearer("").Post("/v1/sign-in", obj{"identifier": "mia", "password": apitest.Password}).Refused(401, "bad_credentials")
	mia.Bearer("").Post("/v1/sign-in", obj{"identifier": "mia", "password": newPassword}).Is(200)
	if s.Mails(t, in, mia.Email, "password_changed") != 1 {
		t.Error("no notice of the change")
	}
}

// X09: where accounts are hidden, a session that was stolen long after the sign-in cannot take the account over.
func TestStrictTenantsAskForARecentSignInBeforeTheAccountIsHandedOver(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	s.Exec(t, `update sessions set auth_time = auth_time - interval '16 minutes' where tenant_id = $1`, in.ID())
	password := obj{"current_password": apitest.Password, "new_password": newPassword}
	email := obj{"email": "new@example.com", "password": apitest.Password}
	mia.Post("/v1/me/email", email).Is(202)
	s.Settings(t, in, `{"privacy":{"hide_account_existence":true}}`)
	mia.Post("/v1/me/email", email).Refused(401, "reauthentication_required")
	mia.Post("/v1/me/password", password).Refused(401, "reauthentication_required")
	fresh := mia.SignIn()
	fresh.Post("/v1/me/email", email).Is(202)
	fresh.Post("/v1/me/password", password).Is(204)
}

func TestAResetLinkWorksOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	c := s.In(t, in)
	c.Post("/v1/password-reset", obj{"email": "MIA@example.com"}).Is(202)
	c.Post("/v1/password-reset", obj{"email": "nobody@example.com"}).Is(202)
	link := s.Mail(t, in, mia.Email, "password_reset")
	confirm := func(link obj) apitest.Answer { return c.Post("/v1/password-reset/confirm", link) }
	confirm(obj{"uid": "OTk", "token": link["token"], "new_password": newPassword}).Refused(400, "validation_failed", "uid:reset_uid_invalid")
	confirm(obj{"uid": "!", "token": link["token"], "new_password": newPassword}).Refused(400, "validation_failed", "uid:reset_uid_invalid")
	confirm(obj{"uid": link["uid"], "token": link["token"] + "0", "new_password": newPassword}).Refused(400, "validation_failed", "token:reset_token_invalid")
	confirm(obj{"token": link["token"][:20], "new_password": newPassword}).Refused(400, "validation_failed", "token:reset_token_invalid")
	confirm(obj{"token": link["token"], "new_password": "short"}).Refused(400, "validation_failed", "new_password:password_too_short", "new_password:password_too_common")
	confirm(obj{"token": link["token"], "new_password": newPassword}).Is(204)
	confirm(obj{"token": link["token"], "new_password": newPassword}).Refused(400, "validation_failed", "token:reset_token_invalid")
	mia.Get("/v1/me").Refused(401, "token_invalid")
	c.Post("/v1/sign-in", obj{"identifier": "mia", "password": newPassword}).Is(200)
}

func TestAResetLinkOfTheNewestMailCountsAlone(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia, ben := s.SignUp(t, in, "mia"), s.SignUp(t, in, "ben")
	c := s.In(t, in)
	ask := func(p apitest.Person) map[string]string {
		c.Post("/v1/password-reset", obj{"email": p.Email}).Is(202)
		return s.Mail(t, in, p.Email, "password_reset")
	}
	old, fresh, bens := ask(mia), ask(mia), ask(ben)
	confirm := func(uid, token string) apitest.Answer {
		return c.Post("/v1/password-reset/confirm", obj{"uid": uid, "token": token, "new_password": newPassword})
	}
	confirm(old["uid"], old["token"]).Refused(400, "validation_failed", "token")
	confirm(fresh["uid"], bens["token"]).Refused(400, "validation_failed", "token")
	confirm(bens["uid"], fresh["token"]).Refused(400, "validation_failed", "token")
	mia.SignIn() // whoever remembers the password needs no link
	confirm(fresh["uid"], fresh["token"]).Refused(400, "validation_failed", "token")
	s.Operator(t).Patch(apitest.Tenant(in, "/users/2"), obj{"active": false}).Is(200)
	confirm(bens["uid"], bens["token"]).Refused(400, "validation_failed", "token")
}

func TestANewAddressCountsWhenProven(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	s.SignUp(t, in, "ben")
	ask := func(email, password string) apitest.Answer {
		return mia.Post("/v1/me/email", obj{"email": email, "password": password})
	}
	ask("ben@example.com", apitest.Password).Refused(409, "email_taken", "email")
	ask("new@example.com", "wrong-password").Refused(400, "validation_failed", "password:password_wrong")
	ask("new@example.com", apitest.Password).Is(202)
	me := mia.Get("/v1/me").Is(200)
	if me.Text("email") != mia.Email || me.Text("pending_email") != "new@example.com" {
		t.Errorf("asked for: %s", me.Body)
	}
	signIn := func(name string) apitest.Answer {
		return s.In(t, in).Post("/v1/sign-in", obj{"identifier": name, "password": apitest.Password})
	}
	signIn("new@example.com").Refused(401, "bad_credentials")
	key := s.Mail(t, in, "new@example.com", "email_change")["key"]
	confirm := func(key string) apitest.Answer { return s.In(t, in).Post("/v1/me/email/confirm", obj{"key": key}) }
	confirm(key[:60]).Refused(404, "key_invalid")
	s.In(t, in).Post("/v1/email-verification/confirm", obj{"key": key}).Refused(404, "key_invalid")
	done := confirm(key).Is(200)
	if done.Text("email") != "new@example.com" || done.Value("pending_email") != nil || done.Value("email_verified") != true {
		t.Errorf("confirmed: %s", done.Body)
	}
	if s.Mails(t, in, mia.Email, "email_changed_notice") != 1 {
		t.Error("the old address is not told")
	}
	signIn(mia.Email).Refused(401, "bad_credentials")
	signIn("new@example.com").Is(200)
}

func TestAnExportHoldsEverythingAndAnErasureLeavesNothing(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia, ben := s.SignUp(t, in, "mia"), s.SignUp(t, in, "ben")
	mia.Patch("/v1/me", obj{"first_name": "Mia-Canary"}).Is(200)
	all := mia.Get("/v1/me/export").Is(200)
	if all.Text("tenant") != in.Slug() || all.Text("user.first_name") != "Mia-Canary" || len(all.List("sessions", "id")) != 1 ||
		all.Text("messages.0.kind") != "verify_email" || len(all.List("activity", "action")) < 2 {
		t.Errorf("export: %s", all.Body)
	}
	mia.Delete("/v1/me", obj{"password": "wrong-password"}).Refused(400, "validation_failed", "password:password_wrong")
	mia.Delete("/v1/me", obj{}).Refused(400, "validation_failed", "password:required")
	mia.Delete("/v1/me", obj{"password": apitest.Password}).Is(204)
	mia.Get("/v1/me").Refused(401, "token_invalid")
	mia.Post("/v1/token/refresh", obj{"refresh_token": mia.Refresh}).Refused(401, "token_invalid")
	for _, trace := range []string{"Mia-Canary", "mia@example.com"} {
		if found := s.Search(t, in, trace); len(found) > 0 {
			t.Errorf("%s is still in %q", trace, found)
		}
	}
	ben.Get("/v1/me").Is(200)
	again := s.SignUp(t, in, "mia")
	if again.ID == mia.ID {
		t.Error("a number is given twice")
	}
	mia.Get("/v1/me").Is(401)
}
