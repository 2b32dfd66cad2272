package native_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
)

// keyed is one operation that takes a key, with a body that is another one for each n.
type keyed struct {
	name string
	c    apitest.Client
	path string
	body func(n int) any
}

func nothing(int) any { return nil }

func same(body any) func(int) any { return func(int) any { return body } }

// keyedOf are all operations that take keys, in a tenant where each of them may be made.
func keyedOf(t *testing.T, s *apitest.Server, in *tenants.Scope) []keyed {
	t.Helper()
	c, mia, theo, open := s.Operator(t).Client, s.SignUp(t, in, "mia"), s.SignUp(t, in, "theo"), s.In(t, in)
	base := apitest.Tenant(in)
	user := fmt.Sprintf("%s/users/%d", base, mia.ID)
	invited := fmt.Sprintf("%s/users/%d", base, c.Post(base+"/users", obj{"email": "kim@example.com"}).Is(201).Int("id"))
	hook := base + "/webhooks/" + c.Post(base+"/webhooks", obj{"url": "https://hooks.example.com/", "events": []string{"user.created"}}).Is(201).Text("id")
	c.Post(hook+"/test", nil).Is(202)
	s.Exec(t, `update outbox set state = 'failed', done_at = now() where tenant_id = $1`, in.ID())
	told := c.Get(hook+"/deliveries").Is(200).List("data", "id")[0].(string)
	mail := c.Get(base+"/deliveries").Is(200).List("data", "id")[0].(string)
	word := base + "/templates/email/verify_email/en"
	text := c.Get(word).Is(200)
	wording := obj{"subject": text.Text("subject"), "text": text.Text("text")}
	c.Put(word, wording).Is(200)
	version := c.Get(word+"/versions").Is(200).List("data", "version")[0]
	asked := c.Post("/admin/v1/operators", obj{"email": in.Slug() + "@operators.example", "role": "operator"}).Is(201).Text("id")
	upload := "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nemail\r\n%d@import.example\r\n\r\n--line--\r\n"
	form := c.Sending("multipart/form-data; boundary=line")
	return []keyed{
		{"users.create", c, base + "/users", func(n int) any { return obj{"email": fmt.Sprintf("%d@example.org", n)} }},
		{"users.import", form, base + "/imports", func(n int) any { return fmt.Sprintf(upload, n) }},
		{"users.sendPasswordReset", c, user + "/password-reset", nothing},
		{"users.invite", c, invited + "/invitation", nothing},
		{"users.sendVerification", c, user + "/verification", nothing},
		{"approvals.start", c, base + "/approvals/runs", same(obj{"decision": "reject", "reason": "full"})},
		{"groups.create", c, base + "/groups", func(n int) any { return obj{"name": fmt.Sprint("group ", n)} }},
		{"admins.invite", c, base + "/admins", func(n int) any {
			return obj{"email": fmt.Sprintf("%d-%s@staff.example", n, in.Slug()), "role": "viewer"}
		}},
		{"webhooks.create", c, base + "/webhooks", same(obj{"url": "https://hooks.example.com/", "events": []string{"user.created"}})},
		{"webhooks.rotate", c, hook + "/rotate", nothing},
		{"webhooks.test", c, hook + "/test", nothing},
		{"webhooks.resend", c, hook + "/deliveries/" + told + "/resend", nothing},
		{"webhooks.resendRange", c, hook + "/resend", same(obj{"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"})},
		{"deliveries.resend", c, base + "/deliveries/" + mail + "/resend", nothing},
		{"tenants.testMail", c, base + "/settings/smtp/test", same(obj{})},
		{"templates.restore", c, word + "/restore", same(obj{"version": version})},
		{"templates.test", c, word + "/test", same(wording)},
		{"signingKeys.rotate", c, base + "/signing-keys/rotate", nothing},
		{"auth.signUp", open, "/v1/sign-up", func(n int) any {
			return obj{"email": fmt.Sprintf("%d@sign-up.example", n), "password": apitest.Password}
		}},
		{"auth.resendVerification", open, "/v1/email-verification/resend", same(obj{"email": mia.Email})},
		{"auth.requestCode", open, "/v1/codes", same(obj{"destination": mia.Email})},
		{"auth.requestSignInLink", open, "/v1/sign-in/link", same(obj{"email": mia.Email})},
		{"auth.requestPasswordReset", open, "/v1/password-reset", same(obj{"email": mia.Email})},
		{"me.sendEmailCode", theo.Client, "/v1/me/email/code", nothing},
		{"keys.create", c, base + "/keys", same(obj{"kind": "secret", "name": "job"})},
		{"operators.invite", c, "/admin/v1/operators", func(n int) any {
			return obj{"email": fmt.Sprintf("%d-%s@operators.example", n, in.Slug()), "role": "operator"}
		}},
		{"operators.inviteAgain", c, "/admin/v1/operators/" + asked + "/invitation", nothing},
		{"tenants.create", c, "/admin/v1/tenants", func(n int) any { return obj{"slug": fmt.Sprint(in.Slug(), "-", n), "name": "Another"} }},
	}
}

