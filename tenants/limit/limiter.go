package limit

import (
	"context"
	_ "embed"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/keyhall/keyhall/internal/fault"
)

//go:embed take.lua
var takeSource string

//go:embed refund.lua
var refundSource string

var (
	takeScript   = redis.NewScript(takeSource)
	refundScript = redis.NewScript(refundSource)
)

// Options of a Limiter. Key is needed, the rest has sensible zero values.
type Options struct {
	Key      []byte           // keys the hash of the subjects; the same in all processes
	Off      bool             // allow everything
	Now      func() time.Time // zero: time.Now
	Patience time.Duration    // longest wait for Redis; zero: 50 ms
	Log      *slog.Logger     // zero: slog.Default()
}

// Limiter takes and refunds units. It is safe for concurrent use.
//
// Each process keeps counters of its own beside those in Redis. They are asked first, which sheds a flood without a
// word to Redis, and alone while Redis is away: then each unit costs two, which halves the limits.
type Limiter struct {
	client  redis.UniversalClient
	options Options
	own     *counters
	breaker breaker
}

// New makes a limiter upon a Redis of any kind, a cluster included. It panics without a key, unless it is off.
func New(client redis.UniversalClient, o Options) *Limiter {
	if len(o.Key) == 0 && !o.Off {
		panic("limit: Options.Key is needed, else the hashes in Redis could be guessed")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Patience <= 0 {
		o.Patience = 50 * time.Millisecond
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Limiter{client: client, options: o, own: newCounters(room)}
}

// Take takes one unit for each charge, or none at all when one of them is used up: then the error is
// fault.RateLimited with the time after which to come back. There is no other error, whatever Redis does, and a ctx
// that has ended does not save a client its charge.
func (l *Limiter) Take(ctx context.Context, tenant string, charges ...Charge) error {
	if l.options.Off || len(charges) == 0 {
		return nil
	}
	entries, now := l.entries(tenant, charges), l.options.Now()
	if wait := l.own.take(now, entries); wait > 0 {
		return fault.RateLimited.After(wait)
	}
	wait, asked := l.ask(ctx, now, takeScript, tenant, entries)
	if !asked {
		wait = l.own.take(now, halvable(entries))
	}
	if wait > 0 {
		l.own.refund(now, entries)
		return fault.RateLimited.After(wait)
	}
	return nil
}

// Refund gives one unit back for each charge.
func (l *Limiter) Refund(ctx context.Context, tenant string, charges ...Charge) {
	if l.options.Off || len(charges) == 0 {
		return
	}
	entries, now := l.entries(tenant, charges), l.options.Now()
	l.own.refund(now, entries)
	if _, asked := l.ask(ctx, now, refundScript, tenant, entries); !asked {
		l.own.refund(now, halvable(entries))
	}
}

// ask runs a script. It reports false when Redis is away, or was too lately.
func (l *Limiter) ask(ctx context.Context, now time.Time, script *redis.Script, tenant string, entries []entry) (time.Duration, bool) {
	if !l.breaker.allows(now) {
		return 0, false
	}
	wait, err := l.run(ctx, script, tenant, entries)
	if err != nil {
		if l.breaker.failed(now) {
			l.options.Log.Warn("request limits: Redis is away, this process counts for itself", "error", err)
		}
		return 0, false
	}
	if l.breaker.worked() {
		l.options.Log.Info("request limits: Redis is back")
	}
	return wait, true
}

// run gives up after the patience, whatever time-outs the client has; its call then ends by itself.
func (l *Limiter) run(ctx context.Context, script *redis.Script, tenant string, entries []entry) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.options.Patience)
	defer cancel()
	type answer struct {
		microseconds int64
		err          error
	}
	answers := make(chan answer, 1)
	keys, args := scriptArguments(tenant, entries)
	go func() {
		n, err := script.Run(ctx, l.client, keys, args...).Int64()
		answers <- answer{n, err}
	}()
	select {
	case a := <-answers:
		return time.Duration(a.microseconds) * time.Microsecond, a.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
