package native_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/internal/spec"
	"github.com/keyhall/keyhall/internal/webhook"
	"github.com/keyhall/keyhall/tenants"
)

func TestATenantRegistersAnEndpoint(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, "/webhooks")
	made := c.Post(path, obj{"url": " https://hooks.example.com/a?b=c ", "events": []string{"user.deleted", "user.created", "user.deleted"}, "description": "CRM"}).Is(201)
	if _, err := webhook.Key(made.Text("secret")); err != nil {
		t.Errorf("secret: %v", err)
	}
	one := path + "/" + made.Text("id")
	if got := c.Get(one).Is(200); got.Text("url") != "https://hooks.example.com/a?b=c" || fmt.Sprint(got.Value("events")) != "[user.created user.deleted]" ||
		got.Value("active") != true || got.Value("secret") != nil || got.Value("old_secret_until") != nil {
		t.Errorf("made: %s", got.Body)
	}
	turned := c.Post(one+"/rotate", nil).Is(200)
	if turned.Text("secret") == made.Text("secret") || turned.Text("old_secret_until") == "" {
		t.Errorf("rotated: %s", turned.Body)
	}
	changed := c.Patch(one, obj{"events": []string{"user.updated"}, "active": false, "description": ""}).Is(200)
	if fmt.Sprint(changed.Value("events")) != "[user.updated]" || changed.Value("active") != false || changed.Text("url") != made.Text("url") || changed.Text("description") != "" {
		t.Errorf("changed: %s", changed.Body)
	}
	if all := c.Get(path).Is(200).List("data", "id"); len(all) != 1 {
		t.Errorf("all: %v", all)
	}
	c.Delete(one, nil).Is(204)
	for _, a := range []apitest.Answer{
		c.Get(one), c.Delete(one, nil), c.Patch(one, obj{}), c.Post(one+"/rotate", nil), c.Post(one+"/test", nil), c.Get(one + "/deliveries"),
		c.Post(one+"/deliveries/"+uuid.NewString()+"/resend", nil), c.Post(one+"/resend", obj{"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}),
		c.Get(path + "/nonsense"), c.Patch(path+"/nonsense", obj{}), c.Delete(path+"/nonsense", nil), c.Post(path+"/nonsense/rotate", nil), c.Post(path+"/nonsense/test", nil),
		c.Get(path + "/nonsense/deliveries"), c.Post(path+"/nonsense/deliveries/"+uuid.NewString()+"/resend", nil), c.Post(one+"/deliveries/nonsense/resend", nil),
		c.Post(path+"/nonsense/resend", obj{"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}),
	} {
		a.Is(404)
	}
	kept := s.Count(t, `select count(*) from audit where tenant_id = $1 and details::text like '%' || $2 || '%'`, in.ID(), turned.Text("secret"))
	if noted := c.Get(apitest.Tenant(in, "/audit?action=webhook.*")).Is(200).List("data", "action"); len(noted) != 4 || kept != 0 {
		t.Errorf("noted %v; %d with a secret", noted, kept)
	}
}

// MSG-05: no address of ours, however it is written.
func TestMSG05AnEndpointIsOnThePublicInternet(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, "/webhooks")
	one := path + "/" + c.Post(path, receiver).Is(201).Text("id")
	for address, code := range map[string]string{
		"http://hooks.example.com": "not_public", "https://127.0.0.1/": "not_public", "https://localhost/": "not_public", "https://[::1]/": "not_public",
		"https://0.0.0.0/": "not_public", "https://[::ffff:127.0.0.1]/": "not_public", "https://2130706433/": "not_public", "https://0x7f.1/": "not_public",
		"https://127.1/": "not_public", "https://169.254.169.254/latest": "not_public", "https://[fd00::1]/": "not_public", "https://10.0.0.7/": "not_public",
		"https://db.internal/": "not_public", "https://hooks.example.com:5432/": "not_public", "https://hooks.example.com:6379/": "not_public",
		"https://hooks.example.com:22/": "not_public", "file:///etc/passwd": "bad_format", "gopher://hooks.example.com/": "bad_format",
		"https://user:word@hooks.example.com/": "bad_format", "https:///x": "bad_format", "hooks.example.com": "bad_format", "https://\x7f/": "bad_format",
		"https://hooks.example.com/" + strings.Repeat("x", 2000): "too_long",
	} {
		c.Post(path, obj{"url": address, "events": []string{"user.created"}}).Refused(400, "validation_failed", "url:"+code)
		c.Patch(one, obj{"url": address}).Refused(400, "validation_failed", "url:"+code)
	}
}

func TestAnEndpointThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, "/webhooks")
	c.Post(path, obj{}).Refused(400, "validation_failed", "url:required", "events:required")
	one := path + "/" + c.Post(path, receiver).Is(201).Text("id")
	for field, body := range map[string]obj{
		"events:required":      {"events": []string{}},
		"events:not_a_choice":  {"events": []string{"user.created", "webhook.test"}},
		"description:too_long": {"description": strings.Repeat("ä", 201)},
		"secret:unknown_field": {"secret": "whsec_x"},
	} {
		c.Patch(one, body).Refused(400, "validation_failed", field)
	}
	c.Post(one+"/resend", obj{"since": "yesterday", "until": "2026-02-01T00:00:00Z"}).Refused(400, "validation_failed", "since:bad_format")
	c.Post(one+"/resend", obj{"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z", "state": "pending"}).Refused(400, "validation_failed", "state:not_a_choice")
	c.Get(one+"/deliveries?state=lost").Refused(400, "validation_failed", "state:not_a_choice")
	for range 19 {
		c.Post(path, receiver).Is(201)
	}
	c.Post(path, receiver).Refused(409, "webhooks_too_many")
}

