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
