package limit_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/limit"
)

var (
	ten  = limit.Rule{Name: "ten", Limit: 10, Per: 15 * time.Minute}
	two  = limit.Rule{Name: "two", Limit: 2, Per: 15 * time.Minute}
	once = limit.Rule{Name: "once", Limit: 1, Per: time.Minute}
)

func of(rule limit.Rule, subject string) limit.Charge {
	return limit.Charge{Rule: rule, Subject: subject}
}

// allowed counts how many of n takes pass.
func allowed(t *testing.T, l *limit.Limiter, n int, charges ...limit.Charge) (passed int) {
	t.Helper()
	for range n {
		switch err := l.Take(context.Background(), "acme", charges...); {
		case err == nil:
			passed++
		case !errors.Is(err, fault.RateLimited) || fault.From(err).RetryAfter <= 0:
			t.Fatalf("got %v, to come back after %s", err, fault.From(err).RetryAfter)
		}
	}
	return passed
}

func want(t *testing.T, what string, got, expected int) {
	t.Helper()
	if got != expected {
		t.Errorf("%s: %d passed, want %d", what, got, expected)
	}
}

func TestOfManyAtOnceExactlyTheLimitPasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	processes := []*limit.Limiter{w.process(), w.process()}
	var passed atomic.Int64
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			if processes[i%2].Take(context.Background(), "acme", of(ten, "ann@example.com")) == nil {
				passed.Add(1)
			}
		})
	}
	all.Wait()
	want(t, "200 at once", int(passed.Load()), 10)
}

func TestUnitsComeBackOneByOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := of(ten, "ann@example.com")
	for _, next := range []func() *limit.Limiter{w.process, sync.OnceValue(w.process)} { // Redis' arithmetic, and our own
		want(t, "at first", allowed(t, next(), 12, ann), 10)
		err := next().Take(context.Background(), "acme", ann)
		if after := fault.From(err).RetryAfter; after != 90*time.Second {
			t.Errorf("told to come back after %s", after)
		}
		w.pass(89 * time.Second)
		want(t, "too early", allowed(t, next(), 1, ann), 0)
		w.pass(time.Second)
		want(t, "in time", allowed(t, next(), 2, ann), 1)
		w.pass(15 * time.Minute)
		want(t, "long after", allowed(t, next(), 12, ann), 10)
		w.redis.FastForward(time.Hour)
		if keys := w.redis.Keys(); len(keys) != 0 {
			t.Errorf("Redis keeps %v", keys)
		}
	}
}

func TestAChargeIsTakenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, network := of(ten, "ann@example.com"), of(two, "192.0.2.1/32")
	for _, next := range []func() *limit.Limiter{w.process, sync.OnceValue(w.process)} {
		want(t, "both", allowed(t, next(), 1, ann, network)+allowed(t, next(), 1, ann, network), 2)
		want(t, "the network is used up", allowed(t, next(), 20, ann, network), 0)
		want(t, "the identifier is not", allowed(t, next(), 12, ann), 8)
		want(t, "more than all at once", allowed(t, next(), 1, of(two, "x"), of(two, "x"), of(two, "x")), 0)
		want(t, "all at once", allowed(t, next(), 1, of(two, "x"), of(two, "x")), 1)
		want(t, "after all at once", allowed(t, next(), 1, of(two, "x")), 0)
		w.pass(time.Hour)
	}
}

func TestBeingRefusedCostsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, other := of(ten, "ann@example.com"), w.process()
	want(t, "elsewhere", allowed(t, w.process(), 12, ann), 10)
	want(t, "used up elsewhere", allowed(t, other, 50, ann), 0)
	for range 3 {
		w.process().Refund(context.Background(), "acme", ann)
	}
	want(t, "refunded elsewhere", allowed(t, other, 50, ann), 3)
}

func TestCountersAreApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.process()
	want(t, "ann", allowed(t, l, 12, of(ten, "ann@example.com")), 10)
	want(t, "bob", allowed(t, l, 12, of(ten, "bob@example.com")), 10)
	want(t, "another rule", allowed(t, l, 12, of(two, "ann@example.com")), 2)
	if err := l.Take(context.Background(), "globex", of(ten, "ann@example.com")); err != nil {
		t.Errorf("another tenant: %v", err)
	}
}

func TestRefundGivesOneUnitBackAndNeverMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ann := context.Background(), of(ten, "ann@example.com")
	for _, next := range []func() *limit.Limiter{w.process, sync.OnceValue(w.process)} {
		for range 50 {
			want(t, "take", allowed(t, next(), 1, ann), 1)
			next().Refund(ctx, "acme", ann)
		}
		next().Refund(ctx, "acme", ann)
		want(t, "after all refunds", allowed(t, next(), 12, ann), 10)
		next().Refund(ctx, "acme", ann)
		want(t, "after one refund", allowed(t, next(), 12, ann), 1)
		w.pass(time.Hour)
	}
}

