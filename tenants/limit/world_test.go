package limit_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/keyhall/keyhall/tenants/limit"
)

// world is a Redis and a clock that processes share.
type world struct {
	t     *testing.T
	redis *miniredis.Miniredis
	calls atomic.Int64 // of a script, that reached the client
	log   bytes.Buffer

	mu  sync.Mutex
	now time.Time
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, redis: miniredis.RunT(t), now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	w.redis.SetTime(w.now)
	return w
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
	w.redis.SetTime(w.now) // expires nothing: FastForward would
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// process is a limiter of its own, with nothing of its own counted yet.
func (w *world) process() *limit.Limiter { return w.processWith(time.Minute, nil) }

func (w *world) processWith(patience time.Duration, slow func()) *limit.Limiter {
	client := redis.NewClient(&redis.Options{Addr: w.redis.Addr(), MaxRetries: -1})
	w.t.Cleanup(func() { client.Close() })
	client.AddHook(hook{before: func() {
		w.calls.Add(1)
		if slow != nil {
			slow()
		}
	}})
	return limit.New(client, limit.Options{
		Key: []byte("test key"), Now: w.clock, Patience: patience, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	})
}

type hook struct{ before func() }

func (h hook) DialHook(next redis.DialHook) redis.DialHook { return next }
func (h hook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (h hook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if strings.HasPrefix(cmd.Name(), "eval") { // and not what opens a connection
			h.before()
		}
		return next(ctx, cmd)
	}
}
