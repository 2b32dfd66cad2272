package outbox

import (
	"math/rand/v2"
	"time"
)

// pause is how long to wait after the given attempt, and whether there is another one. It varies by a fifth each way,
// so that what failed together does not come back together.
func (b *Box) pause(attempt int) (time.Duration, bool) {
	if attempt > len(b.Pauses) {
		return 0, false
	}
	base := b.Pauses[attempt-1]
	return base - base/5 + rand.N(2*base/5+1), true
}
