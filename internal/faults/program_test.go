//go:build linux

package faults

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is one run of the binary. It is killed when its test ends, and when the test binary dies.
type program struct {
	cmd       *exec.Cmd
	name      string
	began     time.Time
	out, errs output
	ended     chan struct{}
}

// output collects what a program prints.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

// String is all that was printed so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// run starts the program in a bare environment with the given variables.
func run(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	path, err := binary()
	ok(t, err)
	p := &program{cmd: exec.Command(path, args...), name: strings.Join(args, " "), ended: make(chan struct{})}
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + workshop, "TMPDIR=" + os.TempDir()}, env...)
	p.cmd.Dir = workshop
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.errs
	p.cmd.WaitDelay = time.Second // PostgreSQL may hold the pipe a moment longer
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	ok(t, p.start())
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s wrote:\n%s%s", p.name, p.out.String(), p.tail())
		}
	})
	return p
}

// start forks on a thread that lives as long as the child: Linux tells a child of the end of that thread.
func (p *program) start() error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		p.began = time.Now()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait() // how it ended is in the ProcessState
			close(p.ended)
		}
	}()
	return <-started
}

func (p *program) tail() string {
	lines := strings.SplitAfter(p.errs.String(), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "")
}

func (p *program) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// kill is kill -9.
func (p *program) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// terminate asks for an orderly end, which has to come in time with exit code 0.
func (p *program) terminate(t *testing.T, limit time.Duration) {
	t.Helper()
	began := time.Now()
	ok(t, p.cmd.Process.Signal(syscall.SIGTERM))
	code := p.exit(t, limit)
	t.Logf("%s: SIGTERM to exit %d in %s", p.name, code, time.Since(began).Round(time.Millisecond))
	if code != 0 {
		t.Errorf("%s: exit code %d\n%s", p.name, code, p.tail())
	}
}

// exit waits for the end and gives the exit code.
func (p *program) exit(t *testing.T, limit time.Duration) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(limit):
		p.kill()
		t.Errorf("%s: still running after %s", p.name, limit)
	}
	return p.cmd.ProcessState.ExitCode()
}

// processesOf lists the processes that name the folder in their arguments: the PostgreSQL on it with its children's
// parent, whoever started it.
func processesOf(t *testing.T, folder string) []int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	ok(t, err)
	var pids []int
	for _, file := range files {
		said, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(said, []byte(folder)) {
			continue // gone in the meantime, or another's
		}
		pid, err := strconv.Atoi(strings.Split(file, "/")[2])
		ok(t, err)
		pids = append(pids, pid)
	}
	return pids
}

// noneLeft waits until no process of the folder is there.
func noneLeft(t *testing.T, folder string, limit time.Duration) {
	t.Helper()
	eventually(t, limit, func() error {
		if left := processesOf(t, folder); len(left) > 0 {
			return fmt.Errorf("processes %v are left behind", left)
		}
		return nil
	})
}

var (
	given   []int // ports handed out
	portsMu sync.Mutex
)

// address finds a free one of this machine below the range from which the system takes ports of its own accord, so
// that it stays free between two runs of a program.
func address(t *testing.T) string {
	t.Helper()
	portsMu.Lock()
	defer portsMu.Unlock()
	for port := 20_000 + os.Getpid()%5_000; port < 32_000; port++ {
		at := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if slices.Contains(given, port) || !free(at) {
			continue
		}
		given = append(given, port)
		return at
	}
	t.Fatal("no port is free")
	return ""
}

func free(address string) bool {
	l, err := net.Listen("tcp", address)
	return err == nil && l.Close() == nil
}
