package workers

import (
	"context"
	"errors"
	"time"

	"github.com/keyhall/keyhall/tenants/outbox"
)

// ownPoll is how often mails of the platform itself are looked for.
const ownPoll = time.Second

// mailOwn sends the platform's own mails until ctx ends, straight from their rows. They are few, and are about who may
// administer everything, so they wait for no queue. Several processes may: each takes what no other has.
func (s *server) mailOwn(ctx context.Context) {
	if s.Own == nil {
		return
	}
	tick := time.NewTicker(ownPoll)
	defer tick.Stop()
	for {
		err := s.drainOwn(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("the platform's own mails wait; trying on", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *server) drainOwn(ctx context.Context) error {
	for ctx.Err() == nil {
		c, err := s.Box.ClaimPlatform(ctx, s.Registry.Platform)
		if errors.Is(err, outbox.ErrNothing) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.sendOwn(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// sendOwn makes one attempt and writes down what became of it.
func (s *server) sendOwn(ctx context.Context, c outbox.Claimed) error {
	held, cancel := context.WithTimeout(s.jobs, jobLimit)
	err := s.Own(held, c)
	cancel()
	write := func(ctx context.Context) error { return s.Box.ConcludePlatform(ctx, s.Registry.Platform, c, nil) }
	switch {
	case err != nil && errors.Is(context.Cause(s.jobs), errStopping):
		write = func(ctx context.Context) error { return s.Box.ReleasePlatform(ctx, s.Registry.Platform, c) }
	case err != nil:
		f := outbox.AsFailure(err)
		s.Log.Warn("an attempt at a mail of the platform failed", "job", c.ID, "attempt", c.Attempt, "final", f.Final, "answer", f.Answer, "cause", f.Unwrap())
		write = func(ctx context.Context) error { return s.Box.ConcludePlatform(ctx, s.Registry.Platform, c, f) }
	}
	err = insist(context.WithoutCancel(ctx), s.Box.Lease/2, write)
	if errors.Is(err, outbox.ErrLost) {
		return nil
	}
	return err
}
