package limit

import (
	"sync"
	"time"
)

// room bounds a process's own counters, to some 3 MB.
const room = 50_000

// counters are a process's own, by the same rules as those in Redis (GCRA): for each subject the time at which its
// units will all be there again.
type counters struct {
	room int

	mu   sync.Mutex
	full map[subject]time.Time
}

func newCounters(room int) *counters {
	return &counters{room: room, full: make(map[subject]time.Time)}
}

// take takes one unit for each entry, or none. It gives the time until there is one for each: 0 when they were taken.
func (c *counters) take(now time.Time, entries []entry) (wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range entries {
		full := c.add(now, e.subject, e.rule.interval())
		wait = max(wait, full.Sub(now)-e.rule.Per)
	}
	if wait > 0 {
		c.giveBack(now, entries)
	}
	return wait
}

func (c *counters) refund(now time.Time, entries []entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.giveBack(now, entries)
}

func (c *counters) giveBack(now time.Time, entries []entry) {
	for _, e := range entries {
		c.add(now, e.subject, -e.rule.interval())
	}
}

// add moves the time at which a subject is full. A subject that is full already is not remembered.
func (c *counters) add(now time.Time, s subject, d time.Duration) time.Time {
	full, known := c.full[s]
	if full.Before(now) {
		full = now
	}
	full = full.Add(d)
	if !full.After(now) {
		delete(c.full, s)
		return now
	}
	if !known && len(c.full) >= c.room {
		c.forgetOne(now)
	}
	c.full[s] = full
	return full
}

// forgetOne makes room: by one of a few arbitrary subjects that is full again, else by an arbitrary one. Whoever wants
// a certain one forgotten needs about as many others as there is room, each of them charged to his network too.
func (c *counters) forgetOne(now time.Time) {
	const looks = 8
	seen := 0
	for s, full := range c.full {
		if seen++; !full.After(now) || seen == looks {
			delete(c.full, s)
			return
		}
	}
}
