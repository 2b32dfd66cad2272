package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// turn is one slice of a measurement.
type turn struct {
	result
	server time.Duration // CPU time of the process whose turn it was
	store  time.Duration // and of PostgreSQL
	others float64       // cores that somebody else used on average
}

// perRequest tells what a request cost.
func (t turn) perRequest() (server, store time.Duration) {
	n := time.Duration(max(1, t.count))
	return t.server / n, t.store / n
}

// noisy is more than a third of a core used by others.
func (t turn) noisy() bool { return t.others > 0.33 }

// tries is how often a slice is measured at most when others disturb it.
const tries = 3

// take measures a slice, again when others disturbed it and there is time to spare, and gives the quietest.
func (s *stage) take(ctx context.Context, who *child, run func() result) (best turn, err error) {
	for i := range tries {
		s.awaitQuiet(ctx)
		t := s.measure(who, run)
		if err := t.err(); err != nil {
			return t, err
		}
		if i == 0 || t.others < best.others {
			best = t
		}
		if !best.noisy() || ctx.Err() != nil || s.spare < t.took {
			break
		}
		s.spare -= t.took
	}
	return best, ctx.Err()
}

func (s *stage) measure(who *child, run func() result) turn {
	all, server, store, ours := busy(), statOf(who.pid()).used, s.storeCPU(), s.ours()
	began := time.Now()
	t := turn{result: run()}
	took := time.Since(began).Seconds()
	t.server, t.store = statOf(who.pid()).used-server, s.storeCPU()-store
	t.others = max(0, (busy()-all-(s.ours()-ours)).Seconds()/took)
	return t
}

// awaitQuiet waits a little for a moment in which others do not do much.
func (s *stage) awaitQuiet(ctx context.Context) {
	const look, longest = 250 * time.Millisecond, 2 * time.Second
	for began := time.Now(); time.Since(began) < longest && ctx.Err() == nil && s.spare > 0; s.spare -= look {
		all, ours := busy(), s.ours()
		time.Sleep(look)
		if busy()-all-(s.ours()-ours) < look/4 {
			return
		}
	}
}

// ours is the CPU time of everything that belongs to the run.
func (s *stage) ours() time.Duration {
	total := statOf(os.Getpid()).used + s.storeCPU()
	for _, c := range []*child{s.serve, s.work, s.floor} {
		if c != nil {
			total += statOf(c.pid()).used
		}
	}
	return total
}

func (s *stage) storeCPU() time.Duration {
	if s.postmaster == 0 {
		s.postmaster = postmasterOf(s.dir)
	}
	return cpu(s.postmaster)
}

// postmasterOf finds the process that names the folder of the database and is a child of ours.
func postmasterOf(dir string) int {
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		panic(err) // only a malformed pattern
	}
	for _, file := range files {
		pid := number(strings.Split(file, "/")[2])
		said, err := os.ReadFile(file)
		if err == nil && strings.Contains(string(said), filepath.Join(dir, "postgres")) && statOf(pid).parent == os.Getpid() {
			return pid
		}
	}
	return 0
}

func median[T float64 | time.Duration](all []T) T {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}
