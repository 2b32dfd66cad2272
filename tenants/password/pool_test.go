package password

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
)

func pool(t *testing.T, o PoolOptions) *Pool {
	t.Helper()
	if o.Params == (Params{}) {
		o.Params = Cheap
	}
	p := NewPool(o)
	t.Cleanup(p.Close)
	return p
}

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for limit := time.After(10 * time.Second); !holds(); {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("never came true: %s", what)
		}
	}
}

// occupy keeps one worker busy until release is called.
func occupy(t *testing.T, p *Pool) (release func()) {
	t.Helper()
	begun, end := make(chan struct{}), make(chan struct{})
	job := &job{tenant: "occupier", work: func() { close(begun); <-end }, done: make(chan struct{})}
	if !p.queue.push(job) {
		t.Fatal("there is no room for the occupying job")
	}
	<-begun
	release = sync.OnceFunc(func() { close(end); <-job.done })
	t.Cleanup(release)
	return release
}

func busy(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, fault.Busy) {
		t.Fatalf("got %v, want busy", err)
	}
	if after := fault.From(err).RetryAfter; after < time.Second || after > 3*time.Second {
		t.Errorf("told to come back after %s", after)
	}
}

func TestOnlyTheRightPasswordMatches(t *testing.T) {
	t.Parallel()
	p, ctx := pool(t, PoolOptions{}), context.Background()
	for _, c := range []struct {
		stored, given string
		ok            bool
	}{
		{"Kx9!vortex", "Kx9!vortex", true},
		{"Kx9!vortex", "kx9!vortex", false},
		{" Kx9!vortex ", " Kx9!vortex ", true},
		{" Kx9!vortex ", "Kx9!vortex", false},
		{"caf\u00e9 noir", "cafe\u0301 noir", true},
		{"caf\u00e9 noir", "cafe noir", false},
		{"a\x00b", "a\x00c", false},
		{strings.Repeat("x", 73), strings.Repeat("x", 72), false},
		{strings.Repeat("é", 256), strings.Repeat("é", 256), true},
		{"🐈🐈🐈🐈", "🐈🐈🐈🐈", true},
	} {
		phc, err := p.Hash(ctx, "t", c.stored)
		if err != nil {
			t.Fatal(err)
		}
		ok, fresh, err := p.Verify(ctx, "t", phc, c.given)
		if err != nil || ok != c.ok || fresh != "" {
			t.Errorf("%q against %q: %t, fresh %q, %v", c.given, c.stored, ok, fresh, err)
		}
	}
}

func TestOldCostsAreReplacedWithTheRightPasswordOnly(t *testing.T) {
	t.Parallel()
	p, ctx := pool(t, PoolOptions{}), context.Background()
	old := hash("Kx9!vortex", Params{Memory: 32, Passes: 1, Lanes: 1}).String()
	ok, fresh, err := p.Verify(ctx, "t", old, "Kx9!vortex")
	if !ok || NeedsRehash(fresh, Cheap) || err != nil {
		t.Errorf("right password: %t, fresh %q, %v", ok, fresh, err)
	}
	if ok, again, err := p.Verify(ctx, "t", fresh, "Kx9!vortex"); !ok || again != "" || err != nil {
		t.Errorf("the fresh hash: %t, fresh %q, %v", ok, again, err)
	}
	if ok, fresh, err := p.Verify(ctx, "t", old, "wrong"); ok || fresh != "" || err != nil {
		t.Errorf("wrong password: %t, fresh %q, %v", ok, fresh, err)
	}
	if _, _, err := p.Verify(ctx, "t", "md5:5f4dcc3b", "Kx9!vortex"); err == nil || strings.Contains(err.Error(), "5f4d") {
		t.Errorf("damaged hash: %v", err)
	}
}

func TestLongPasswordsAreNeverHashed(t *testing.T) {
	t.Parallel()
	p, ctx := pool(t, PoolOptions{}), context.Background()
	phc := hash("Kx9!vortex", Cheap).String()
	for _, long := range []string{strings.Repeat("x", 257), strings.Repeat("x", 1<<20), strings.Repeat("\u0301", 4000)} {
		if _, err := p.Hash(ctx, "t", long); !errors.Is(err, fault.PasswordLong) {
			t.Errorf("%d bytes hashed: %v", len(long), err)
		}
		if ok, _, err := p.Verify(ctx, "t", phc, long); ok || err != nil {
			t.Errorf("%d bytes verified: %t, %v", len(long), ok, err)
		}
		if err := p.VerifyDummy(ctx, "t", long); err != nil {
			t.Errorf("%d bytes against the dummy: %v", len(long), err)
		}
	}
	if done := p.Stats().Done; done != 0 {
		t.Errorf("%d hashes were computed", done)
	}
}