// told lists what an endpoint of a tenant is owed, oldest first. Each is as openapi.yaml describes it.
func told(t *testing.T, s *apitest.Server, in *tenants.Scope, endpoint string) (all []obj) {
	t.Helper()
	rows, err := s.Owner.QueryContext(t.Context(), `select payload ->> 'body' from outbox where tenant_id = $1 and kind = 'webhook' and recipient = $2 order by id`, in.ID(), endpoint)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var body []byte
		var e obj
		if err := rows.Scan(&body); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(body, &e); err != nil {
			t.Fatal(err)
		}
		if err := spec.Load().ValidateEvent(e["type"].(string), body); err != nil {
			t.Errorf("%v\n%s", err, body)
		}
		all = append(all, e)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func kinds(events []obj) (all []string) {
	for _, e := range events {
		all = append(all, e["type"].(string))
	}
	return all
}

var everything = []string{
	"user.created", "user.verified", "user.approved", "user.rejected", "user.signed_in", "user.password_changed", "user.updated", "user.deleted",
	"user.invited", "user.joined", "user.social_connected", "user.social_disconnected",
}

func TestEachEventIsWrittenWithWhatCausesIt(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, "/webhooks")
	all := c.Post(path, obj{"url": "https://hooks.example.com/all", "events": everything}).Is(201).Text("id")
	some := c.Post(path, obj{"url": "https://hooks.example.com/some", "events": []string{"user.deleted"}}).Is(201).Text("id")
	off := c.Post(path, obj{"url": "https://hooks.example.com/off", "events": everything, "active": false}).Is(201).Text("id")

	mia := s.SignUp(t, in, "mia")
	user := fmt.Sprintf("%s/users/%d", apitest.Tenant(in), mia.ID)
	c.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{mia.ID}, "decision": "reject", "reason": "no"}).Is(200)
	c.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{mia.ID}, "decision": "approve"}).Is(200)
	c.Patch(user, obj{"first_name": "Mia"}).Is(200)
	c.Delete(user, nil).Is(204)

	events := told(t, s, in, all)
	if got := kinds(events); !slices.Equal(got, []string{"user.deleted"}) {
		t.Errorf("what was owed about an erased account is still there: %v", got)
	}
	last := events[len(events)-1]
	if user := last["data"].(obj)["user"]; fmt.Sprint(user) != fmt.Sprintf("map[id:%d]", mia.ID) || last["tenant"] != in.Slug() || last["version"] != 1.0 {
		t.Errorf("deleted: %v", last)
	}
	if got := kinds(told(t, s, in, some)); !slices.Equal(got, []string{"user.deleted"}) || len(told(t, s, in, off)) != 0 {
		t.Errorf("some %v", got)
	}
}

