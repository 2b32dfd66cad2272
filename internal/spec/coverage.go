package spec

import (
	"fmt"
	"path"
	"slices"
	"sync"
)

// Coverage notes which documented answers were seen. It may be used by parallel tests.
type Coverage struct {
	mu   sync.Mutex
	seen map[answer]bool
}

type answer struct {
	op     string
	status int
}

// Waiver says why answers need not be seen.
type Waiver struct {
	Op     string // an operation id or a pattern as in path.Match: "users.*", "*"
	Status int    // 0 for any
	Why    string
}

// Note records the exchange under its operation; one that no operation describes is not counted.
func (c *Coverage) Note(d *Doc, e Exchange) {
	op, _, found := d.Find(e.Method, e.Path)
	if !found {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[answer]bool{}
	}
	c.seen[answer{op.ID, e.Status}] = true
}

// Uncovered lists each documented answer of these operations that was neither seen nor waived, as "users.list 429".
// Waivers that are wrong are listed as well: without a reason, or with nothing left to waive.
func (c *Coverage) Uncovered(ops []Op, waivers []Waiver) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	used := make([]bool, len(waivers))
	var out []string
	for _, op := range ops {
		for _, status := range op.Statuses {
			if !c.seen[answer{op.ID, status}] && !waive(waivers, used, op.ID, status) {
				out = append(out, fmt.Sprintf("%s %d", op.ID, status))
			}
		}
	}
	slices.Sort(out)
	return append(out, badWaivers(waivers, used)...)
}

func waive(waivers []Waiver, used []bool, op string, status int) bool {
	waived := false
	for i, w := range waivers {
		matches, err := path.Match(w.Op, op)
		if err == nil && matches && (w.Status == 0 || w.Status == status) {
			used[i], waived = true, true
		}
	}
	return waived
}

func badWaivers(waivers []Waiver, used []bool) []string {
	var out []string
	for i, w := range waivers {
		if w.Why == "" {
			out = append(out, fmt.Sprintf("waiver %s %d: gives no reason", w.Op, w.Status))
		}
		if !used[i] {
			out = append(out, fmt.Sprintf("waiver %s %d: waives nothing", w.Op, w.Status))
		}
	}
	return out
}