// Whatever creates or sends something does it once for a key, and answers the second call as the first.
func TestACallWithAKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"contracts": {"drfuser": {"enabled": true}}}`)
	for _, one := range keyedOf(t, s, in) {
		key := uuid.NewString()
		c := one.c.With("Idempotency-Key", `"`+key+`"`)
		first := c.Post(one.path, one.body(1)).Is(200, 201, 202, 204)
		before := s.Rows(t, in)
		again := one.c.With("Idempotency-Key", key).Post(one.path, one.body(1))
		if again.Status != first.Status || !bytes.Equal(again.Body, first.Body) || again.Header.Get("Content-Type") != first.Header.Get("Content-Type") {
			t.Errorf("%s: first %d %s, then %d %s", one.name, first.Status, first.Body, again.Status, again.Body)
		}
		if again.Header.Get("Idempotent-Replayed") != "true" || first.Header.Get("Idempotent-Replayed") != "" {
			t.Errorf("%s: replayed %q, then %q", one.name, first.Header.Get("Idempotent-Replayed"), again.Header.Get("Idempotent-Replayed"))
		}
		if changed := s.Changed(t, in, before); len(changed) > 0 {
			t.Errorf("%s: the second call changed %s", one.name, changed)
		}
		c.Post(one.path+"?another=1", one.body(1)).Refused(422, "idempotency_key_reused")
		for _, bad := range []string{`""`, "é", strings.Repeat("k", 256), `"a"b"`} {
			one.c.With("Idempotency-Key", bad).Post(one.path, one.body(1)).Refused(400, "idempotency_key_invalid")
		}
		one.c.With("Idempotency-Key", "a", "Idempotency-Key", "b").Post(one.path, one.body(1)).Refused(400, "idempotency_key_invalid")
	}
}

