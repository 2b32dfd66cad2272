package limit

import (
	"sync/atomic"
	"time"
)

// rest is how long Redis is left alone after a failure.
const rest = time.Second

// breaker keeps a process from waiting for a Redis that does not answer: after a failure one call a second tries
// again, all others go without.
type breaker struct {
	until atomic.Int64 // no call before this moment, in nanoseconds of the epoch; 0: all is well
}

// allows reports whether to call now. Of those who ask after a rest one is let through.
func (b *breaker) allows(now time.Time) bool {
	until := b.until.Load()
	return until == 0 || now.UnixNano() >= until && b.until.CompareAndSwap(until, now.Add(rest).UnixNano())
}

// failed begins a rest. It reports whether all was well before.
func (b *breaker) failed(now time.Time) bool {
	return b.until.Swap(now.Add(rest).UnixNano()) == 0
}

// worked ends the rest. It reports whether there was one.
func (b *breaker) worked() bool {
	return b.until.Load() != 0 && b.until.Swap(0) != 0
}
