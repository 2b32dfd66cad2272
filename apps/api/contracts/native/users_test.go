package native_test

import (
	"fmt"
	"mime/multipart"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

func TestCountersAreTheTenants(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "sam")
	counters := func(activities any) obj {
		return obj{"activities": activities, "sports": 3, "distance_meters": 67895, "duration_seconds": 24627}
	}
	path := apitest.Tenant(in, "/users/1/counters")
	s.Operator(t).Put(path, counters(6)).Is(200)
	s.Operator(t).Put(path, counters(-1)).Refused(400, "validation_failed", "activities:out_of_range")
	s.Operator(t).Put(path, counters("6")).Refused(400, "validation_failed", "activities:not_an_integer")
	s.Operator(t).Put(path, obj{"sports": 1, "distance_meters": 1, "duration_seconds": 1}).Refused(400, "validation_failed", "activities:required")
	s.Operator(t).Put(apitest.Tenant(in, "/users/2/counters"), counters(6)).Refused(404, "not_found")
	token := s.In(t, in).Post("/api/auth/login", obj{"email": "sam@example.com", "password": apitest.Password}).Is(200).Text("auth_token")
	a := s.In(t, in).Bearer(token).Get("/api/auth/profile").Is(200)
	if a.Int("data.nb_activities") != 6 || a.Int("data.nb_sports") != 3 || a.Value("data.total_distance") != 67.895 || a.Text("data.total_duration") != "6:50:27" {
		t.Errorf("%s", a.Body)
	}
}

func TestAnAdminMakesAUserWhoChoosesHisPassword(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin := s.Staff(t, in, "admin")
	path := apitest.Tenant(in, "/users")
	made := admin.Post(path, obj{"email": "mia@example.com", "username": "mia", "first_name": "Mia", "user_type": "coach", "mobile": "+41791234567", "locale": "de"}).Is(201)
	if made.Text("approval") != "approved" || made.Text("group.name") != "coach" || made.Text("mobile") != "+41791234567" || made.Text("locale") != "de" {
		t.Errorf("made: %s", made.Body)
	}
	s.In(t, in).Post("/v1/sign-in", obj{"identifier": "mia", "password": apitest.Password}).Refused(401, "bad_credentials")
	link := s.Mail(t, in, "mia@example.com", "user_invitation")
	s.In(t, in).Post("/v1/password-reset/confirm", obj{"uid": link["uid"], "token": link["token"], "new_password": apitest.Password}).Is(204)
	for _, name := range []string{"mia", "mia@example.com", "+41 79 123 45 67"} {
		s.In(t, in).Post("/v1/sign-in", obj{"identifier": name, "password": apitest.Password}).Is(200)
	}
	admin.Post(path, obj{"email": "mia@example.com"}).Refused(409, "email_taken", "email")
	admin.Post(path, obj{"email": "x@example.com", "mobile": "+41791234567"}).Refused(409, "mobile_taken", "mobile")
	admin.Post(path, obj{"email": "x@example.com", "mobile": "12", "user_type": "admin", "locale": "??"}).
		Refused(400, "validation_failed", "user_type:not_a_choice", "locale:bad_format")
	admin.Post(path, obj{"email": "x@example.com", "mobile": "12"}).Refused(400, "validation_failed", "mobile:invalid_mobile")
	admin.Post(path, obj{"email": "quiet@example.com", "invite": false}).Is(201)
	if n := s.Mails(t, in, "quiet@example.com", "user_invitation"); n != 0 {
		t.Errorf("%d mails to somebody who is not invited", n)
	}
	admin.Post(path, obj{"email": "x@example.com", "password": apitest.Password}).Refused(400, "validation_failed", "password:unknown_field")
}

