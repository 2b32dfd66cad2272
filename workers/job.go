package workers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/hibiken/asynq"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/relay"
)

// jobLimit is the longest one attempt may take.
const jobLimit = time.Minute

// serve answers a ring. asynq never hears of a failure: the row says what comes next. Nor is its context used, which
// ends when Redis is away for long.
func (s *server) serve(_ context.Context, t *asynq.Task) error {
	j, err := relay.Read(t)
	if err != nil {
		s.Log.Error("a task that is none of ours", "error", err)
		return nil
	}
	log := s.Log.With("tenant", j.Tenant, "job", j.ID, "kind", j.Kind)
	if err := s.answer(s.jobs, log, j); err != nil && s.jobs.Err() == nil {
		log.Warn("a job could not be looked at; the relay will ring again", "error", err)
	}
	return nil
}

// suspendedPause is how often the jobs of a suspended tenant are looked at: nothing of it is sent.
const suspendedPause = 10 * time.Minute

// answer finds the job that the ring is about and does it, if it is still to be done.
func (s *server) answer(ctx context.Context, log *slog.Logger, j relay.Job) error {
	handler, known := s.handlers[j.Kind]
	if !known {
		return errors.New("no handler for this kind") // a newer process may have one
	}
	in, err := s.Registry.ByID(ctx, j.Tenant)
	if errors.Is(err, fault.TenantUnknown) {
		return nil // and its rows are gone with it
	}
	if err != nil {
		return err
	}
	if in.Tenant().Suspended() {
		return s.Box.Postpone(ctx, in, j.ID, suspendedPause)
	}
	leave, free := s.lanes[cmp.Or(handler.Queue, relay.Queue)].enter(ctx, j.Tenant)
	if !free {
		return s.Box.Postpone(ctx, in, j.ID, 5*time.Second+rand.N(5*time.Second))
	}
	defer leave()
	since := time.Now()
	c, err := s.Box.Claim(ctx, in, j.ID)
	if errors.Is(err, outbox.ErrNothing) {
		return nil
	}
	if err != nil {
		return err
	}
	s.do(ctx, log.With("attempt", c.Attempt), handler, lease{s.Box, in, c, since})
	return nil
}

// do makes one attempt and writes its outcome down.
func (s *server) do(ctx context.Context, log *slog.Logger, h Handler, l lease) {
	held, release := l.hold(ctx)
	err := handle(held, h, l)
	cause := context.Cause(held)
	release()
	outcome, write := s.outcome(log, l, cause, err)
	s.metrics.observe(l, outcome)
	if write == nil {
		return
	}
	if err := insist(context.WithoutCancel(ctx), s.Box.Lease/2, write); err != nil && !errors.Is(err, outbox.ErrLost) {
		log.Error("the outcome of a job could not be written down; it will be done again", "outcome", outcome, "error", err)
	}
}

// handle calls the handler and survives its panics.
func handle(ctx context.Context, h Handler, l lease) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h.Handle(ctx, l.in, l.job)
}

type writer func(ctx context.Context) error

// outcome decides what follows from an attempt's error; cause is why its context ended, if it did. There is nothing to
// write about a job that is in other hands.
func (s *server) outcome(log *slog.Logger, l lease, cause, err error) (name string, write writer) {
	switch {
	case err == nil:
		return "done", func(ctx context.Context) error { return s.Box.Done(ctx, l.in, l.job, "") }
	case errors.Is(cause, outbox.ErrLost):
		log.Warn("the lease on a job was lost while it was being done")
		return "lost", nil
	case errors.Is(cause, errStopping):
		return "released", func(ctx context.Context) error { return s.Box.Release(ctx, l.in, l.job) }
	}
	f := outbox.AsFailure(err)
	log.Warn("an attempt failed", "final", f.Final, "answer", f.Answer, "cause", f.Unwrap())
	if f.Final {
		return "failed", func(ctx context.Context) error { return s.Box.Fail(ctx, l.in, l.job, f.Answer) }
	}
	return "retry", func(ctx context.Context) error { return s.Box.Retry(ctx, l.in, l.job, f.Answer) }
}

// insist writes until it is written, the lease has gone to another, or the time is up: a mail that was sent and not
// marked is sent once more.
func insist(ctx context.Context, limit time.Duration, write writer) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		err := write(ctx)
		if err == nil || errors.Is(err, outbox.ErrLost) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}
