package verify

import (
	"hash/maphash"
	"sync/atomic"
)

// cache remembers verified tokens in a table of fixed size. A token has two places in it; a new one takes the first, and what was
// there moves to the second. No locks, no clean-up, nothing allocated by a look.
//
// A place is found by a hash with a secret seed, all of which has to agree before texts are compared: how long that takes
// tells nobody about the tokens of others.
type cache struct {
	seed  maphash.Seed
	mask  uint64
	slots []atomic.Pointer[entry]
}

type entry struct {
	hash    uint64
	raw     string
	token   *Token
	set     *keySet
	dropped uint64 // as of the snapshot that it was verified by
}

func newCache(size int) *cache {
	places := 2
	for places < size && places < 1<<24 {
		places *= 2
	}
	return &cache{seed: maphash.MakeSeed(), mask: uint64(places - 1), slots: make([]atomic.Pointer[entry], places)}
}

// get gives nil for a token that is not in the cache, or whose issuer has dropped a key since.
func (c *cache) get(raw string) (*Token, *keySet) {
	hash := maphash.String(c.seed, raw)
	for place := range uint64(2) {
		e := c.slots[(hash^place)&c.mask].Load()
		if e != nil && e.hash == hash && e.raw == raw && e.set.now.Load().dropped == e.dropped {
			return e.token, e.set
		}
	}
	return nil, nil
}

func (c *cache) put(raw string, t *Token, set *keySet, from *snapshot) {
	hash := maphash.String(c.seed, raw)
	first, second := &c.slots[hash&c.mask], &c.slots[(hash^1)&c.mask]
	if old := first.Swap(&entry{hash: hash, raw: raw, token: t, set: set, dropped: from.dropped}); old != nil && old.hash != hash {
		second.Store(old)
	}
}
