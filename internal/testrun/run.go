package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// run is one run of the tests.
type run struct {
	tally *tally
	root  string   // the repository
	cache string   // <root>/.cache, kept between runs
	temp  string   // thrown away at the end
	match string   // go test -run
	env   []string // of every command
	ends  []func(context.Context) error
}

func newRun(ctx context.Context, t *tally, match string) (*run, error) {
	root, err := repository()
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "keyhall-test-*")
	if err != nil {
		return nil, err
	}
	// Others may pass through: PostgreSQL runs as another user where we are root.
	if err := os.Chmod(temp, 0o711); err != nil {
		return nil, err
	}
	r := &run{tally: t, root: root, cache: filepath.Join(root, ".cache"), temp: temp, match: match, env: environment(os.Environ())}
	r.atEnd(func(context.Context) error { return os.RemoveAll(temp) })
	return r, r.shareBuilds(ctx)
}

// shareBuilds has everything compiled as `make build` does, tests included, so that it is compiled once.
func (r *run) shareBuilds(ctx context.Context) error {
	flags, err := r.output(ctx, ".", "go", "env", "GOFLAGS")
	r.env = append(r.env, "CGO_ENABLED=0", "GOFLAGS="+strings.TrimSpace(flags)+" -trimpath")
	return err
}

// repository is the folder of go.work, here or above.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("testrun belongs inside the repository: there is no go.work here or above")
		}
	}
}

// environment leaves out what could point the tests at somebody's real Keyhall, and what make tells its own children.
// What only tests read stays, and so does which PostgreSQL to run, which is about this machine.
func environment(from []string) []string {
	var kept []string
	for _, entry := range from {
		name, _, _ := strings.Cut(entry, "=")
		ours := strings.HasPrefix(name, "KEYHALL_TEST_") || name == "KEYHALL_POSTGRES_BIN"
		if !strings.HasPrefix(name, "KEYHALL_") && !strings.HasPrefix(name, "MAKE") && name != "MFLAGS" || ours {
			kept = append(kept, entry)
		}
	}
	return append(kept, "REDOCLY_TELEMETRY=off", "NO_UPDATE_NOTIFIER=1", "NO_COLOR=1", "COLORS=false")
}

// atEnd has something done when the run is over, the last first.
func (r *run) atEnd(f func(context.Context) error) { r.ends = append(r.ends, f) }

func (r *run) cleanUp(ctx context.Context) error {
	var errs []error
	for i := len(r.ends) - 1; i >= 0; i-- {
		errs = append(errs, r.ends[i](ctx))
	}
	return errors.Join(errs...)
}
