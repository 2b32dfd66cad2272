//go:build unix

package postgres

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestDataOutliveARestart(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	s := start(t, Options{DataDir: dir, Durable: true})
	query(t, s.URL("postgres"), "CREATE TABLE kept AS SELECT 'here' AS what; SELECT 1")
	stop(t, s)
	if left := processesOf(t, dir); len(left) > 0 {
		t.Errorf("processes are left after Stop: %q", left)
	}

	s = start(t, Options{DataDir: dir, Durable: true})
	if got := query(t, s.URL("postgres"), "SELECT what FROM kept"); got != "here" {
		t.Errorf("got %q from the table of the first run", got)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		durable bool
		want    map[string]string
	}{
		"durable":   {true, map[string]string{"max_connections": "100", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}},
		"throwaway": {false, map[string]string{"max_connections": "400", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, Options{DataDir: seededDir(t), Durable: c.durable})
			c.want["shared_buffers"] = "128MB"
			c.want["listen_addresses"], c.want["unix_socket_directories"] = "127.0.0.1", ""
			c.want["server_encoding"], c.want["lc_messages"], c.want["TimeZone"] = "UTF8", "C", "UTC"
			for setting, want := range c.want {
				if got := query(t, s.URL("postgres"), "SHOW "+setting); got != want {
					t.Errorf("%s is %q, want %q", setting, got, want)
				}
			}
		})
	}
}

func TestOthersCannotConnect(t *testing.T) {
	t.Parallel()
	dir := seededDir(t)
	s := start(t, Options{DataDir: dir})
	u, err := url.Parse(s.URL("postgres"))
	must(t, err)
	for _, who := range []*url.Userinfo{url.User(superuser), url.UserPassword(superuser, "guess")} {
		u.User = who
		if _, err := tryQuery(t, u.String(), "SELECT 1"); err == nil {
			t.Errorf("let in as %v", who)
		}
	}
	home, err := s.folder.home()
	must(t, err)
	for _, name := range []string{"password", "data"} {
		info, err := os.Stat(filepath.Join(home, clusterName(t, home), name))
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

func clusterName(t *testing.T, home string) string {
	t.Helper()
	clusters, err := clustersIn(home)
	must(t, err)
	if len(clusters) != 1 {
		t.Fatalf("%d clusters in %s", len(clusters), home)
	}
	if want := "pg" + strconv.Itoa(clusters[0].major); filepath.Base(clusters[0].dir) != want {
		t.Fatalf("the cluster is %s, want %s", clusters[0].dir, want)
	}
	return filepath.Base(clusters[0].dir)
}

func TestUnexpectedEndIsReportedAndOvercome(t *testing.T) {
	t.Parallel()
	o := Options{DataDir: seededDir(t)}
	s := start(t, o)
	if err := s.Err(); err != nil {
		t.Fatalf("Err of a running server: %v", err)
	}
	must(t, syscall.Kill(s.process.cmd.Process.Pid, syscall.SIGKILL))
	<-s.Done()
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "killed") || !strings.Contains(err.Error(), logName) {
		t.Errorf("Err after a kill: %v, want one that names the signal and the log", err)
	}
	stop(t, s)
	s = start(t, o) // the children of the killed one are just going
	query(t, s.URL("postgres"), "SELECT 1")
}

func TestStopIsNoUnexpectedEnd(t *testing.T) {
	t.Parallel()
	s := start(t, Options{DataDir: seededDir(t)})
	stop(t, s)
	<-s.Done()
	if err := s.Err(); err != nil {
		t.Errorf("Err after Stop: %v", err)
	}
	stop(t, s)
}

func TestCtrlCDoesNotReachPostgreSQL(t *testing.T) {
	t.Parallel()
	s := start(t, Options{DataDir: seededDir(t)})
	pid := s.process.cmd.Process.Pid
	group, err := syscall.Getpgid(pid)
	must(t, err)
	if group != pid {
		t.Errorf("PostgreSQL is in process group %d, want its own", group)
	}
}

func TestLogGoesToFileAndListener(t *testing.T) {
	t.Parallel()
	dir := seededDir(t)
	var heard bytes.Buffer
	s := start(t, Options{DataDir: dir, Log: &heard})
	stop(t, s)
	const line = "ready to accept connections"
	if !strings.Contains(heard.String(), line) {
		t.Errorf("the listener heard %q", heard.String())
	}
	s = start(t, Options{DataDir: dir})
	stop(t, s)
	for _, name := range []string{logName, logName + ".1"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		must(t, err)
		if n := strings.Count(string(text), line); n != 1 {
			t.Errorf("%s tells of %d starts, want 1", name, n)
		}
	}
}

func TestEnvironmentKeepsSecretsAndSteeringOut(t *testing.T) {
	t.Parallel()
	got := environment([]string{"PATH=/bin", "PGDATA=/x", "KEYHALL_MASTER_KEY=x", "LANG=de_DE", "LC_TIME=fr_FR"})
	if want := "PATH=/bin LC_ALL=C"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
