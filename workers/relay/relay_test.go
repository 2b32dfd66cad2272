package relay_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/redisurl"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/relay"
)

// asynq's keys.
const (
	pending = "asynq:{keyhall}:pending"
	active  = "asynq:{keyhall}:active"
	tasks   = "asynq:{keyhall}:t:"
	queues  = "asynq:queues"
)

// rig is a house and a Redis with a relay between them, and no worker.
type rig struct {
	t      *testing.T
	house  *pgtest.House
	redis  *miniredis.Miniredis
	client redis.UniversalClient
}

func newRig(t *testing.T) *rig {
	t.Helper()
	t.Parallel()
	r := &rig{t: t, house: pgtest.Fresh(t), redis: miniredis.RunT(t)}
	var err error
	if r.client, err = redisurl.Open("redis://" + r.redis.Addr()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.client.Close() })
	return r
}

func (r *rig) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	bell := relay.Relay{Platform: r.house.Platform, DatabaseURL: r.house.URL, Redis: r.client, Again: 50 * time.Millisecond, Log: slog.New(slog.DiscardHandler)}
	go func() { done <- bell.Run(ctx) }()
	r.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			r.t.Errorf("the relay ended with %v", err)
		}
	})
}

// add owes n jobs in one new tenant.
func (r *rig) add(n int) {
	r.t.Helper()
	box := outbox.New(r.house.Sealer)
	err := r.house.Tenant(r.t, "").Tx(r.t.Context(), func(tx *tenants.Tx) error {
		for range n {
			if _, err := box.Add(r.t.Context(), tx, outbox.Job{Kind: "mail", Recipient: "anna@example.org", Secret: map[string]any{"key": "k"}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// untilInLine waits for n tasks in the queue and gives their ids.
func (r *rig) untilInLine(n int) []string {
	r.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for {
		if ids, _ := r.redis.List(pending); len(ids) >= n { // an error means that there is none
			return ids
		}
		select {
		case <-tick.C:
		case <-deadline:
			r.t.Fatalf("never %d tasks in line", n)
		}
	}
}

// rings waits until the relay has marked its rows anew so many times.
func (r *rig) rings(times int) {
	r.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	last := time.Unix(0, 0)
	for deadline := time.After(20 * time.Second); times > 0; {
		var at time.Time
		err := r.house.Owner(r.t).QueryRowContext(r.t.Context(), `select coalesce(min(queued_at), 'epoch') from outbox`).Scan(&at)
		if err == nil && at.After(last) {
			last = at
			times--
		}
		select {
		case <-tick.C:
		case <-deadline:
			r.t.Fatal("the relay rings no more")
		}
	}
}

// orphan does to the task in line what a worker does that takes it and dies.
func (r *rig) orphan(id string) {
	r.t.Helper()
	ctx := r.t.Context()
	if err := r.client.LMove(ctx, pending, active, "right", "left").Err(); err != nil {
		r.t.Fatal(err)
	}
	if err := r.client.HSet(ctx, tasks+id, "state", "active").Err(); err != nil {
		r.t.Fatal(err)
	}
}

func TestRowsInLineAreNotRungForTwice(t *testing.T) {
	r := newRig(t)
	r.add(250) // more than two batches
	r.run()
	r.untilInLine(250)
	r.rings(3)
	if ids, err := r.redis.List(pending); err != nil || len(ids) != 250 {
		t.Fatalf("%d tasks for 250 rows, %v", len(ids), err)
	}
}

func TestTwoRelaysMakeOneTaskARow(t *testing.T) {
	r := newRig(t)
	r.run()
	r.run()
	r.add(150)
	r.untilInLine(150)
	r.rings(2)
	if ids, err := r.redis.List(pending); err != nil || len(ids) != 150 {
		t.Fatalf("%d tasks for 150 rows, %v", len(ids), err)
	}
}

// A worker that dies between taking a task and claiming its row leaves the task "active" for a minute and more, and
// its id taken. The relay must see that nobody is coming.
func TestATaskOfADeadWorkerDoesNotBlockItsRow(t *testing.T) {
	r := newRig(t)
	r.add(1)
	r.run()
	first := r.untilInLine(1)
	r.orphan(first[0])
	if again := r.untilInLine(1); slices.Equal(first, again) {
		t.Fatalf("still %v", again)
	}
}

// asynq's client makes the queue known once. After Redis was emptied nobody knows it, and the inspector fails.
func TestTheQueueIsMadeKnownAgainAfterAFlush(t *testing.T) {
	r := newRig(t)
	r.add(1)
	r.run()
	r.untilInLine(1)
	r.redis.FlushAll()
	again := r.untilInLine(1)
	if known, err := r.redis.IsMember(queues, relay.Queue); err == nil && known {
		t.Fatal("asynq has learnt it; the relay's remedy is not needed any more")
	}
	r.orphan(again[0])
	r.untilInLine(1)
	if known, err := r.redis.IsMember(queues, relay.Queue); err != nil || !known {
		t.Fatalf("the queue is not known: %v", err)
	}
}

func TestRedisGetsToKnowNoSecretsAndNoAddresses(t *testing.T) {
	r := newRig(t)
	r.add(1)
	r.run()
	ids := r.untilInLine(1)
	message := r.redis.HGet(tasks+ids[0], "msg")
	for _, word := range []string{"anna", "example.org", "key\":"} {
		if message == "" || strings.Contains(message, word) {
			t.Errorf("Redis has %q", word)
		}
	}
}
