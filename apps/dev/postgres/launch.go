package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// launchPatience bounds the attempts while a former server is still going away.
	launchPatience = 10 * time.Second
	launchPause    = 100 * time.Millisecond
	readyPoll      = 5 * time.Millisecond
	drainPatience  = time.Second
)

// passing are complaints that go away by themselves: a former postmaster or one of its children has not quite
// ended, or somebody took the free port before PostgreSQL did.
var passing = []string{
	`lock file "postmaster.pid" already exists`,
	"pre-existing shared memory block",
	"Address already in use",
}

// launch starts PostgreSQL on the cluster and returns it with its port once it takes connections.
func (c *cluster) launch(ctx context.Context, o Options, log *logFile) (*process, int, error) {
	deadline := time.Now().Add(launchPatience)
	for {
		p, port, err := c.attempt(ctx, o, log)
		if err == nil || !isPassing(err) || time.Now().After(deadline) {
			return p, port, err
		}
		if err := pause(ctx, launchPause); err != nil {
			return nil, 0, err
		}
	}
}

func isPassing(err error) bool {
	failure, ok := errors.AsType[*launchError](err)
	if !ok {
		return false
	}
	for _, text := range passing {
		if strings.Contains(failure.said, text) {
			return true
		}
	}
	return false
}

// launchError is a PostgreSQL that ended before it was ready.
type launchError struct{ said, log string }

func (e *launchError) Error() string {
	return fmt.Sprintf("PostgreSQL does not start: %s; %s says more", complaint(e.said), e.log)
}

func (c *cluster) attempt(ctx context.Context, o Options, log *logFile) (*process, int, error) {
	if err := c.clear(ctx, o); err != nil {
		return nil, 0, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, 0, err
	}
	before, err := log.size()
	if err != nil {
		return nil, 0, err
	}
	cmd := c.as.command(context.WithoutCancel(ctx), syscall.SIGINT, c.bin.postgres(), c.arguments(port, o.Durable)...)
	cmd.Stdout = log.writer(o.Log)
	cmd.Stderr = cmd.Stdout
	cmd.WaitDelay = drainPatience
	p, err := spawn(cmd)
	if err != nil {
		return nil, 0, fmt.Errorf("cannot run PostgreSQL: %w", err)
	}
	ready, err := c.await(ctx, p)
	if ready || err != nil {
		return p, port, err
	}
	return nil, 0, c.explain(ctx, log, before)
}

// explain says why PostgreSQL ended before it was ready. That it may not enter the folder (any more) is common
// enough for advice of its own.
func (c *cluster) explain(ctx context.Context, log *logFile, before int64) error {
	if err := c.as.fits(ctx, c.dir); err != nil {
		return fmt.Errorf("user %s, who runs PostgreSQL for root, may not enter %s: allow it (chmod o+x) on each folder above", c.as.name, c.dir)
	}
	said, err := log.since(before)
	if err != nil {
		return err
	}
	return &launchError{said: said, log: log.path()}
}

// arguments hold every setting, so that a cluster made by an older version of this package gets them too.
func (c *cluster) arguments(port int, durable bool) []string {
	settings := []string{
		"listen_addresses=127.0.0.1",
		"unix_socket_directories=", // none: their paths have a short limit and the default one belongs to Debian's user
		"port=" + strconv.Itoa(port),
		"max_connections=100",
		"shared_buffers=128MB",
		"timezone=UTC",
		"log_timezone=UTC",
		"logging_collector=off",
	}
	if !durable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off",
			"max_connections=400") // test binaries side by side, each with the pools of several processes
	}
	args := []string{"-D", c.data()}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

// await returns true when the process is ready, false when it ended instead. When ctx ends first, so does it.
func (c *cluster) await(ctx context.Context, p *process) (bool, error) {
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for !c.ready(p.cmd.Process.Pid) {
		select {
		case <-tick.C:
		case <-p.done:
			return false, nil
		case <-ctx.Done():
			return false, errors.Join(ctx.Err(), p.stop(ctx))
		}
	}
	return true, nil
}

// freePort asks the system for a port. Another program may take it before PostgreSQL does; then launch tries again.
func freePort(ctx context.Context) (int, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("no port of 127.0.0.1 is free: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}