// Two calls at the same time: one is made, the other is told to wait, and gets the answer when it comes back.
func TestParallelCallsWithAKey(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"contracts": {"drfuser": {"enabled": true}}}`)
	for _, one := range keyedOf(t, s, in) {
		if one.name == "admins.invite" { // its first part is the platform's, which has no key and is safe to repeat
			continue
		}
		c := one.c.With("Idempotency-Key", uuid.NewString())
		hold, err := s.Owner.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		// What is written in the tenant refers to its row, so it waits for this lock.
		_, err = hold.ExecContext(t.Context(), `select from tenants where id = $1 for update`, in.ID())
		switch one.name { // what belongs to no tenant
		case "tenants.create":
			_, err = hold.ExecContext(t.Context(), `insert into tenants (id, slug, name) values ($1, $2, 'held')`, uuid.New(), in.Slug()+"-2")
		case "operators.invite":
			_, err = hold.ExecContext(t.Context(), `insert into admins (id, email, email_key) values ($1, $2, $2)`, uuid.New(), "2-"+in.Slug()+"@operators.example")
		case "operators.inviteAgain":
			_, err = hold.ExecContext(t.Context(), `select from admins where email_key = $1 for update`, in.Slug()+"@operators.example")
		}
		if err != nil {
			t.Fatal(err)
		}
		answers := make(chan apitest.Answer, 2)
		for range 2 {
			go func() { answers <- c.Post(one.path, one.body(2)) }()
		}
		busy := <-answers
		if busy.Refused(409, "idempotency_busy"); busy.Header.Get("Retry-After") == "" {
			t.Errorf("%s: nothing says when to come back", one.name)
		}
		if err := hold.Rollback(); err != nil {
			t.Fatal(err)
		}
		made := (<-answers).Is(200, 201, 202, 204)
		if again := c.Post(one.path, one.body(2)); again.Status != made.Status || !bytes.Equal(again.Body, made.Body) {
			t.Errorf("%s: made %d %s, then %d %s", one.name, made.Status, made.Body, again.Status, again.Body)
		}
	}
}

func TestManyCallsWithOneKeyMakeOneAccount(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.In(t, in).With("Idempotency-Key", "many")
	var wg sync.WaitGroup
	bodies := make(chan string, 10)
	for range 10 {
		wg.Go(func() {
			a := c.Post("/v1/sign-up", obj{"email": "mia@example.com", "password": apitest.Password}).Is(201, 409)
			if a.Status == 409 {
				a.Refused(409, "idempotency_busy")
				return
			}
			bodies <- string(a.Body)
		})
	}
	wg.Wait()
	close(bodies)
	told := map[string]bool{}
	for body := range bodies {
		told[body] = true
	}
	if n := s.Count(t, `select count(*) from users where tenant_id = $1`, in.ID()); n != 1 || len(told) != 1 {
		t.Errorf("%d accounts and %d answers", n, len(told))
	}
}

// Keys of two callers, and of two tenants, have nothing to do with each other.
func TestTEN20KeysBelongToWhoCalls(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	_, secret := s.APIKey(t, in, "secret")
	for i, c := range []apitest.Client{s.Operator(t).Client, s.Staff(t, in, "owner").Client, s.Client(t).Bearer(secret)} {
		c.With("Idempotency-Key", "k").Post(apitest.Tenant(in, "/groups"), obj{"name": fmt.Sprint("group ", i)}).Is(201)
	}
	s.Operator(t).With("Idempotency-Key", "k").Post(apitest.Tenant(other, "/groups"), obj{"name": "group 0"}).Is(201)
	body := obj{"email": "mia@example.com", "password": apitest.Password}
	one := s.In(t, in).With("Idempotency-Key", "k").Post("/v1/sign-up", body).Is(201)
	two := s.In(t, other).With("Idempotency-Key", "k").Post("/v1/sign-up", body).Is(201)
	if two.Header.Get("Idempotent-Replayed") != "" || bytes.Equal(one.Body, two.Body) {
		t.Errorf("the other tenant's answer: %s", two.Body)
	}
	// An admin who is none any more is told nothing of what he did.
	gone := s.Staff(t, in, "owner")
	again := gone.With("Idempotency-Key", "z")
	again.Post(apitest.Tenant(in, "/groups"), obj{"name": "last"}).Is(201)
	s.Operator(t).Delete(apitest.Tenant(in, "/admins/", gone.ID.String()), nil).Is(204)
	again.Post(apitest.Tenant(in, "/groups"), obj{"name": "last"}).Is(http.StatusNotFound)
}

func TestRefusalsAreNotKept(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, groups := s.Operator(t), apitest.Tenant(in, "/groups")
	id := c.Post(groups, obj{"name": "team"}).Is(201).Int("id")
	c.With("Idempotency-Key", "k").Post(groups, obj{"name": "team"}).Refused(409, "group_taken")
	c.Delete(fmt.Sprint(groups, "/", id), nil).Is(204)
	c.With("Idempotency-Key", "k").Post(groups, obj{"name": "team"}).Is(201)
}

// Answers are sealed, hold for a day, and go with the tenant's row; the request is kept as a MAC.
func TestAnswersAreKeptSealedForADay(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t).With("Idempotency-Key", "the-key")
	body := obj{"url": "https://hooks.example.com/", "events": []string{"user.created"}}
	made := c.Post(apitest.Tenant(in, "/webhooks"), body).Is(201)
	for _, text := range []string{made.Text("secret"), "the-key"} {
		if found := s.Search(t, in, text); len(found) > 0 {
			t.Errorf("in clear in %v", found)
		}
	}
	key := c.Post(apitest.Tenant(in, "/keys"), obj{"kind": "secret", "name": "job"}).Is(201).Text("key")
	if n := s.Count(t, `select count(*) from platform_idempotency_keys k where position($1::bytea in k.sealed) > 0`, key); n > 0 {
		t.Error("the key is in clear")
	}
	s.Exec(t, `update idempotency_keys set created_at = now() - interval '25 hours' where tenant_id = $1`, in.ID())
	if late := c.Post(apitest.Tenant(in, "/webhooks"), body).Is(201); late.Header.Get("Idempotent-Replayed") != "" || late.Text("id") == made.Text("id") {
		t.Errorf("after a day: %s", late.Body)
	}
}

// Each try of a password or a code counts, so these calls take no keys.
func TestChecksTakeNoKeys(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	c := s.In(t, in).With("Idempotency-Key", "k")
	one := c.Post("/v1/sign-in", obj{"identifier": mia.Email, "password": apitest.Password}).Is(200)
	two := c.Post("/v1/sign-in", obj{"identifier": mia.Email, "password": apitest.Password}).Is(200)
	if one.Text("refresh_token") == two.Text("refresh_token") || s.Count(t, `select count(*) from idempotency_keys where tenant_id = $1`, in.ID()) != 0 {
		t.Errorf("a sign-in was replayed: %s", two.Body)
	}
}
