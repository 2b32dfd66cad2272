package workers

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
)

// lanes keep one tenant from taking all workers: a mail server that does not answer holds each job for half a minute.
// A tenant with many jobs and a quick server notices nothing, since its lane frees up all the time.
type lanes struct {
	width int // a tenant's jobs at a time

	mu sync.Mutex
	of map[uuid.UUID]*lane
}

type lane struct {
	slots  chan struct{}
	users  int  // jobs in it or waiting for it
	jammed bool // nobody left it for the time of patience
}

// patience is how long a worker waits for a place before it takes the lane for jammed.
const patience = time.Second

func newLanes(width int) *lanes { return &lanes{width: width, of: map[uuid.UUID]*lane{}} }

// enter waits for a place in the tenant's lane and returns how to leave it, or false when the lane is jammed.
func (l *lanes) enter(ctx context.Context, tenant uuid.UUID) (leave func(), ok bool) {
	own, wait := l.join(tenant)
	if !own.take(ctx, wait) {
		l.part(tenant, own, ctx.Err() == nil)
		return nil, false
	}
	return func() {
		<-own.slots
		l.part(tenant, own, false)
	}, true
}

// join also tells how long to wait for a place.
func (l *lanes) join(tenant uuid.UUID) (*lane, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := l.of[tenant]
	if own == nil {
		own = &lane{slots: make(chan struct{}, l.width)}
		l.of[tenant] = own
	}
	own.users++
	if own.jammed {
		return own, 0
	}
	return own, patience
}

func (l *lane) take(ctx context.Context, wait time.Duration) bool {
	select {
	case l.slots <- struct{}{}:
		return true
	default:
	}
	if wait == 0 {
		return false
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case l.slots <- struct{}{}:
		return true
	case <-ctx.Done():
	case <-t.C:
	}
	return false
}

func (l *lanes) part(tenant uuid.UUID, own *lane, jammed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	own.jammed = jammed
	if own.users--; own.users == 0 {
		delete(l.of, tenant)
	}
}
