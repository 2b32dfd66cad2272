package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/keyhall/keyhall/apps/dev/postgres"
)

const (
	startPatience = 60 * time.Second
	startPoll     = 50 * time.Millisecond
	tailBytes     = 8 << 10
	operatorEmail = "operator@example.test"
)

// keyhall is a running `keyhall dev` on a data directory of its own.
type keyhall struct {
	url, password string
	cmd           *exec.Cmd
	ended         chan struct{}
	err           error // how it ended; read it after ended
	said          tail
}

func (r *run) startKeyhall(ctx context.Context) (*keyhall, error) {
	begun := time.Now()
	dir := filepath.Join(r.temp, "keyhall")
	k := &keyhall{password: rand.Text(), ended: make(chan struct{})}
	k.cmd = r.command(context.WithoutCancel(ctx), ".", filepath.Join(r.root, "bin", "keyhall"), "dev")
	k.cmd.Env = slices.Concat(r.env, []string{
		"KEYHALL_DATA_DIR=" + dir, "KEYHALL_LISTEN=127.0.0.1:0", "KEYHALL_HASH_COST=test", "KEYHALL_RATE_LIMITS=off",
		"KEYHALL_OPERATOR_EMAIL=" + operatorEmail, "KEYHALL_OPERATOR_PASSWORD=" + k.password,
	})
	k.cmd.Stdout, k.cmd.Stderr = &k.said, &k.said
	r.atEnd(func(ctx context.Context) error { return removeDatabase(ctx, dir) })
	r.atEnd(k.stop)
	go func() {
		k.err = finish(k.cmd)
		close(k.ended)
	}()
	if err := k.awaitReady(ctx, filepath.Join(dir, "ready.json")); err != nil {
		return nil, fmt.Errorf("keyhall dev: %w\n%s", err, k.lastWords())
	}
	r.tally.add(result{name: "keyhall dev started", took: time.Since(begun)})
	return k, nil
}

// removeDatabase also removes what `keyhall dev` keeps outside its data directory where PostgreSQL cannot enter that.
func removeDatabase(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return postgres.Remove(ctx, dir)
}

func (k *keyhall) awaitReady(ctx context.Context, file string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startPatience, fmt.Errorf("not ready after %s", startPatience))
	defer cancel()
	tick := time.NewTicker(startPoll)
	defer tick.Stop()
	for {
		var ready struct{ URL string }
		if err := readJSON(file, &ready); err == nil && ready.URL != "" {
			k.url = ready.URL
			return nil
		}
		select {
		case <-tick.C:
		case <-k.ended:
			return fmt.Errorf("ended before it was ready: %w", k.err)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// variables tell the browser tests where to go and who they are.
func (k *keyhall) variables() []string {
	return []string{"KEYHALL_URL=" + k.url, "KEYHALL_OPERATOR_EMAIL=" + operatorEmail, "KEYHALL_OPERATOR_PASSWORD=" + k.password}
}

// stop asks for a clean end, which has to come in time and with exit code 0. A second call gives the same answer.
func (k *keyhall) stop(ctx context.Context) error {
	if k.cmd.Process == nil { // it never started
		return nil
	}
	_ = k.cmd.Process.Signal(syscall.SIGTERM) // that it is gone already is what the exit code tells
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	select {
	case <-k.ended:
	case <-ctx.Done():
		endGroup(k.cmd)
		return fmt.Errorf("keyhall dev did not stop within %s of SIGTERM:\n%s", grace, k.lastWords())
	}
	if k.err != nil {
		return fmt.Errorf("keyhall dev stopped with: %w\n%s", k.err, k.lastWords())
	}
	return nil
}

func (k *keyhall) lastWords() string { return k.said.String() }

// tail keeps the end of what is written to it. Safe for parallel use.
type tail struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept.Write(p)
	if over := t.kept.Len() - tailBytes; over > 0 {
		t.kept.Next(over)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept.String()
}
