package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What a PostgreSQL left over from a killed run gets for a fast shutdown, then for an immediate one.
const (
	orphanPatience = 10 * time.Second
	orphanPoll     = 10 * time.Millisecond
)

// Lines of postmaster.pid, counted from 0 (PostgreSQL's miscadmin.h, LOCK_FILE_LINE_*).
const (
	pidLine    = 0
	statusLine = 7
)

func (c *cluster) pidFile() string { return filepath.Join(c.data(), "postmaster.pid") }

// pidLines are the lines of postmaster.pid; none when there is no such file.
func (c *cluster) pidLines() ([]string, error) {
	text, err := os.ReadFile(c.pidFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.Split(string(text), "\n"), err
}

// ready tells whether the postmaster with this pid takes connections. Until its file is written to the end the
// answer is no, as for any trouble in reading it.
func (c *cluster) ready(pid int) bool {
	lines, err := c.pidLines()
	return err == nil && len(lines) > statusLine &&
		lines[pidLine] == strconv.Itoa(pid) && strings.TrimSpace(lines[statusLine]) == "ready"
}

// clear sees to it that no earlier run is in the way: a PostgreSQL it left is stopped, and a postmaster.pid is
// removed whose number now means something else, be it another program or a dead process nobody has collected.
// PostgreSQL would take either for a server; that none of its children lives it finds out by shared memory.
func (c *cluster) clear(ctx context.Context, o Options) error {
	lines, err := c.pidLines()
	if err != nil || len(lines) == 0 {
		return err
	}
	pid, err := strconv.Atoi(lines[pidLine])
	if err != nil || pid <= 0 {
		return nil // half written: PostgreSQL says itself what it thinks of it
	}
	if serves(pid, c.data()) {
		o.say("Stopping the PostgreSQL that an earlier run has left (process %d) ...", pid)
		return c.end(ctx, pid)
	}
	if !exists(pid) {
		return nil
	}
	return removeIfThere(c.pidFile())
}

// end stops a postmaster that is not our child.
func (c *cluster) end(ctx context.Context, pid int) error {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		err := c.endBy(ctx, pid, sig)
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
	return fmt.Errorf("the PostgreSQL that an earlier run has left in %s does not stop: end process %d", c.dir, pid)
}

func (c *cluster) endBy(ctx context.Context, pid int, sig syscall.Signal) error {
	if err := send(pid, sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("cannot stop the PostgreSQL that an earlier run has left (process %d): %w", pid, err)
	}
	ctx, cancel := context.WithTimeout(ctx, orphanPatience)
	defer cancel()
	for serves(pid, c.data()) {
		if err := pause(ctx, orphanPoll); err != nil {
			return err
		}
	}
	return nil
}

func removeIfThere(path string) error {
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
