package redis_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	client "github.com/redis/go-redis/v9"

	"github.com/keyhall/keyhall/apps/dev/redis"
)

const patience = 20 * time.Second

func start(t *testing.T) *redis.Server {
	t.Helper()
	s, err := redis.Start(t.Context(), ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func connect(t *testing.T, url string) *client.Client {
	t.Helper()
	options, err := client.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c := client.NewClient(options)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestKeysExpireByThemselves(t *testing.T) {
	t.Parallel()
	c := connect(t, start(t).URL())
	const life = time.Second
	began := time.Now()
	if err := c.Set(t.Context(), "short", "x", life).Err(); err != nil {
		t.Fatal(err)
	}
	if err := c.Set(t.Context(), "long", "x", time.Hour).Err(); err != nil {
		t.Fatal(err)
	}
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for c.Exists(t.Context(), "short").Val() == 1 {
		if time.Since(began) > patience {
			t.Fatal("the key does not expire")
		}
		<-poll.C
	}
	if lived := time.Since(began); lived < life-200*time.Millisecond {
		t.Errorf("the key lived %v, want about %v", lived, life)
	}
	if left := c.PTTL(t.Context(), "long").Val(); left > time.Hour-life/2 || left < time.Hour-patience {
		t.Errorf("the other key has %v left of an hour", left)
	}
}

func TestTimeInScriptsIsTheClock(t *testing.T) {
	t.Parallel()
	c := connect(t, start(t).URL())
	const script = `local now = redis.call("TIME"); return now[1] * 1000 + math.floor(now[2] / 1000)`
	for range 2 {
		before := time.Now().UnixMilli()
		got, err := c.Eval(t.Context(), script, nil).Int64()
		if err != nil {
			t.Fatal(err)
		}
		if after := time.Now().UnixMilli(); got < before || got > after {
			t.Errorf("TIME in a script is %d, want %d to %d", got, before, after)
		}
		if err := c.Eval(t.Context(), `return redis.call("SET", "k", 1, "PX", 5)`, nil).Err(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOthersCannotConnect(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(start(t).URL())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(u.Host, "127.0.0.1:") {
		t.Errorf("listens on %s", u.Host)
	}
	u.User = nil
	if err := connect(t, u.String()).Get(t.Context(), "k").Err(); err == nil || !strings.Contains(err.Error(), "NOAUTH") {
		t.Errorf("without the password: %v", err)
	}
}

func TestAsynqReachesIt(t *testing.T) {
	t.Parallel()
	connection, err := asynq.ParseRedisURI(start(t).URL())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan string, 1)
	workers := asynq.NewServer(connection, asynq.Config{Concurrency: 1, LogLevel: asynq.FatalLevel, TaskCheckInterval: 50 * time.Millisecond})
	handler := func(_ context.Context, task *asynq.Task) error { done <- string(task.Payload()); return nil }
	if err := workers.Start(asynq.HandlerFunc(handler)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(workers.Shutdown)
	jobs := asynq.NewClient(connection)
	t.Cleanup(func() {
		if err := jobs.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := jobs.Enqueue(asynq.NewTask("greet", []byte("hello"))); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-done:
		if got != "hello" {
			t.Errorf("got %q", got)
		}
	case <-time.After(patience):
		t.Error("the task was not processed")
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := connect(t, s.URL())
	s.Close()
	s.Close()
	if err := c.Ping(t.Context()).Err(); err == nil {
		t.Error("answers after Close")
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	t.Parallel()
	busy, err := url.Parse(start(t).URL())
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{"", "6379", "0.0.0.0:0", "example.org:0", "[::]:0", busy.Host} {
		if s, err := redis.Start(t.Context(), addr); err == nil {
			s.Close()
			t.Errorf("started on %q", addr)
		}
	}
}