func TestUsersAreFound(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin := s.Staff(t, in, "viewer")
	s.SignUp(t, in, "mia")
	s.SignUp(t, in, "maria")
	s.SignUpCoach(t, in, "carl")
	s.SignUp(t, in, "percent_").Patch("/v1/me", obj{"first_name": "Mia", "last_name": "O'Neil"}).Is(200)
	operator := s.Operator(t)
	operator.Patch(apitest.Tenant(in, "/users/2"), obj{"active": false}).Is(200)
	find := func(query string) []any {
		return admin.Get(apitest.Tenant(in, "/users?", query)).Is(200).List("data", "username")
	}
	for query, want := range map[string][]any{
		"":                   {"percent_", "carl", "maria", "mia"},
		"q=mi":               {"percent_", "mia"},
		"q=MIA":              {"percent_", "mia"},
		"q=maria@example.c":  {"maria"},
		"q=3":                {"carl"},
		"q=o%27n":            {"percent_"},
		"q=%25":              {},
		"q=_":                {},
		"q=%5C":              {},
		"q=%00":              {"percent_", "carl", "maria", "mia"},
		"q=%ff":              {},
		"q=%27%20or%201=1--": {},
		"status=pending":     {"carl"},
		"status=disabled":    {"maria"},
		"status=active":      {"percent_", "mia"},
		"status=unverified":  {"percent_", "carl", "maria", "mia"},
		"status=rejected":    {},
		"status=approved":    {},
		"status=invited":     {},
		"type=coach":         {"carl"},
		"type=user&q=mi":     {"percent_", "mia"},
		"verified=true":      {},
		"verified=false":     {"percent_", "carl", "maria", "mia"},
		"contract=native":    {"percent_", "carl", "maria", "mia"},
		"contract=restauth":  {},
		"contract=%00":       {"percent_", "carl", "maria", "mia"},

		"created_from=2020-01-01T00:00:00Z":  {"percent_", "carl", "maria", "mia"},
		"created_until=2020-01-01T00:00:00Z": {},
		"seen_until=2020-01-01T00:00:00Z":    {"percent_", "carl", "maria", "mia"}, // nobody has signed in yet
		"seen_from=2020-01-01T00:00:00Z":     {},
		"group=coach":                        {"carl"},
		"group=2":                            {"carl"},
		"group=%00":                          {"percent_", "carl", "maria", "mia"},
		"group=nobody":                       {},
		"limit=1":                            {"percent_"},
		"limit=2&cursor=3":                   {"maria", "mia"},
		"limit=200":                          {"percent_", "carl", "maria", "mia"},
	} {
		if got := find(query); !slices.Equal(got, want) {
			t.Errorf("%s: wanted %v, got %v", query, want, got)
		}
	}
	for query, field := range map[string]string{"status=all": "status", "type=x": "type", "verified=1": "verified", "seen_from=today": "seen_from", "limit=0": "limit", "limit=201": "limit"} {
		admin.Get(apitest.Tenant(in, "/users?", query)).Refused(400, "validation_failed", field)
	}
	for _, cursor := range []string{"x", "0", "-1", "9223372036854775808", "1e3", "%00"} {
		admin.Get(apitest.Tenant(in, "/users?cursor=", cursor)).Is(400, 200)
	}
	admin.Get(apitest.Tenant(in, "/users?cursor=x")).Refused(400, "cursor_invalid")
}

func TestOnlyThePlainNumberNamesAUser(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin := s.Staff(t, in, "admin")
	s.SignUp(t, in, "mia")
	for _, id := range []string{"0", "-1", "01", "+1", "1.0", "1e0", "0x1", "%201", "1%20", "1;", "%D9%A1", "9223372036854775807", "9223372036854775808", "null", "mia", "2"} {
		admin.Get(apitest.Tenant(in, "/users/", id)).Refused(404, "not_found")
		admin.Patch(apitest.Tenant(in, "/users/", id), obj{"active": false}).Refused(404, "not_found")
		admin.Delete(apitest.Tenant(in, "/users/", id), nil).Refused(404, "not_found")
	}
	admin.Get(apitest.Tenant(in, "/users/1")).Is(200)
}

func TestAnAdminChangesAUser(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin := s.Staff(t, in, "admin")
	mia := s.SignUp(t, in, "mia")
	s.SignUp(t, in, "ben")
	path := apitest.Tenant(in, "/users/1")
	group := admin.Post(apitest.Tenant(in, "/groups"), obj{"name": "Referees", "permissions": []string{"matches.write"}}).Is(201)
	changed := admin.Patch(path, obj{"first_name": "Mia", "locale": "fr", "group": "referees"}).Is(200)
	if changed.Text("first_name") != "Mia" || changed.Text("group.name") != "Referees" {
		t.Errorf("changed: %s", changed.Body)
	}
	if p := mia.Get("/v1/me").Is(200).List("group.permissions", ""); len(p) != 1 || p[0] != "matches.write" {
		t.Errorf("with the same token: %v", p)
	}
	admin.Patch(path, fmt.Sprintf(`{"group": %d, "locale": null}`, group.Int("id"))).Is(200)
	admin.Patch(path, obj{"group": "nobody"}).Refused(400, "validation_failed", "group:group_unknown")
	admin.Patch(path, obj{"group": 4711}).Refused(400, "validation_failed", "group:group_unknown")
	admin.Patch(path, obj{"group": true}).Refused(400, "validation_failed", "group:not_a_string")
	admin.Patch(path, obj{"group": nil}).Refused(400, "validation_failed", "group:null")
	admin.Patch(path, obj{"username": "ben"}).Refused(409, "username_taken", "username")
	admin.Patch(path, obj{"active": "no"}).Refused(400, "validation_failed", "active:not_a_boolean")
	admin.Patch(path, obj{"approval": "approved"}).Refused(400, "validation_failed", "approval:unknown_field")
	admin.Patch(path, obj{"password": "x"}).Refused(400, "validation_failed", "password:unknown_field")
	if a := admin.Patch(path, obj{"active": false}).Is(200); a.Value("active") != false {
		t.Errorf("disabled: %s", a.Body)
	}
	mia.Get("/v1/me").Refused(401, "account_inactive")
	mia.Post("/v1/token/refresh", obj{"refresh_token": mia.Refresh}).Refused(401, "account_inactive")
	admin.Patch(path, obj{"active": true}).Is(200)
	mia.Get("/v1/me").Refused(401, "token_invalid")
	mia.SignIn().Get("/v1/me").Is(200)
}

