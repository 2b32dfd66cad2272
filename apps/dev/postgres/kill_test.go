//go:build unix

package postgres

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestCommittedRowsOutliveAKill(t *testing.T) {
	t.Parallel()
	o := Options{DataDir: seededDir(t), Durable: true}
	p := runProgram(t, o, false)
	query(t, p.url(t), "CREATE TABLE kept AS SELECT 'here' AS what; SELECT 1")
	p.kill()

	s := start(t, o)
	if got := query(t, s.URL("postgres"), "SELECT what FROM kept"); got != "here" {
		t.Errorf("got %q from the table of the killed run", got)
	}
}

func TestKillTakesPostgreSQLAlong(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a child of its parent's death; elsewhere the next start stops the orphan")
	}
	t.Parallel()
	o := Options{DataDir: seededDir(t)}
	p := runProgram(t, o, false)
	p.url(t)
	if len(processesOf(t, o.DataDir)) == 0 {
		t.Fatal("PostgreSQL's process is not found while it runs")
	}
	p.kill()
	eventually(t, "no process is left", func() bool { return len(processesOf(t, o.DataDir)) == 0 })
}

func TestKilledAtAnyInstant(t *testing.T) {
	t.Parallel()
	o := Options{DataDir: openDir(t), Durable: true}
	for instant := 10 * time.Millisecond; instant < 3*time.Second; instant = instant * 9 / 5 {
		p := runProgram(t, o, false)
		must(t, pause(t.Context(), instant))
		must(t, p.cmd.Process.Kill()) // and on with the next, which may find this one not quite gone
	}
	eventually(t, "a start finds nothing unfinished in the data folder", func() bool {
		stop(t, start(t, o))
		left, err := filepath.Glob(filepath.Join(o.DataDir, unfinished+"*"))
		must(t, err)
		return len(left) == 0
	})
}

// former makes a cluster and gives it a postmaster whose run is over: the folder is free, the process remains.
func former(t *testing.T, o Options) *exec.Cmd {
	t.Helper()
	f, err := claim(t.Context(), o.DataDir)
	must(t, err)
	defer func() { must(t, f.release()) }()
	c, err := f.cluster(t.Context(), o)
	must(t, err)
	port, err := freePort(t.Context())
	must(t, err)
	runtime.LockOSThread() // the test's thread is the parent
	t.Cleanup(runtime.UnlockOSThread)
	cmd := c.as.command(context.WithoutCancel(t.Context()), syscall.SIGKILL, c.bin.postgres(), c.arguments(port, false)...)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	eventually(t, "the former PostgreSQL is ready", func() bool { return c.ready(cmd.Process.Pid) })
	return cmd
}

func TestOrphanIsStopped(t *testing.T) {
	t.Parallel()
	o := Options{DataDir: seededDir(t)}
	orphan := former(t, o)
	var said []string
	o.Progress = func(line string) { said = append(said, line) }
	s := start(t, o)
	query(t, s.URL("postgres"), "SELECT 1")
	must(t, orphan.Wait())
	if want := strconv.Itoa(orphan.Process.Pid); !strings.Contains(strings.Join(said, "\n"), want) {
		t.Errorf("said %q, want a word about process %s", said, want)
	}
}

func TestDeadPostmasterNobodyCollectsIsNoObstacle(t *testing.T) {
	t.Parallel()
	o := Options{DataDir: seededDir(t)}
	zombie := former(t, o)
	must(t, zombie.Process.Kill())
	eventually(t, "it is a zombie", func() bool {
		said, err := exec.Command("ps", "-o", "state=", "-p", strconv.Itoa(zombie.Process.Pid)).Output()
		return err == nil && strings.HasPrefix(string(said), "Z")
	})
	began := time.Now()
	s := start(t, o)
	query(t, s.URL("postgres"), "SELECT 1")
	if took := time.Since(began); took > launchPatience {
		t.Errorf("took %v", took)
	}
	if err := zombie.Wait(); err == nil {
		t.Error("the killed PostgreSQL ended well")
	}
}

func TestStalePidFileOfAnotherProgramIsNoObstacle(t *testing.T) {
	t.Parallel()
	o := Options{DataDir: seededDir(t)}
	s := start(t, o)
	stop(t, s)
	clusters, err := clustersIn(o.DataDir)
	must(t, err)
	as, err := accountFor(clusters)
	must(t, err)
	other := as.command(t.Context(), syscall.SIGKILL, "sleep", "600") // by the same user: PostgreSQL minds no others
	p, err := spawn(other)
	must(t, err)
	defer func() { must(t, other.Process.Kill()); <-p.done }()

	text := fmt.Sprintf("%d\n%s\n1\n5432\n\n127.0.0.1\n0 0\nready\n", other.Process.Pid, clusters[0].data())
	must(t, os.WriteFile(clusters[0].pidFile(), []byte(text), 0o600))
	must(t, as.own(clusters[0].pidFile()))

	s = start(t, o)
	query(t, s.URL("postgres"), "SELECT 1")
	if p.ended() {
		t.Error("the other program was ended")
	}
}

func TestStartGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	o := Options{DataDir: openDir(t)}
	ctx, cancel := context.WithCancel(t.Context())
	o.Progress = func(string) { cancel() } // the database is about to be created
	if s, err := Start(ctx, o); err == nil {
		stop(t, s)
		t.Fatal("started although its context had ended")
	}
	if left := processesOf(t, o.DataDir); len(left) > 0 {
		t.Errorf("processes are left: %q", left)
	}
	o.Progress = nil
	start(t, o)
}
