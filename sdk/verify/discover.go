package verify

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// discovered is the tenants of installations whose tokens have been seen. Who verifies reads a map that is never changed.
type discovered struct {
	known   atomic.Pointer[map[string]*keySet]
	mu      sync.Mutex
	strange map[string]*keySet // no keys yet
}

// Bounds: anybody can write a token that names a tenant that is not there.
const (
	maxKnown   = 50_000
	maxStrange = 1_000
)

// setOf gives the keys of an issuer whose tokens are accepted.
func (v *Verifier) setOf(ctx context.Context, issuer string, now time.Time) (*keySet, error) {
	if set := v.fixed[issuer]; set != nil {
		return set, nil
	}
	if known := v.found.known.Load(); known != nil {
		if set := (*known)[issuer]; set != nil {
			return set, nil
		}
	}
	for _, tenants := range v.installations {
		if slug, ours := strings.CutPrefix(issuer, tenants); ours && slugForm.MatchString(slug) {
			return v.discover(ctx, issuer, now)
		}
	}
	return nil, ErrIssuer
}

// discover fetches the keys of a tenant that has not been seen before.
func (v *Verifier) discover(ctx context.Context, issuer string, now time.Time) (*keySet, error) {
	d := &v.found
	d.mu.Lock()
	set := d.strange[issuer]
	if set == nil {
		if set = v.newSet(issuer); d.strange == nil {
			d.strange = map[string]*keySet{}
		}
		if len(d.strange) >= maxStrange {
			d.forget(now)
		}
		if len(d.strange) >= maxStrange {
			d.mu.Unlock()
			return nil, fmt.Errorf("%w: too many tenants at once that are not known", ErrUnavailable)
		}
		d.strange[issuer] = set
	}
	d.mu.Unlock()
	if err := set.renew(ctx, now); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.strange[issuer] == set {
		delete(d.strange, issuer)
		d.add(issuer, set)
	}
	return set, nil
}

// forget drops those that may be asked again.
func (d *discovered) forget(now time.Time) {
	maps.DeleteFunc(d.strange, func(_ string, s *keySet) bool { return s.retryAt.Load() <= now.UnixNano() })
}

// add puts a tenant into a new map; when that is full, it begins anew.
func (d *discovered) add(issuer string, set *keySet) {
	next := map[string]*keySet{issuer: set}
	if old := d.known.Load(); old != nil && len(*old) < maxKnown {
		maps.Copy(next, *old)
	}
	d.known.Store(&next)
}