func TestAnAdminEndsSessionsAndSendsMails(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin := s.Staff(t, in, "admin")
	mia := s.SignUp(t, in, "mia")
	ben := s.SignUp(t, in, "ben")
	phone := mia.SignIn()
	path := apitest.Tenant(in, "/users/1")
	if list := admin.Get(path + "/sessions").Is(200); len(list.List("data", "id")) != 2 || slices.Contains(list.List("data", "current"), any(true)) {
		t.Errorf("sessions: %s", list.Body)
	}
	admin.Delete(path+"/sessions/"+sessionOf(ben), nil).Refused(404, "not_found")
	admin.Delete(path+"/sessions/"+sessionOf(phone), nil).Is(204)
	phone.Get("/v1/me").Is(401)
	mia.Get("/v1/me").Is(200)
	admin.Delete(path+"/sessions", nil).Is(204)
	mia.Get("/v1/me").Is(401)
	ben.Get("/v1/me").Is(200)
	admin.Get(apitest.Tenant(in, "/users/99/sessions")).Refused(404, "not_found")
	admin.Delete(apitest.Tenant(in, "/users/99/sessions"), nil).Refused(404, "not_found")
	admin.Post(path+"/password-reset", nil).Is(202)
	admin.Post(path+"/verification", nil).Is(202)
	if s.Mails(t, in, mia.Email, "password_reset") != 1 || s.Mails(t, in, mia.Email, "verify_email") != 2 {
		t.Error("not mailed")
	}
	s.In(t, in).Post("/v1/email-verification/confirm", obj{"key": s.Mail(t, in, mia.Email, "verify_email")["key"]}).Is(200)
	admin.Post(path+"/verification", nil).Refused(409, "already_verified")
	admin.Patch(path, obj{"active": false}).Is(200)
	admin.Post(path+"/password-reset", nil).Refused(403, "not_allowed")
	admin.Post(apitest.Tenant(in, "/users/99/password-reset"), nil).Refused(404, "not_found")
	admin.Post(apitest.Tenant(in, "/users/99/verification"), nil).Refused(404, "not_found")
}

func TestAnAdminErasesAUser(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia, admin := s.SignUp(t, in, "mia-canary"), s.Staff(t, in, "admin")
	admin.Delete(apitest.Tenant(in, "/users/1"), nil).Is(204)
	admin.Delete(apitest.Tenant(in, "/users/1"), nil).Refused(404, "not_found")
	mia.Get("/v1/me").Refused(401, "token_invalid")
	if found := s.Search(t, in, "mia-canary"); len(found) > 0 {
		t.Errorf("still in %q", found)
	}
}