func TestRedisHoldsNoPersonalData(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	allowed(t, w.process(), 3, of(ten, "ann@example.com"), of(two, "192.0.2.1/32"))
	keys := w.redis.Keys()
	if len(keys) != 2 {
		t.Fatalf("keys %v", keys)
	}
	for _, key := range keys {
		value, err := w.redis.Get(key)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(key, "rl:{acme}:") || strings.Contains(key+value, "ann") || strings.Contains(key+value, "192.") {
			t.Errorf("%s = %s", key, value)
		}
		if ttl := w.redis.TTL(key); ttl <= 0 || ttl > 15*time.Minute {
			t.Errorf("%s stays for %s", key, ttl)
		}
	}
}

func TestWithoutRedisHalfTheLimitHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l, ann := w.process(), of(ten, "ann@example.com")
	w.redis.SetError("LOADING Redis is loading the dataset in memory")
	want(t, "half", allowed(t, l, 12, ann), 5)
	want(t, "another", allowed(t, l, 12, of(ten, "bob@example.com")), 5)
	want(t, "a limit of one", allowed(t, l, 3, of(once, "ann@example.com")), 1)
	l.Refund(context.Background(), "acme", ann)
	want(t, "refunded", allowed(t, l, 12, ann), 1)
	if calls := w.calls.Load(); calls != 1 {
		t.Errorf("a dead Redis was asked %d times", calls)
	}
	if warnings := strings.Count(w.log.String(), "level=WARN"); warnings != 1 {
		t.Errorf("%d warnings:\n%s", warnings, w.log.String())
	}

	w.redis.SetError("")
	w.pass(time.Hour)
	want(t, "back", allowed(t, l, 12, ann), 10)
	if !strings.Contains(w.log.String(), "Redis is back") {
		t.Error("nobody is told that Redis is back")
	}
}

func TestAFlickeringRedisNeverAddsToALimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l, ann := w.process(), of(ten, "ann@example.com")
	passed := 0
	for i := range 40 {
		w.redis.SetError([]string{"", "LOADING"}[i%2])
		w.pass(1100 * time.Millisecond) // past the rest, within the time in which one unit comes back
		passed += allowed(t, l, 1, ann)
	}
	if passed < 5 || passed > 10 {
		t.Errorf("%d passed", passed)
	}
}

func TestASlowRedisIsGivenUpSoonAndLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	thaw := make(chan struct{})
	l := w.processWith(20*time.Millisecond, func() { <-thaw })
	ann := of(ten, "ann@example.com")
	start := time.Now()
	want(t, "frozen", allowed(t, l, 100, ann), 5)
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("100 takes took %s", took)
	}
	w.pass(1100 * time.Millisecond)
	allowed(t, l, 100, of(ten, "bob@example.com"))
	if calls := w.calls.Load(); calls != 2 {
		t.Errorf("a frozen Redis was asked %d times in two seconds", calls)
	}
	close(thaw)
}

func TestAClientThatHangsUpIsChargedAllTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 10 {
		if err := w.process().Take(ctx, "acme", of(ten, "ann@example.com")); err != nil {
			t.Fatal(err)
		}
	}
	want(t, "after ten that hung up", allowed(t, w.process(), 1, of(ten, "ann@example.com")), 0)
}

func TestOffAllowsEverything(t *testing.T) {
	t.Parallel()
	l := limit.New(nil, limit.Options{Off: true})
	want(t, "off", allowed(t, l, 1000, of(two, "ann@example.com")), 1000)
	l.Refund(context.Background(), "acme", of(two, "ann@example.com"))
}

func TestALimiterNeedsAKey(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a limiter was made without a key")
		}
	}()
	limit.New(nil, limit.Options{})
}

func BenchmarkTake(b *testing.B) {
	server := miniredis.RunT(b)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer client.Close()
	l := limit.New(client, limit.Options{Key: []byte("test key"), Patience: time.Minute})
	plenty := limit.Rule{Name: "plenty", Limit: 1 << 30, Per: time.Hour}
	network := limit.Charge{Rule: plenty, Subject: "192.0.2.1/32"}
	for name, rule := range map[string]limit.Rule{"allowed": plenty, "used up": {Name: "few", Limit: 1, Per: time.Hour}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				err := l.Take(b.Context(), "acme", limit.Charge{Rule: rule, Subject: "ann@example.com"}, network)
				if err != nil && !errors.Is(err, fault.RateLimited) {
					b.Fatal(err)
				}
			}
		})
	}
}
