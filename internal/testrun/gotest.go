package main

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	module = "github.com/keyhall/keyhall"
	// parallelPackages bounds how many test binaries share the database, whose connections are limited.
	parallelPackages = 4
	packageTimeout   = "10m"
)

// raced packages run under the race detector: what many requests share is in them.
var raced = []string{module + "/tenants", module + "/workers"}

func (r *run) goTests(ctx context.Context) error {
	url, err := r.startDatabase(ctx)
	if err != nil {
		return err
	}
	listed, err := r.output(ctx, ".", "go", "list", "./...")
	if err != nil {
		return err
	}
	plain, race := split(strings.Fields(listed))
	env := slices.Concat(r.env, []string{"KEYHALL_TEST_DATABASE_URL=" + url})
	return errors.Join(
		r.goTest(ctx, env, plain...),
		r.goTest(ctx, slices.Concat(env, []string{"CGO_ENABLED=1"}), append([]string{"-race"}, race...)...), // the detector is C
	)
}

// sdkModules are what others build into their programs. Each is a pattern of its own: ./... ends where another module begins.
var sdkModules = []string{"./sdk/...", "./sdk/fiberguard/...", "./sdk/grpcguard/..."}

// sdkTests run under the race detector: a client and a verifier are shared by all of a program. After them the exported
// interface is compared with the last release.
func (r *run) sdkTests(ctx context.Context) error {
	if err := r.goTest(ctx, slices.Concat(r.env, []string{"CGO_ENABLED=1"}), append([]string{"-race"}, sdkModules...)...); err != nil {
		return err
	}
	return r.step(ctx, "the SDK keeps what it had", ".", "make", "--no-print-directory", "api-compat")
}

func split(packages []string) (plain, race []string) {
	for _, p := range packages {
		if isRaced(p) {
			race = append(race, p)
		} else {
			plain = append(plain, p)
		}
	}
	return plain, race
}

func isRaced(path string) bool {
	for _, root := range raced {
		if path == root || strings.HasPrefix(path, root+"/") {
			return true
		}
	}
	return false
}

// goTest runs packages, and adds each as it ends. Nothing is taken from the cache: a run is to show that the tests
// pass now. That `go test` itself fails is no news when a package has said so.
func (r *run) goTest(ctx context.Context, env []string, args ...string) error {
	flags := []string{"test", "-json", "-count=1", "-timeout=" + packageTimeout, "-p=" + strconv.Itoa(min(runtime.NumCPU(), parallelPackages))}
	if r.match != "" {
		flags = append(flags, "-run="+r.match)
	}
	cmd := r.command(ctx, ".", "go", append(flags, args...)...)
	cmd.Env = env
	events, writer := io.Pipe()
	cmd.Stdout = writer
	var complaints strings.Builder
	cmd.Stderr = &complaints
	ended := make(chan error, 1)
	go func() {
		err := finish(cmd)
		ended <- err
		_ = writer.Close() // a pipe's close cannot fail
	}()
	before := r.tally.failed
	begun := time.Now()
	err := readEvents(events, r.tally.add)
	_, _ = io.Copy(io.Discard, events) // what follows an unreadable line; go test must not wait for a reader
	failed := <-ended
	if failed != nil && r.tally.failed == before {
		r.tally.add(result{name: "go test", failed: 1, took: time.Since(begun), details: complaints.String() + failed.Error()})
	}
	return err
}
