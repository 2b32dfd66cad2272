// Package relay rings the workers' bell: for each outbox row that waits it puts a task with the row's name into asynq.
//
// Rings may be lost with Redis and may be doubled by several relays; both do no harm, since the row decides who does
// the job and whether it is done. The package reads routing columns only and knows no job kinds.
package relay

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/keyhall/keyhall/tenants"
)

// Relay carries rows of all tenants to Redis. Any number may run at once, without locks.
type Relay struct {
	Platform    *tenants.DB           // pool under tenants.PlatformRole
	DatabaseURL string                // for LISTEN
	Redis       redis.UniversalClient //
	Queues      map[string]string     // by kind of job; the others go to Queue
	Again       time.Duration         // when a ring that nobody followed is repeated; 10 s is right
	Log         *slog.Logger

	client    *asynq.Client
	inspector *asynq.Inspector
	down      bool
}

// channel is where the schema's trigger tells of new rows.
const channel = "keyhall_outbox"

// poll is how often rows are looked for that no notification tells of: retries that fall due, lost rings.
const poll = time.Second

// Run rings until ctx ends. While PostgreSQL or Redis is away it keeps trying, and says so once. It returns an error
// only for a database address that makes no sense.
func (r *Relay) Run(ctx context.Context) error {
	r.client, r.inspector = asynq.NewClientFromRedisClient(r.Redis), asynq.NewInspectorFromRedisClient(r.Redis)
	news := make(chan struct{}, 1)
	tell := func() {
		select {
		case news <- struct{}{}:
		default: // told already
		}
	}
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		return tenants.Listen(ctx, r.DatabaseURL, channel, func(bool) { tell() }, func(string) { tell() })
	})
	both.Go(func() error {
		r.loop(ctx, news)
		return nil
	})
	return both.Wait()
}

func (r *Relay) loop(ctx context.Context, news <-chan struct{}) {
	var pause time.Duration
	for {
		err := r.drain(ctx)
		if ctx.Err() != nil {
			return
		}
		r.report(err)
		if err == nil {
			pause = 0
			await(ctx, poll, news)
			continue
		}
		pause = min(max(2*pause, poll/4), 5*poll)
		await(ctx, pause, nil)
	}
}

func await(ctx context.Context, d time.Duration, news <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-news:
	case <-t.C:
	}
}

// report says once that something is away, and once that it is back.
func (r *Relay) report(err error) {
	switch {
	case err != nil && !r.down:
		r.Log.Warn("jobs wait in the database, the queue cannot be reached; trying on", "error", err)
	case err == nil && r.down:
		r.Log.Info("the queue is reached again")
	}
	r.down = err != nil
}

// drain rings for all that waits.
func (r *Relay) drain(ctx context.Context) error {
	for {
		rows, err := r.waiting(ctx)
		if err != nil {
			return err
		}
		rung, err := r.ringAll(ctx, rows)
		// A full batch of which nothing was rung for stands in the queue already; the rest may wait for the next poll.
		if err != nil || len(rows) < batch || rung == 0 {
			return err
		}
	}
}

// ringAll tells how many of the rows were put into the queue just now.
func (r *Relay) ringAll(ctx context.Context, rows []row) (rung int, err error) {
	for i, one := range rows {
		now, err := r.ring(ctx, one)
		if err != nil {
			return rung, errors.Join(err, r.mark(ctx, rows[:i]))
		}
		if now {
			rung++
		}
	}
	return rung, r.mark(ctx, rows)
}

// ring puts a task for the row into the queue, and reports false when there is one already.
func (r *Relay) ring(ctx context.Context, one row) (bool, error) {
	now, err := r.enqueue(ctx, one, one.taskID())
	if now || err != nil || one.QueuedAt == nil {
		return now, err
	}
	inLine, err := r.inLine(one)
	if inLine || err != nil {
		return false, err
	}
	return r.enqueue(ctx, one, one.secondID())
}

func (r *Relay) enqueue(ctx context.Context, one row, id string) (bool, error) {
	task, err := Job{one.Tenant, one.ID, one.Kind}.task()
	if err != nil {
		return false, err
	}
	_, err = r.client.EnqueueContext(ctx, task, options(r.queue(one.Kind), id)...)
	if errors.Is(err, asynq.ErrTaskIDConflict) || errors.Is(err, asynq.ErrDuplicateTask) {
		return false, nil
	}
	return err == nil, err
}

// inLine reports whether the task waits for a free worker. If it does not, a worker died with it before it claimed
// the row, or asynq has archived it: it blocks its id and helps nobody.
func (r *Relay) inLine(one row) (bool, error) {
	task, err := r.inspector.GetTaskInfo(r.queue(one.Kind), one.taskID())
	switch {
	case errors.Is(err, asynq.ErrQueueNotFound):
		// Redis was emptied. A client makes a queue known once and believes in it ever after, so take a new one.
		r.client = asynq.NewClientFromRedisClient(r.Redis)
		return false, nil
	case errors.Is(err, asynq.ErrTaskNotFound):
		return false, nil
	case err != nil:
		return false, err
	}
	return task.State == asynq.TaskStatePending, nil
}
