package transcript

import (
	"cmp"
	"slices"
	"sync"
)

// Tally is what a replay played. It is complete when Replay has returned.
type Tally struct {
	mu      sync.Mutex
	played  []Record
	skipped []Record
}

func (t *Tally) note(r Record, played bool) {
	if r.Kind != Exchange {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if played {
		t.played = append(t.played, r)
	} else {
		t.skipped = append(t.skipped, r)
	}
}

// Played are the exchanges that were sent and compared, by name. Those of the class Skip among them had a preparation.
func (t *Tally) Played() []Record { return byName(t.played) }

// Skipped are the exchanges that were left out for the reason their verdict gives, by name.
func (t *Tally) Skipped() []Record { return byName(t.skipped) }

func byName(records []Record) []Record {
	return slices.SortedFunc(slices.Values(records), func(a, b Record) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Tenant, b.Tenant))
	})
}
