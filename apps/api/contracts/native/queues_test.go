package native_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"github.com/keyhall/keyhall/internal/redisurl"
	"github.com/keyhall/keyhall/tenants"

	"github.com/keyhall/keyhall/apps/api/apitest"
	devredis "github.com/keyhall/keyhall/apps/dev/redis"
)

// queued is a server with a Redis of its own.
func queued(t *testing.T) (*apitest.Server, redis.UniversalClient, *devredis.Server) {
	t.Helper()
	own, err := devredis.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(own.Close)
	client, err := redisurl.Open(own.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return apitest.Start(t, apitest.Options{Redis: client}), client, own
}

// archive leaves n tasks of a tenant in the archive, as workers that die do.
func archive(t *testing.T, client redis.UniversalClient, in *tenants.Scope, n int) {
	t.Helper()
	to := asynq.NewClientFromRedisClient(client)
	for i := range n {
		payload := fmt.Sprintf(`{"tenant":%q,"id":%q,"kind":"mail","secret":"in the payload"}`, in.ID(), uuid.NewString())
		if _, err := to.Enqueue(asynq.NewTask("outbox", []byte(payload)), asynq.TaskID(fmt.Sprintf("%s/%d/0", uuid.NewString(), i)), asynq.Queue("keyhall"), asynq.MaxRetry(0)); err != nil {
			t.Fatal(err)
		}
	}
	server := asynq.NewServerFromRedisClient(client, asynq.Config{Queues: map[string]int{"keyhall": 1}, TaskCheckInterval: 10 * time.Millisecond, LogLevel: asynq.FatalLevel})
	fail := func(context.Context, *asynq.Task) error { return errors.New("it broke\nand a long story") }
	if err := server.Start(asynq.HandlerFunc(fail)); err != nil {
		t.Fatal(err)
	}
	look := asynq.NewInspectorFromRedisClient(client)
	for range 500 {
		if info, err := look.GetQueueInfo("keyhall"); err == nil && info.Archived == n {
			server.Shutdown()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the tasks are not archived")
}

func TestOperatorsLookIntoTheQueuesAndClearThemUp(t *testing.T) {
	t.Parallel()
	s, client, _ := queued(t)
	in := s.Tenant(t, "")
	archive(t, client, in, 5)
	s.SignUp(t, in, "mia") // owes a mail
	c := s.Operator(t)
	a := c.Get("/admin/v1/queues").Is(200)
	if a.Text("parts.redis") != "ok" || a.Text("parts.workers") != "none" || a.Int("queues.0.archived") != 5 || a.Int("queues.0.failed_today") != 5 || a.Int("outbox.0.due") < 1 {
		t.Errorf("%s", a.Body)
	}
	list := c.Get("/admin/v1/queues/keyhall/tasks?state=archived&limit=3").Is(200)
	if list.Text("data.0.last_error") != "it broke" || list.Text("data.0.tenant.slug") != in.Slug() || list.Text("data.0.kind") != "mail" ||
		strings.Contains(string(list.Body), "payload") || len(list.List("data", "id")) != 3 {
		t.Errorf("%s", list.Body)
	}
	rest := c.Get("/admin/v1/queues/keyhall/tasks?state=archived&limit=3&cursor=" + list.Text("next_cursor")).Is(200)
	if len(rest.List("data", "id")) != 2 || rest.Text("next_cursor") != "" {
		t.Errorf("the second page: %s", rest.Body)
	}
	count := func(a apitest.Answer, want int64) {
		t.Helper()
		if got := a.Is(200).Int("count"); got != want {
			t.Errorf("%d tasks, not %d", got, want)
		}
	}
	count(c.Post("/admin/v1/queues/keyhall/retry", obj{"state": "archived", "id": list.Text("data.0.id")}), 1)
	c.Post("/admin/v1/queues/keyhall/clear", obj{"id": list.Text("data.0.id")}).Refused(404, "not_found") // it waits again
	count(c.Post("/admin/v1/queues/keyhall/clear", obj{"id": list.Text("data.1.id")}), 1)
	count(c.Post("/admin/v1/queues/keyhall/retry", obj{"state": "archived"}), 3)
	count(c.Post("/admin/v1/queues/keyhall/retry", obj{"state": "retry"}), 0)
	count(c.Post("/admin/v1/queues/keyhall/clear", obj{}), 0)
	c.Post("/admin/v1/queues/keyhall/clear", obj{"id": 5}).Refused(400, "validation_failed", "id:not_a_string")
	if n := len(c.Get("/admin/v1/queues/keyhall/tasks?state=waiting").Is(200).List("data", "id")); n != 4 {
		t.Errorf("%d tasks wait", n)
	}
	for range 2 {
		c.Post("/admin/v1/queues/keyhall/pause", nil).Is(204)
	}
	if a := c.Get("/admin/v1/queues").Is(200); string(a.Body) == "" || !strings.Contains(string(a.Body), `"paused":true`) {
		t.Errorf("%s", a.Body)
	}
	c.Post("/admin/v1/queues/keyhall/resume", nil).Is(204)
	c.Post("/admin/v1/queues/keyhall-slow/pause", nil).Refused(404, "not_found")
	for _, action := range []string{"queue.retried", "queue.cleared", "queue.paused", "queue.resumed"} {
		if trail := c.Get("/admin/v1/audit?action=" + action).Is(200); len(trail.List("data", "id")) == 0 {
			t.Errorf("nothing is noted of %s", action)
		}
	}
}

func TestQueuesRefuseWhatTheyDoNotKnow(t *testing.T) {
	t.Parallel()
	s, client, own := queued(t)
	archive(t, client, s.Tenant(t, ""), 1)
	c := s.NewOperator(t)
	trail := "/admin/v1/audit?action=queue.*&actor=" + c.ID.String()
	c.Get("/admin/v1/queues/other/tasks?state=retry").Refused(404, "not_found")
	c.Get("/admin/v1/queues/keyhall/tasks?state=any").Refused(400, "validation_failed", "state")
	c.Get("/admin/v1/queues/keyhall/tasks?state=retry&cursor=x").Refused(400, "cursor_invalid")
	c.Get("/admin/v1/queues/keyhall/tasks?state=active").Is(200)
	c.Get("/admin/v1/queues/keyhall/tasks?state=scheduled").Is(200)
	c.Post("/admin/v1/queues/other/retry", obj{"state": "retry"}).Refused(404, "not_found")
	c.Post("/admin/v1/queues/keyhall/retry", obj{"state": "waiting"}).Refused(400, "validation_failed", "state")
	for _, id := range []string{"%", "x", base64.RawURLEncoding.EncodeToString([]byte("nobody's\x00"))} {
		c.Post("/admin/v1/queues/keyhall/retry", obj{"state": "archived", "id": id}).Refused(404, "not_found")
		c.Post("/admin/v1/queues/keyhall/clear", obj{"id": id}).Refused(404, "not_found")
	}
	own.Close()
	a := c.Get("/admin/v1/queues").Is(200)
	if a.Text("parts.redis") != "unavailable" || a.Text("parts.workers") != "unknown" || len(a.List("queues", "name")) != 0 {
		t.Errorf("%s", a.Body)
	}
	c.Get("/admin/v1/queues/keyhall/tasks?state=retry").Refused(503, "unavailable")
	c.Post("/admin/v1/queues/keyhall/retry", obj{"state": "retry"}).Refused(503, "unavailable")
	c.Post("/admin/v1/queues/keyhall/clear", obj{}).Refused(503, "unavailable")
	c.Post("/admin/v1/queues/keyhall/pause", nil).Refused(503, "unavailable")
	c.Post("/admin/v1/queues/keyhall/resume", nil).Refused(503, "unavailable")
	if noted := c.Get(trail).Is(200); len(noted.List("data", "id")) != 0 {
		t.Errorf("what was not done is noted: %s", noted.Body)
	}
}

// What operators see of whether messages go out: times and a status, by channel, and nothing of whom.
func TestOperatorsSeeWhetherMessagesGoOut(t *testing.T) {
	t.Parallel()
	s, _, _ := queued(t)
	in := s.Tenant(t, "")
	other := s.Tenant(t, "")
	c := s.Operator(t)
	attempt := func(in *tenants.Scope, kind, outcome string, status int, at time.Time) {
		t.Helper()
		id := uuid.New()
		s.Exec(t, `insert into outbox (tenant_id, id, kind, recipient, state, done_at) values ($1, $2, $3, 'mia@secret.example', 'failed', now())`, in.ID(), id, kind)
		s.Exec(t, `insert into delivery_attempts (tenant_id, outbox_id, attempt, outcome, answer, status, kind, at) values ($1, $2, 1, $3, 'no mia@secret.example here', nullif($4::integer, 0), $5, $6)`,
			in.ID(), id, outcome, status, kind, at)
	}
	// Later than all that other tests make on the same database.
	later := time.Now().Add(24 * time.Hour).UTC().Truncate(time.Second)
	attempt(in, "sms", "sent", 0, later)
	attempt(in, "sms", "failed", 400, later.Add(time.Minute))
	attempt(other, "sms", "retry", 503, later.Add(2*time.Minute))
	attempt(other, "webhook", "failed", 0, later)

	// No relay is at work here, and on a busy machine what other tests made may have waited for a minute.
	s.Exec(t, `update outbox set queued_at = now() where state = 'pending' and queued_at is null and not_before < now() - interval '30 seconds'`)
	a := c.Get("/admin/v1/queues").Is(200)
	names := a.List("delivery", "channel")
	if fmt.Sprint(names) != "[mail sms webhook platform_mail]" {
		t.Fatalf("channels %v", names)
	}
	if a.Text("delivery.1.last_sent_at") != later.Format(time.RFC3339) || a.Text("delivery.1.last_failed_at") != later.Add(2*time.Minute).Format(time.RFC3339) || a.Int("delivery.1.last_failed_status") != 503 {
		t.Errorf("the text messages: %s", a.Body)
	}
	if a.Text("delivery.2.last_failed_at") != later.Format(time.RFC3339) || strings.Count(string(a.Body), `"last_failed_status":null`) < 1 {
		t.Errorf("the webhooks: %s", a.Body)
	}
	if strings.Contains(string(a.Body), "secret.example") {
		t.Errorf("it tells of whom: %s", a.Body)
	}
	if a.Text("parts.relay") != "ok" {
		t.Errorf("the relay: %s", a.Body)
	}

	owed := time.Now().Add(-48 * time.Hour).UTC().Truncate(time.Second)
	s.Exec(t, `insert into outbox (tenant_id, id, kind, created_at, not_before) values ($1, $2, 'webhook', $3, now() - interval '61 seconds')`, in.ID(), uuid.New(), owed)
	a = c.Get("/admin/v1/queues").Is(200)
	if a.Text("parts.relay") != "behind" || a.Text("delivery.2.oldest_unsent_at") != owed.Format(time.RFC3339) {
		t.Errorf("a job that nobody rang for: %s", a.Body)
	}
	s.Exec(t, `update outbox set queued_at = now() where state = 'pending' and kind = 'webhook' and tenant_id = $1`, in.ID())
	s.Exec(t, `insert into platform_outbox (id, recipient, created_at, tried_at, last_error, status, attempts) values ($1, 'op@secret.example', $2, $3, 'recipient: 451 later', 451, 1)`, uuid.New(), owed, later)
	a = c.Get("/admin/v1/queues").Is(200)
	if a.Text("delivery.3.oldest_unsent_at") != owed.Format(time.RFC3339) || a.Int("delivery.3.last_failed_status") != 451 {
		t.Errorf("the platform's own mails: %s", a.Body)
	}
}
