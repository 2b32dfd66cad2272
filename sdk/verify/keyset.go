package verify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// keySet is the keys of one issuer. Who verifies reads the snapshot; only who fetches takes the lock.
type keySet struct {
	v       *Verifier
	issuer  string
	now     atomic.Pointer[snapshot] // nil until the first fetch has succeeded
	retryAt atomic.Int64             // unix nanoseconds; before that nothing is fetched in the background
	ailing  atomic.Bool              // the last fetch failed

	mu      sync.Mutex
	current *fetch    // the one under way, or nil
	begun   time.Time // when the last one began
	failure error     // what the last one ended with
	failed  int       // how many have failed in a row
}

// snapshot is the keys as they were at a moment. It is never changed.
type snapshot struct {
	keys    map[string]*key
	forever bool      // given, not fetched
	refresh time.Time // fetch anew in the background
	stale   time.Time // fetch anew before use, if that succeeds
	dead    time.Time // not used any more
	dropped uint64    // how often a key has disappeared
}

// fetch is a request under way.
type fetch struct {
	done chan struct{}
	err  error
}

func (v *Verifier) newSet(issuer string) *keySet { return &keySet{v: v, issuer: issuer} }

// usable reports whether the keys at hand may be used without waiting.
func (s *keySet) usable(now time.Time) bool {
	snap := s.now.Load()
	return snap != nil && (snap.forever || now.Before(snap.stale) || now.Before(snap.dead) && s.ailing.Load())
}

// tend fetches in the background when it is time to.
func (s *keySet) tend(ctx context.Context, now time.Time) {
	if !s.due(now) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.due(now) { // nobody has done it since
		s.start(ctx, now)
	}
}

func (s *keySet) due(now time.Time) bool {
	snap := s.now.Load()
	return snap != nil && !snap.forever && !now.Before(snap.refresh) && now.UnixNano() >= s.retryAt.Load()
}

// key gives the key of that name, and the snapshot it is from.
func (s *keySet) key(ctx context.Context, kid string, now time.Time) (*key, *snapshot, error) {
	if !s.usable(now) {
		if err := s.renew(ctx, now); err != nil {
			return nil, nil, err
		}
	}
	s.tend(ctx, now)
	snap := s.now.Load()
	if k := snap.keys[kid]; k != nil {
		return k, snap, nil
	}
	if snap.forever {
		return nil, nil, ErrUnknownKey
	}
	if err := s.look(ctx, kid); err != nil {
		return nil, nil, err
	}
	snap = s.now.Load()
	if k := snap.keys[kid]; k != nil {
		return k, snap, nil
	}
	return nil, nil, ErrUnknownKey
}

// renew waits for keys that are fresh enough. If they cannot be had, those at hand will do for a while.
func (s *keySet) renew(ctx context.Context, now time.Time) error {
	s.mu.Lock()
	if s.usable(now) { // a fetch has ended since the caller looked
		s.mu.Unlock()
		return nil
	}
	failure := s.failure
	var f *fetch
	if s.current != nil || failure == nil || now.UnixNano() >= s.retryAt.Load() {
		f = s.start(ctx, now)
	}
	s.mu.Unlock()
	if f != nil {
		failure = s.hope(ctx, f, now)
	}
	if s.inReserve(now) {
		return nil
	}
	if failure == nil { // fetched, but so old by this clock that it does not count
		failure = errors.New("the keys are older than they may be")
	}
	return unavailable(s.issuer, failure)
}

// hope awaits a fetch, but not for long when there are keys that will do: a server that hangs is like one that is away, and who
// comes next does not wait for it at all.
func (s *keySet) hope(ctx context.Context, f *fetch, now time.Time) error {
	if !s.inReserve(now) {
		return s.await(ctx, f)
	}
	brief, cancel := context.WithTimeout(ctx, longestHope)
	defer cancel()
	err := s.await(brief, f)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && s.current == f {
		s.ailing.Store(true)
	}
	return err
}

// longestHope is how long new keys are waited for while old ones are at hand.
const longestHope = 500 * time.Millisecond

// inReserve reports whether the keys at hand will do if no others can be had.
func (s *keySet) inReserve(now time.Time) bool {
	snap := s.now.Load()
	return snap != nil && now.Before(snap.dead)
}

// look fetches the keys for a token whose key is not among them, not before the floor is over: somebody may invent names. A fetch
// that began before the token came may have missed its key, so one that began later has the last word.
func (s *keySet) look(ctx context.Context, kid string) error {
	for came := time.Now(); ; {
		s.mu.Lock()
		f, begun, failure := s.current, s.begun, s.failure
		s.mu.Unlock()
		pause := s.v.floor - time.Since(begun)
		switch {
		case f != nil:
			if err := s.await(ctx, f); err != nil {
				return unavailable(s.issuer, err)
			}
			if s.now.Load().keys[kid] != nil {
				return nil
			}
		case failure != nil && (begun.After(came) || s.resting()):
			return unavailable(s.issuer, failure)
		case begun.After(came):
			return nil
		case pause > 0:
			if err := sleep(ctx, pause); err != nil {
				return unavailable(s.issuer, err)
			}
		default:
			s.mu.Lock()
			s.start(ctx, s.v.now())
			s.mu.Unlock()
		}
	}
}

// resting reports whether the issuer is left alone for a while, after a failure.
func (s *keySet) resting() bool { return s.v.now().UnixNano() < s.retryAt.Load() }

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func unavailable(issuer string, cause error) error {
	return fmt.Errorf("%w: %s: %w", ErrUnavailable, issuer, cause)
}

func (s *keySet) await(ctx context.Context, f *fetch) error {
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// start begins a fetch, or joins the one that is under way. It does not end with the caller: others wait for it, too.
// The caller holds the lock.
func (s *keySet) start(ctx context.Context, now time.Time) *fetch {
	if s.current != nil {
		return s.current
	}
	f := &fetch{done: make(chan struct{})}
	s.current, s.begun = f, time.Now()
	s.retryAt.Store(now.Add(s.v.floor).UnixNano())
	go s.run(context.WithoutCancel(ctx), f)
	return f
}

func (s *keySet) run(ctx context.Context, f *fetch) {
	ctx, cancel := context.WithTimeout(ctx, 2*DefaultTimeout)
	defer cancel()
	keys, life, err := s.ask(ctx)
	now := s.v.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ailing.Store(err != nil)
	if s.failure = err; err != nil {
		s.failed++
		s.retryAt.Store(now.Add(s.patience()).UnixNano())
	} else {
		s.failed = 0
		s.retryAt.Store(0)
		s.now.Store(s.next(keys, life, now))
	}
	s.current, f.err = nil, err
	close(f.done)
}

// longestPause is how long an issuer that does not answer is left alone at most.
const longestPause = time.Minute

func (s *keySet) patience() time.Duration {
	pause := s.v.floor
	for range min(s.failed-1, 30) {
		pause = min(2*pause, longestPause)
	}
	return pause
}

// next makes a snapshot of new keys. They are fetched again after four fifths of their life.
func (s *keySet) next(keys map[string]*key, life time.Duration, now time.Time) *snapshot {
	snap := &snapshot{keys: keys, refresh: now.Add(life / 5 * 4), stale: now.Add(life), dead: now.Add(max(life, s.v.maxAge))}
	if old := s.now.Load(); old != nil {
		snap.dropped = old.dropped
		for kid, k := range old.keys {
			if !k.same(keys[kid]) {
				snap.dropped++
			}
		}
	}
	return snap
}
