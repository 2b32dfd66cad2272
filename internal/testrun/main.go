// Command testrun runs every test of the repository; `make test` calls it.
//
// It owns the order of the suites, the throw-away PostgreSQL and the `keyhall dev` they need, and the counting. It
// knows nothing of what is tested. It prints one line a package or suite, what a failure said in full, and at the
// end "N passed, N failed"; it exits with 1 unless everything asked for ran and passed. Whatever it started ends
// with it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// limit ends a run in which something hangs.
const limit = 30 * time.Minute

func main() {
	only := flag.String("only", "", "run some suites, comma separated: "+strings.Join(suiteNames(), ", "))
	match := flag.String("run", "", "run Go tests whose names match this regular expression, as `go test -run`")
	flag.Parse()
	chosen, err := choose(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(start(chosen, *match))
}

func start(chosen []suite, match string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("the run took longer than %s", limit))
	defer cancel()
	ctx = withParent(ctx)
	t := &tally{out: os.Stdout}
	r, err := newRun(ctx, t, match)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	r.all(ctx, chosen)
	t.close()
	if t.failed > 0 || t.passed == 0 {
		return 1
	}
	return 0
}

// withParent ends the context when the process that started us is gone: make and `go run` die of a signal without
// passing it on.
func withParent(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	parent := os.Getppid()
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for range tick.C {
			if os.Getppid() != parent {
				cancel(fmt.Errorf("the process that started the tests is gone"))
				return
			}
		}
	}()
	return ctx
}

func choose(only string) ([]suite, error) {
	if only == "" {
		return suites, nil
	}
	var chosen []suite
	wanted := strings.Split(only, ",")
	for _, name := range wanted {
		if !slices.Contains(suiteNames(), name) {
			return nil, fmt.Errorf("there is no suite %q; the suites are %s", name, strings.Join(suiteNames(), ", "))
		}
	}
	for _, s := range suites {
		if slices.Contains(wanted, s.name) {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}