func TestNoMoreHashesAtATimeThanHashers(t *testing.T) {
	t.Parallel()
	p := pool(t, PoolOptions{Hashers: 2, MaxWait: time.Minute})
	var mu sync.Mutex
	var now, most int
	var jobs sync.WaitGroup
	for range 40 {
		jobs.Go(func() {
			err := p.do(context.Background(), "t", func() {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				hash("Kx9!vortex", Cheap)
				mu.Lock()
				now--
				mu.Unlock()
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	jobs.Wait()
	if s := p.Stats(); most > 2 || s != (Stats{Done: 40}) {
		t.Errorf("%d at a time; %+v", most, s)
	}
}

func TestTenantsTakeTurns(t *testing.T) {
	t.Parallel()
	p := pool(t, PoolOptions{Hashers: 1, MaxWait: time.Minute})
	release := occupy(t, p)
	var order []string // written by the one worker only
	var jobs sync.WaitGroup
	for i, tenant := range strings.Fields("storm storm storm storm calm storm calm late") {
		jobs.Go(func() {
			if err := p.do(context.Background(), tenant, func() { order = append(order, tenant) }); err != nil {
				t.Error(err)
			}
		})
		eventually(t, "the job waits", func() bool { return p.Stats().Queued == int64(i+1) })
	}
	release()
	jobs.Wait()
	if want := strings.Fields("storm calm late storm calm storm storm storm"); !slices.Equal(order, want) {
		t.Errorf("served %v, want %v", order, want)
	}
}

func TestAFullQueueRefusesAtOnce(t *testing.T) {
	t.Parallel()
	p := pool(t, PoolOptions{Hashers: 1, QueuePerTenant: 2, Queue: 3, MaxWait: time.Minute})
	release := occupy(t, p)
	var jobs sync.WaitGroup
	wait := func(tenant string, queued int64) {
		jobs.Go(func() {
			if err := p.do(context.Background(), tenant, func() {}); err != nil {
				t.Error(err)
			}
		})
		eventually(t, "the job waits", func() bool { return p.Stats().Queued == queued })
	}
	wait("storm", 1)
	wait("storm", 2)
	busy(t, p.do(context.Background(), "storm", func() { t.Error("done in spite of a full line") }))
	wait("calm", 3)
	busy(t, p.do(context.Background(), "late", func() { t.Error("done in spite of a full queue") }))
	release()
	jobs.Wait()
	if s := p.Stats(); s != (Stats{Done: 4, Refused: 2}) {
		t.Errorf("%+v", s)
	}
}

func TestWaitingEndsWithTheClientOrWithPatience(t *testing.T) {
	t.Parallel()
	never := func() { t.Error("done although given up") }
	p := pool(t, PoolOptions{Hashers: 1, MaxWait: time.Minute})
	occupy(t, p)
	ctx, cancel := context.WithCancel(context.Background())
	answer := make(chan error)
	go func() { answer <- p.do(ctx, "t", never) }()
	eventually(t, "the job waits", func() bool { return p.Stats().Queued == 1 })
	cancel()
	busy(t, <-answer)
	busy(t, p.do(ctx, "t", never))

	impatient := pool(t, PoolOptions{Hashers: 1, MaxWait: time.Millisecond})
	occupy(t, impatient)
	busy(t, impatient.do(context.Background(), "t", never))
	if queued := p.Stats().Queued + impatient.Stats().Queued; queued != 0 {
		t.Errorf("%d jobs still wait", queued)
	}
}

func TestAHashOnceBegunIsFinished(t *testing.T) {
	t.Parallel()
	p := pool(t, PoolOptions{Hashers: 1, MaxWait: time.Nanosecond})
	ctx, cancel := context.WithCancel(context.Background())
	finished := false
	// Whether a worker or the patience is first is open; both answers have to be true.
	err := p.do(ctx, "t", func() { cancel(); finished = true })
	if cancel(); (err == nil) != finished {
		t.Errorf("finished: %t, told: %v", finished, err)
	}
}

func TestCloseServesWhatWaitsAndRefusesTheRest(t *testing.T) {
	t.Parallel()
	p := NewPool(PoolOptions{Params: Cheap, Hashers: 1, MaxWait: time.Minute})
	release := occupy(t, p)
	waiting, closed := make(chan error, 1), make(chan struct{})
	go func() { waiting <- p.do(context.Background(), "t", func() {}) }()
	eventually(t, "the job waits", func() bool { return p.Stats().Queued == 1 })
	go func() { p.Close(); close(closed) }()
	release()
	if err := <-waiting; err != nil {
		t.Errorf("the waiting job: %v", err)
	}
	<-closed
	busy(t, p.VerifyDummy(context.Background(), "t", "x"))
}
