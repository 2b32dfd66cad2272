package outbox

import (
	"math/rand/v2"
	"time"
)

// pause is how long to wait after the given attempt, and whether there is another one. It varies by a fifth each way,
// so that what failed together does not come back together.
func (b *Box) pause(kind string, attempt int) (time.Duration, bool) {
	pauses := b.pauses(kind)
	if attempt > len(pauses) {
		return 0, false
	}
	base := pauses[attempt-1]
	return base - base/5 + rand.N(2*base/5+1), true
}

func (b *Box) pauses(kind string) []time.Duration {
	if own, has := b.Own[kind]; has {
		return own
	}
	return b.Pauses
}
