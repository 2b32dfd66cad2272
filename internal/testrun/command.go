package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// grace is what a command gets between being asked to end and being killed.
const grace = 10 * time.Second

// command prepares a program, in a folder of the repository, that gets a process group of its own: all of the group
// is asked to end with ctx.
func (r *run) command(ctx context.Context, dir, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = filepath.Join(r.root, dir)
	cmd.Env = r.env
	cmd.WaitDelay = grace
	isolate(cmd)
	return cmd
}

// finish runs a command to its end and leaves nothing of its group behind. The thread is kept because Linux counts
// the end of the thread that forked as the parent's death.
func finish(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return err
	}
	defer endGroup(cmd)
	return cmd.Wait()
}

// output runs a command and gives what it printed on standard output; the error has everything it printed.
func (r *run) output(ctx context.Context, dir, program string, args ...string) (string, error) {
	return collect(r.command(ctx, dir, program, args...))
}

func collect(cmd *exec.Cmd) (string, error) {
	var said, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &complaints
	if err := finish(cmd); err != nil {
		return said.String(), &commandError{line: strings.Join(cmd.Args, " "), said: said.String() + complaints.String(), cause: err}
	}
	return said.String(), nil
}

// commandError is a command that failed, with all it said.
type commandError struct {
	line, said string
	cause      error
}

func (e *commandError) Error() string { return fmt.Sprintf("$ %s\n%s%v", e.line, e.said, e.cause) }

func (e *commandError) Unwrap() error { return e.cause }