func TestEachUserIsDecidedOnItsOwn(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	approver := s.Staff(t, in, "approver")
	carl, rita := s.SignUpCoach(t, in, "carl"), s.SignUpCoach(t, in, "rita")
	decide := func(decision string, ids ...int64) apitest.Answer {
		return approver.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": ids, "decision": decision, "reason": "because"})
	}
	got := decide("approve", 4711, rita.ID, carl.ID, rita.ID, 4712).Is(200)
	if users := got.List("results", "user_id"); !slices.Equal(users, []any{4711., 2., 1., 4712.}) {
		t.Errorf("in the order asked: %v", users)
	}
	if outcomes := got.List("results", "outcome"); !slices.Equal(outcomes, []any{"failed", "changed", "changed", "failed"}) || got.Text("results.0.error.code") != "not_found" {
		t.Errorf("outcomes: %s", got.Body)
	}
	if again := decide("approve", carl.ID).Is(200); again.Text("results.0.outcome") != "unchanged" || s.Mails(t, in, carl.Email, "approved") != 1 {
		t.Errorf("again: %s", again.Body)
	}
	decide("reject", carl.ID).Is(200)
	if s.Mails(t, in, carl.Email, "rejected") != 1 {
		t.Error("the rejected one is not told")
	}
	seen := approver.Get(apitest.Tenant(in, "/users/1")).Is(200)
	if seen.Text("approval") != "rejected" || seen.Text("approval_reason") != "because" {
		t.Errorf("rejected: %s", seen.Body)
	}
	if undone := decide("pending", carl.ID).Is(200); undone.Text("results.0.approval") != "pending" {
		t.Errorf("undone: %s", undone.Body)
	}
	approver.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int{}, "decision": "approve"}).Refused(400, "validation_failed", "user_ids")
	approver.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": make([]int, 501), "decision": "approve"}).Refused(400, "validation_failed", "user_ids")
	approver.Post(apitest.Tenant(in, "/approvals"), obj{"decision": "maybe", "reason": strings.Repeat("x", 501)}).
		Refused(400, "validation_failed", "user_ids:required", "decision:not_a_choice", "reason:too_long")
	approver.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []string{"1"}, "decision": "approve", "reason": nil}).Refused(400, "validation_failed", "user_ids:not_an_integer")
}

func TestGroupsGivePermissions(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin, mia := s.Staff(t, in, "admin"), s.SignUp(t, in, "mia")
	path := apitest.Tenant(in, "/groups")
	made := admin.Post(path, obj{"name": " Referees ", "permissions": []string{"matches.write"}}).Is(201)
	if made.Text("name") != "Referees" || made.Value("default") != false || made.Int("members") != 0 {
		t.Errorf("made: %s", made.Body)
	}
	own := fmt.Sprintf("%s/%d", path, made.Int("id"))
	admin.Patch(apitest.Tenant(in, "/users/1"), obj{"group": "Referees"}).Is(200)
	if got := admin.Get(own).Is(200); got.Int("members") != 1 {
		t.Errorf("read: %s", got.Body)
	}
	if got := admin.Patch(own, obj{"permissions": []string{"matches.write", "matches.cancel"}}).Is(200); got.Int("members") != 1 {
		t.Errorf("changed: %s", got.Body)
	}
	if p := mia.Get("/v1/me").Is(200).List("group.permissions", ""); len(p) != 2 {
		t.Errorf("on the next request: %v", p)
	}
	admin.Delete(own, nil).Refused(409, "group_in_use")
	admin.Patch(apitest.Tenant(in, "/users/1"), obj{"group": "user"}).Is(200)
	admin.Delete(own, nil).Is(204)
	admin.Get(own).Refused(404, "not_found")
	admin.Patch(own, obj{"name": "x"}).Refused(404, "not_found")
	admin.Patch(path+"/1", obj{"permissions": []string{"No!"}}).Refused(400, "validation_failed", "permissions:bad_format")
	admin.Delete(own, nil).Refused(404, "not_found")
	admin.Post(path, obj{"name": "USER"}).Refused(409, "group_taken", "name")
	admin.Delete(path+"/1", nil).Refused(409, "group_fixed")
	admin.Patch(path+"/2", obj{"name": "trainer"}).Refused(409, "group_fixed", "name")
	admin.Patch(path+"/2", obj{"permissions": []string{}}).Is(200)
	admin.Post(path, obj{"name": "a\tb", "permissions": []string{"No!"}}).Refused(400, "validation_failed", "name:bad_characters", "permissions:bad_format")
	admin.Post(path, obj{"name": strings.Repeat("x", 81), "permissions": []any{1}}).Refused(400, "validation_failed", "permissions:not_a_string")
	if list := admin.Get(path).Is(200).List("data", "name"); !slices.Equal(list, []any{"user", "coach"}) {
		t.Errorf("listed: %v", list)
	}
}

