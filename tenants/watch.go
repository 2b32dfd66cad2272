package tenants

import (
	"context"
	"time"

	"github.com/lib/pq"
)

// changed is the channel on which the schema's triggers tell a tenant's id after each change.
const changed = "keyhall_tenants"

// Watch listens at address for changed tenants and forgets them, until ctx ends. When the connection drops, the
// Registry forgets everything and remembers nothing until it is back. LISTEN needs a direct connection, not a pooler
// in transaction mode.
func (r *Registry) Watch(ctx context.Context, address string) error {
	return Listen(ctx, address, changed, r.setListening, r.forget)
}

func (r *Registry) setListening(on bool) {
	r.mu.Lock()
	r.listening = on
	r.mu.Unlock()
	r.forget("")
	r.Log.Debug("tenant changes", "listening", on)
}

// Listening reports whether news of changed tenants arrives.
func (r *Registry) Listening() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.listening
}

// Listen passes what is notified on a PostgreSQL channel to heard, and to state whether notifications can arrive at
// the moment. It reconnects by itself and returns when ctx ends, or with an error when address makes no sense.
func Listen(ctx context.Context, address, channel string, state func(on bool), heard func(payload string)) error {
	dsn, err := withParams(address, map[string]string{"role": PlatformRole, "application_name": "keyhall-listen"})
	if err != nil {
		return err
	}
	l := pq.NewListener(dsn, 100*time.Millisecond, 5*time.Second, func(e pq.ListenerEventType, _ error) {
		if e == pq.ListenerEventDisconnected {
			state(false)
		}
	})
	defer func() { _ = l.Close() }()
	go pingUntilDone(ctx, l)
	// Listen blocks until the connection stands; it must not keep ctx from ending us.
	go func() {
		if l.Listen(channel) == nil {
			state(true)
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case n := <-l.Notify:
			if n == nil { // lib/pq's way to say: connected anew, something may have been missed
				state(true)
				continue
			}
			heard(n.Extra)
		}
	}
}

// pingUntilDone finds connections that died without a word.
func pingUntilDone(ctx context.Context, l *pq.Listener) {
	t := time.NewTicker(10 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			_ = l.Ping() // a dead connection starts the reconnection, which is told by the events
		}
	}
}
