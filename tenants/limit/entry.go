package limit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// subject is the keyed hash of a tenant, a rule and whom it is about.
type subject [16]byte

type entry struct {
	rule    Rule
	subject subject
}

func (l *Limiter) entries(tenant string, charges []Charge) []entry {
	entries := make([]entry, len(charges))
	mac := hmac.New(sha256.New, l.options.Key)
	for i, c := range charges {
		mac.Reset()
		mac.Write([]byte(tenant + "\x00" + c.Rule.Name + "\x00" + c.Subject))
		entries[i] = entry{rule: c.Rule, subject: subject(mac.Sum(nil)[:16])}
	}
	return entries
}

// halvable leaves out the rules of one unit: half of that would be nothing, for as long as Redis is away.
func halvable(entries []entry) (some []entry) {
	for _, e := range entries {
		if e.rule.Limit > 1 {
			some = append(some, e)
		}
	}
	return some
}

// scriptArguments gives the keys, with the tenant as their hash tag so that a cluster has them in one place, and per
// key the two times that take.lua tells of.
func scriptArguments(tenant string, entries []entry) (keys []string, args []any) {
	for _, e := range entries {
		keys = append(keys, "rl:{"+tenant+"}:"+e.rule.Name+":"+base64.RawURLEncoding.EncodeToString(e.subject[:]))
		args = append(args, e.rule.interval().Microseconds(), e.rule.Per.Microseconds())
	}
	return keys, args
}