func TestDeliveriesAreListedAndSentAgain(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin := s.Staff(t, in, "admin")
	s.SignUp(t, in, "mia")
	ben := s.SignUp(t, in, "ben")
	path := apitest.Tenant(in, "/deliveries")
	list := admin.Get(path + "?user_id=2").Is(200)
	if list.Text("data.0.kind") != "verify_email" || list.Text("data.0.to") != ben.Email || list.Text("data.0.state") != "pending" || list.Text("data.0.channel") != "email" {
		t.Errorf("listed: %s", list.Body)
	}
	if key := s.Mail(t, in, ben.Email, "verify_email")["key"]; strings.Contains(string(list.Body), key) {
		t.Error("the list holds the key")
	}
	id := list.Text("data.0.id")
	admin.Post(path+"/"+id+"/resend", nil).Refused(409, "delivery_final")
	s.Exec(t, `update outbox set state = 'failed', attempts = 3, done_at = now(), last_error = '550 no such box' where tenant_id = $1 and id = $2`, in.ID(), id)
	s.Exec(t, `insert into delivery_attempts (tenant_id, outbox_id, attempt, outcome, answer) values ($1, $2, 1, 'failed', '550 no such box')`, in.ID(), id)
	failed := admin.Get(path + "?state=failed").Is(200)
	if len(failed.List("data", "id")) != 1 || failed.Text("data.0.attempts.0.answer") != "550 no such box" {
		t.Errorf("failed: %s", failed.Body)
	}
	admin.Post(path+"/"+id+"/resend", nil).Is(202)
	if again := admin.Get(path + "?state=pending&user_id=2").Is(200); again.Text("data.0.id") != id {
		t.Errorf("queued again: %s", again.Body)
	}
	admin.Post(path+"/"+uuid.NewString()+"/resend", nil).Refused(404, "not_found")
	admin.Post(path+"/x/resend", nil).Refused(404, "not_found")
	var paged []any
	for cursor := ""; ; {
		page := admin.Get(path + "?limit=1&channel=email&cursor=" + cursor).Is(200)
		paged = append(paged, page.List("data", "id")...)
		if cursor = page.Text("next_cursor"); cursor == "" {
			break
		}
	}
	if all := admin.Get(path).Is(200).List("data", "id"); len(all) != 3 || !slices.Equal(all, paged) {
		t.Errorf("all %v, by pages %v", all, paged)
	}
	for query, field := range map[string]string{"channel=pigeon": "channel", "state=lost": "state", "user_id=0": "user_id", "limit=0": "limit"} {
		admin.Get(path+"?"+query).Refused(400, "validation_failed", field)
	}
	admin.Get(path+"?cursor=%00").Is(200, 400)
	admin.Get(path+"?cursor=MSB4").Refused(400, "cursor_invalid")
}

func TestUsersComeFromAFile(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin := s.Staff(t, in, "admin")
	path := apitest.Tenant(in, "/imports")
	const people = "id,email,first_name,group\nold-1,ann@example.com,Ann,coach\nold-2,bob@example,Bob,\nold-3,cid@example.com,Cid,nobody\n"
	judged := bring(t, admin, path+"?dry_run=true", "people.csv", people).Is(200)
	if judged.Value("dry_run") != true || judged.Int("created") != 1 || judged.Int("refused") != 2 || judged.Text("refused_rows.0.errors.0.code") != "invalid_email" {
		t.Errorf("judged: %s", judged.Body)
	}
	if n := len(admin.Get(apitest.Tenant(in, "/users")).Is(200).List("data", "id")); n != 0 {
		t.Errorf("a dry run made %d users", n)
	}
	done := bring(t, admin, path+"?invite=true", "people.csv", people).Is(200)
	if done.Value("dry_run") != false || done.Int("created") != 1 || done.Int("refused_rows.1.line") != 4 {
		t.Errorf("done: %s", done.Body)
	}
	if s.Mails(t, in, "ann@example.com", "user_invitation") != 1 {
		t.Error("Ann is not invited")
	}
	again := bring(t, admin, path, "PEOPLE.JSONL", `{"id": "old-1", "email": "other@example.com"}`).Is(200)
	if again.Int("exists") != 1 || again.Int("created") != 0 {
		t.Errorf("again: %s", again.Body)
	}
	bring(t, admin, path, "people.xlsx", people).Refused(400, "validation_failed", "file:file_type")
	bring(t, admin, path, "people.csv", "email,shoe_size\nx@example.com,42\n").Is(400)
	bring(t, admin, path, "people.jsonl", "{").Refused(400, "file_unreadable")
	bring(t, admin, path+"?dry_run=maybe", "people.csv", people).Refused(400, "validation_failed", "dry_run:not_a_boolean")
	bring(t, admin, path, "people.csv", strings.Repeat("email\n", 400_000)).Refused(413, "file_too_large")
	admin.Post(path, obj{"file": "x"}).Refused(415, "unsupported_media_type")
	bring(t, s.Staff(t, in, "viewer"), path, "people.csv", people).Refused(403, "not_allowed")
}

// bring sends a file of users.
func bring(t *testing.T, a apitest.Admin, path, name, content string) apitest.Answer {
	t.Helper()
	var b strings.Builder
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return a.Sending(w.FormDataContentType()).Post(path, b.String())
}
