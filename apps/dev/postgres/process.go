package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// killPatience is what PostgreSQL gets for an immediate shutdown before it is killed.
const killPatience = 5 * time.Second

// process is a child that runs.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // how it ended; read it after done
}

// spawn starts a child from a thread that lives as long as the child. On Linux the signal for the parent's death
// is sent when the *thread* that forked ends, and Go ends threads when it likes.
func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// run is spawn for a child that ends by itself.
func run(cmd *exec.Cmd) error {
	p, err := spawn(cmd)
	if err != nil {
		return err
	}
	<-p.done
	return p.err
}

// output runs a child and returns what it printed. When it fails, its complaint is in the error.
func output(cmd *exec.Cmd) (string, error) {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := run(cmd)
	if err == nil {
		return said.String(), nil
	}
	if line := complaint(said.String()); line != "" {
		err = fmt.Errorf("%s (%w)", line, err)
	}
	return "", err
}

// stop asks for a fast shutdown and, when ctx ends before it is through, for an immediate one.
func (p *process) stop(ctx context.Context) error {
	if p.signal(ctx, syscall.SIGINT) {
		return nil
	}
	hurry, cancel := context.WithTimeout(context.WithoutCancel(ctx), killPatience)
	defer cancel()
	if !p.signal(hurry, syscall.SIGQUIT) {
		p.signal(context.WithoutCancel(ctx), syscall.SIGKILL)
	}
	return errors.New("PostgreSQL did not stop in time and was ended at once; it recovers at its next start")
}

// signal waits for the end of the process or of ctx and tells whether the process has ended. That the signal could
// not be sent means just that, so its end is all there is to wait for.
func (p *process) signal(ctx context.Context, sig os.Signal) bool {
	_ = p.cmd.Process.Signal(sig)
	select {
	case <-p.done:
	case <-ctx.Done():
	}
	return p.ended()
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// pause waits, or returns the error of a ctx that ends before.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
