package password

import (
	"context"
	"log/slog"
	mathrand "math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
)

// cores is what this process may use, a container's limit included, before MakeRoom changes the answer.
var cores = runtime.GOMAXPROCS(0)

// PoolOptions describe a Pool. Every zero value is a sensible one.
type PoolOptions struct {
	Params         Params        // costs of new hashes; zero: Recommended
	Hashers        int           // hashes at the same time; zero: one core less than there are, but one
	QueuePerTenant int           // hashes that may wait for one tenant; zero: 64 per hasher
	Queue          int           // hashes that may wait at all; zero: 128 per hasher, under 5 s of work
	MaxWait        time.Duration // longest wait in the queue; zero: 5 s
	Log            *slog.Logger  // zero: slog.Default()
}

// Pool computes hashes: at most Hashers at a time, with a short queue before them that is fair between tenants.
//
// Its workers are threads of the lowest priority, so that whatever else wants the core gets it within a time slice.
// That only works when Go has a scheduler slot (P) to spare for each of them: see MakeRoom.
type Pool struct {
	params  Params
	maxWait time.Duration
	log     *slog.Logger
	dummy   string
	queue   *queue
	workers sync.WaitGroup

	running, done, refused atomic.Int64
}

// Stats are what a Pool has done and is doing.
type Stats struct {
	Queued  int64 // waiting now
	Running int64 // being computed now
	Done    int64 // computed since the start, dummies included
	Refused int64 // turned away since the start
}

// NewPool starts the workers of a pool.
func NewPool(o PoolOptions) *Pool {
	o = o.withDefaults()
	p := &Pool{params: o.Params, maxWait: o.MaxWait, log: o.Log, queue: newQueue(o.Queue, o.QueuePerTenant)}
	p.dummy = nobody(o.Params).String()
	for range o.Hashers {
		p.workers.Go(p.work)
	}
	return p
}

// Hashers is how many hashes a pool computes at a time unless told otherwise: one core stays free of hashing, for
// with a hash on every core other requests wait in spite of the priorities.
func Hashers() int { return max(1, cores-1) }

// MakeRoom gives Go one scheduler slot more than there are cores for each hasher, and tells how many there are then.
// Without them a worker keeps its slot for a whole 10 ms time slice while requests wait; with them the kernel chooses,
// by priority. The program calls it once at its start; it is a setting of the process.
func MakeRoom(hashers int) int {
	runtime.GOMAXPROCS(cores + hashers)
	return cores + hashers
}

// Hash gives the PHC string to store for a new password. Errors: fault.PasswordLong over Limit code points,
// fault.Busy when there is no room or ctx ends before its turn.
func (p *Pool) Hash(ctx context.Context, tenant, password string) (phc string, err error) {
	text, fits := normal(password, Limit)
	if !fits {
		return "", fault.PasswordLong.With("limit", Limit)
	}
	err = p.do(ctx, tenant, func() { phc = hash(text, p.params).String() })
	return phc, err
}

// Verify reports whether a password is the one of a stored hash, ours or another system's (see formats). If so, and if
// what is stored is not of today's costs, fresh is the PHC string to store instead; else it is "". An empty stored, that
// of an account without a password, takes the dummy's time and never matches. A password over Limit code points matches
// nothing and is not hashed. Errors: fault.Busy; a stored value that is not a hash.
//
// A wrong password takes the dummy's time also where the other system's hash is quicker, so that the time of an answer
// does not tell who was imported.
func (p *Pool) Verify(ctx context.Context, tenant, stored, password string) (ok bool, fresh string, err error) {
	if stored == "" {
		stored = p.dummy
	}
	matches, err := p.testOf(stored)
	if err != nil {
		return false, "", err
	}
	text, fits := normal(password, Limit)
	if !fits {
		return false, "", nil
	}
	err = p.do(ctx, tenant, func() {
		ok = matches(password, text)
		if ok && NeedsRehash(stored, p.params) {
			fresh = hash(text, p.params).String()
		}
	})
	return ok, fresh, err
}

// testOf gives the test of a stored hash. Another system's takes the password as it was typed or in its normal form,
// since nobody knows in which of the two it was set, and none with a NUL: to HMAC, on which most of them stand, zeros
// behind a password are no difference.
func (p *Pool) testOf(stored string) (func(typed, normal string) bool, error) {
	if ours, err := parse(stored); err == nil {
		return func(_, normal string) bool { return ours.matches(normal) }, nil
	}
	theirs, err := foreign(stored)
	if err != nil {
		return nil, errNotHash // a fault is for who imports, not for who signs in
	}
	return func(typed, normal string) bool {
		if !strings.Contains(typed, "\x00") && (theirs(typed) || typed != normal && theirs(normal)) {
			return true
		}
		nobody(p.params).matches(normal)
		return false
	}, nil
}

// VerifyDummy does the work of Verify for nobody, so that the time of an answer does not tell whether there is an
// account. Errors: fault.Busy.
func (p *Pool) VerifyDummy(ctx context.Context, tenant, password string) error {
	_, _, err := p.Verify(ctx, tenant, p.dummy, password)
	return err
}

// Stats tells what the pool is doing, for metrics.
func (p *Pool) Stats() Stats {
	return Stats{
		Queued:  int64(p.queue.waiting()),
		Running: p.running.Load(),
		Done:    p.done.Load(),
		Refused: p.refused.Load(),
	}
}

// Close serves what waits, refuses what comes after, and returns when the last worker has ended.
func (p *Pool) Close() {
	p.queue.close()
	p.workers.Wait()
}

// do has a worker do the work. Once begun, work is finished even when ctx ends: it is short, and it is paid for.
func (p *Pool) do(ctx context.Context, tenant string, work func()) error {
	j := &job{tenant: tenant, work: work, done: make(chan struct{})}
	if ctx.Err() != nil || !p.queue.push(j) {
		return p.refuse()
	}
	wait := time.NewTimer(p.maxWait)
	defer wait.Stop()
	select {
	case <-j.done:
		return nil
	case <-ctx.Done():
	case <-wait.C:
	}
	if p.queue.withdraw(j) {
		return p.refuse()
	}
	<-j.done
	return nil
}

// refuse spreads the moments at which the refused come back over two seconds.
func (p *Pool) refuse() error {
	p.refused.Add(1)
	return fault.Busy.After(time.Second + mathrand.N(2*time.Second))
}

// work is one worker. Its thread ends with it, since the thread's priority would follow it to other goroutines.
func (p *Pool) work() {
	runtime.LockOSThread()
	if err := lowerPriority(); err != nil {
		p.log.Warn("hashing threads keep the normal priority", "error", err)
	}
	for {
		j, ok := p.queue.pop()
		if !ok {
			return
		}
		p.running.Add(1)
		j.work()
		p.running.Add(-1)
		p.done.Add(1)
		close(j.done)
	}
}

func (o PoolOptions) withDefaults() PoolOptions {
	if o.Params == (Params{}) {
		o.Params = Recommended
	}
	if o.Hashers < 1 {
		o.Hashers = Hashers()
	}
	if o.QueuePerTenant < 1 {
		o.QueuePerTenant = 64 * o.Hashers
	}
	if o.Queue < 1 {
		o.Queue = 128 * o.Hashers
	}
	if o.MaxWait <= 0 {
		o.MaxWait = 5 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}
