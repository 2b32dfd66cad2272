package keyhalltest

import (
	"sync"
	"time"
)

// Clock stands still until somebody turns it. Its zero value shows the present time of its first use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now gives the time; hand it to verify.WithClock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now.IsZero() {
		c.now = time.Now().Truncate(time.Second)
	}
	return c.now
}

// Advance turns the clock on.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// Set turns the clock to a time.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}