func TestAnEventSaysHowTheAccountIsAfterIt(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, "/webhooks")
	id := c.Post(path, obj{"url": "https://hooks.example.com/all", "events": everything}).Is(201).Text("id")
	mia, theo := s.SignUp(t, in, "mia"), s.SignUp(t, in, "theo")
	mia.Post("/v1/email-verification/confirm", obj{"key": s.Mail(t, in, mia.Email, "verify_email")["key"]}).Is(200)
	mia = mia.SignIn()
	mia.Patch("/v1/me", obj{"first_name": "Mia"}).Is(200)
	mia.Post("/v1/me/password", obj{"current_password": apitest.Password, "new_password": newPassword}).Is(204)
	for _, decision := range []string{"reject", "approve"} {
		c.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{mia.ID}, "decision": decision}).Is(200)
	}
	c.Delete(fmt.Sprintf("%s/users/%d", apitest.Tenant(in), theo.ID), nil).Is(204)
	events := told(t, s, in, id)
	got := kinds(events)
	for _, want := range everything[:8] { // TestAnInvitationAndItsAcceptanceAreTold has two of the others; sign-ins elsewhere are package identity's
		if !slices.Contains(got, want) {
			t.Errorf("no %s in %v", want, got)
		}
	}
	if described := spec.Load().Events(); !slices.Equal(described, slices.Sorted(slices.Values(append([]string{"webhook.test"}, everything...)))) {
		t.Errorf("openapi.yaml describes %v", described)
	}
	for _, e := range events {
		data := e["data"].(obj)
		if e["type"] == "user.updated" && (data["user"].(obj)["first_name"] != "Mia" || data["action"] != "user.profile_changed" ||
			fmt.Sprint(data["actor"]) != fmt.Sprintf("map[id:%d type:user]", mia.ID)) {
			t.Errorf("updated: %v", e)
		}
	}
}

func TestResendingAndTrying(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path := s.Operator(t), apitest.Tenant(in, "/webhooks")
	one := path + "/" + c.Post(path, receiver).Is(201).Text("id")
	id := c.Post(one+"/test", nil).Is(202).Text("delivery_id")
	list := c.Get(one + "/deliveries?limit=1").Is(200)
	if list.Text("data.0.id") != id || list.Text("data.0.event") != "webhook.test" || list.Text("data.0.state") != "pending" {
		t.Fatalf("deliveries: %s", list.Body)
	}
	told(t, s, in, strings.TrimPrefix(one, path+"/"))
	again := one + "/deliveries/" + id + "/resend"
	c.Post(again, nil).Refused(409, "delivery_waits")
	for _, state := range []string{"sent", "failed", "expired", "cancelled"} {
		s.Exec(t, `update outbox set state = $3, done_at = now(), last_error = 'x' where tenant_id = $1 and id = $2`, in.ID(), id, state)
		c.Post(again, nil).Is(202)
		if d := c.Get(one + "/deliveries").Is(200); d.Text("data.0.state") != "pending" || d.Value("data.0.error") != nil {
			t.Errorf("%s: %s", state, d.Body)
		}
	}

	s.Exec(t, `update outbox set state = 'failed', done_at = now() where tenant_id = $1 and id = $2`, in.ID(), id)
	span := func(since, until time.Duration, state string) int64 {
		at := time.Now()
		return c.Post(one+"/resend", obj{"since": at.Add(since).Format(time.RFC3339), "until": at.Add(until).Format(time.RFC3339), "state": state}).Is(202).Int("count")
	}
	if early, delivered, right, twice := span(-2*time.Hour, -time.Hour, "failed"), span(-time.Hour, time.Hour, "sent"), span(-time.Hour, time.Hour, "failed"), span(-time.Hour, time.Hour, "failed"); early != 0 || delivered != 0 || right != 1 || twice != 0 {
		t.Errorf("sent again: %d %d %d %d", early, delivered, right, twice)
	}

	other := path + "/" + c.Post(path, receiver).Is(201).Text("id")
	c.Post(other+"/deliveries/"+id+"/resend", nil).Is(404)
	if list := c.Get(apitest.Tenant(in, "/deliveries")).Is(200).List("data", "id"); slices.Contains(list, any(id)) {
		t.Error("a call is among the messages to people")
	}
	c.Delete(one, nil).Is(204)
	if n := s.Count(t, `select count(*) from outbox where tenant_id = $1 and id = $2 and state = 'cancelled'`, in.ID(), id); n != 1 {
		t.Error("what waits for an endpoint that is gone is not withdrawn")
	}
}
