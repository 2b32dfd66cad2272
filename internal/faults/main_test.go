//go:build linux

package faults

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// workshop is the folder of this run: the program and all data. PostgreSQL runs as another user when we are root, and
// has to pass through.
var workshop string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if workshop, err = os.MkdirTemp("", "keyhall-faults-*"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(workshop) }()
		if err := os.Chmod(workshop, 0o711); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

// binary builds the program, once for all tests. It is the one that is shipped but for one word of the linker's: what it
// calls by webhooks may be on this machine, where the tests' receivers are.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "keyhall")
	out, err := exec.Command("go", "build", "-ldflags", "-X main.receivers=here", "-o", path, "github.com/keyhall/keyhall/apps/keyhall").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return path, err
})

// folder is a new one for a test's data.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(workshop, "data-*")
	ok(t, err)
	ok(t, os.Chmod(dir, 0o711))
	return dir
}

// long is the form that `make faults` runs.
func long() bool { return os.Getenv("KEYHALL_TEST_FAULTS") == "long" && !testing.Short() }

// kills is how often a house is killed.
func kills() int {
	if long() {
		return 20
	}
	return 4
}

// promise is a time limit that is part of the product. The short form runs beside all other tests, on machines that do
// much else, so there only a multiple of it is demanded; the measured time is printed in any case.
func promise(d time.Duration) time.Duration {
	if long() {
		return d
	}
	return 5 * d
}

// patience bounds whatever has no promise of its own.
const patience = 90 * time.Second

// dice gives the random source of a test; KEYHALL_TEST_SEED repeats a run's instants as far as that goes.
func dice(t *testing.T) *rand.Rand {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("KEYHALL_TEST_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("KEYHALL_TEST_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually asks until there is no complaint any more, and tells how long that took.
func eventually(t *testing.T, limit time.Duration, complaint func() error) time.Duration {
	t.Helper()
	began := time.Now()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		err := complaint()
		if err == nil {
			return time.Since(began)
		}
		if time.Since(began) > limit {
			t.Fatalf("still after %s: %v", limit, err)
		}
		select {
		case <-look.C:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}
