package token

import "sync"

// verifiedTokens remembers claims whose signature was checked, by the SHA-256 of tenant and token. It saves the
// signature's work only: times are checked on each hit, and the session's row is read on each request, so nothing
// revoked lives on in here. When full, it starts over.
type verifiedTokens struct {
	mu     sync.RWMutex
	claims map[[32]byte]Claims
}

const maxVerified = 20_000

func (v *verifiedTokens) get(id [32]byte) (Claims, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	c, ok := v.claims[id]
	return c, ok
}

func (v *verifiedTokens) put(id [32]byte, c Claims) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.claims == nil || len(v.claims) >= maxVerified {
		v.claims = make(map[[32]byte]Claims)
	}
	v.claims[id] = c
}
