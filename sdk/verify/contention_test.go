package verify_test

import (
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

// Eight goroutines verify at once, and Go's profile of mutexes sees none of them wait in this package. The test is not parallel: others
// fetch keys meanwhile, which does take a lock.
func TestReadersWaitForNobody(t *testing.T) {
	for name, options := range map[string][]verify.Option{"verify": nil, "cached": {verify.WithCache(100)}} {
		_, tenant, v := acme(t, append(options, verify.WithClock(realClock))...)
		raw := tenant.Token(keyhalltest.Claims{})
		good(t, v, raw)
		defer runtime.SetMutexProfileFraction(runtime.SetMutexProfileFraction(1))
		before := waits(t)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 2000 {
					if _, err := v.Verify(t.Context(), raw); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if n := waits(t) - before; n > 0 {
			t.Errorf("%s: %d waits", name, n)
		}
	}
}

// waits counts how often a goroutine has waited for a lock that the package takes.
func waits(t *testing.T) (n int64) {
	t.Helper()
	records := make([]runtime.BlockProfileRecord, 10_000)
	many, complete := runtime.MutexProfile(records)
	if !complete {
		t.Fatal("too many records")
	}
	for _, record := range records[:many] {
		frames := runtime.CallersFrames(record.Stack())
		for more, locked := true, false; more; {
			var frame runtime.Frame
			frame, more = frames.Next()
			if strings.Contains(frame.Function, "sync.(*") { // no lock of the runtime's own
				locked = true
				continue
			}
			if locked && strings.Contains(frame.Function, "sdk/verify.(") { // and none of what we call
				n += record.Count
			}
			break
		}
	}
	return n
}
