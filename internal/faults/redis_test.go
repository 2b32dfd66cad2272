//go:build linux

package faults

import (
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// redis is a Redis in the test that can go away and come back with nothing in it, at the same address.
type redis struct {
	mini     *miniredis.Miniredis
	password string
}

func startRedis(t *testing.T) *redis {
	t.Helper()
	r := &redis{mini: miniredis.NewMiniRedis(), password: secret()}
	r.mini.RequireAuth(r.password)
	ok(t, r.mini.StartAddr(address(t)))
	t.Cleanup(r.age())
	return r
}

// url is for KEYHALL_REDIS_URL.
func (r *redis) url() string { return "redis://:" + r.password + "@" + r.mini.Addr() + "/0" }

// age lets keys expire, for miniredis has no clock; the function it gives ends that, and the server.
func (r *redis) age() func() {
	ended, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		const tick = 100 * time.Millisecond
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				r.mini.FastForward(tick)
			case <-ended:
				return
			}
		}
	}()
	return func() {
		close(ended)
		<-stopped
		r.mini.Close()
	}
}

// away stops it and forgets everything; back starts it again, empty.
func (r *redis) away() {
	r.mini.Close()
	r.mini.FlushAll()
}

func (r *redis) back(t *testing.T) {
	t.Helper()
	ok(t, r.mini.Restart())
}
