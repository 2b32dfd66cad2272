//go:build unix

package postgres

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq"
)

// patience bounds everything a test waits for; nothing takes nearly as long on an idle machine.
const patience = 60 * time.Second

// order makes the test binary a program that starts PostgreSQL, reports, and stops it on SIGTERM: a process that a
// test may kill, or run as another user.
type order struct {
	DataDir string
	Durable bool
	Shared  []string
}

// report is the one line an ordered process prints.
type report struct{ URL, Error string }

const orderVariable = "TEST_ORDER" // not KEYHALL_*: children of ours do not see those

func TestMain(m *testing.M) {
	if text := os.Getenv(orderVariable); text != "" {
		os.Exit(obey(text))
	}
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

// workshop holds what several tests share; everybody may enter it.
var workshop string

func runTests(m *testing.M) (code int, err error) {
	if workshop, err = os.MkdirTemp("", "keyhall-workshop-*"); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(workshop)) }()
	if err := os.Chmod(workshop, 0o711); err != nil {
		return 0, err
	}
	sharedPlaces = []string{filepath.Join(workshop, "places")}
	return m.Run(), nil
}

func obey(text string) int {
	var do order
	if err := json.Unmarshal([]byte(text), &do); err != nil {
		panic(err)
	}
	sharedPlaces = do.Shared
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	s, err := Start(ctx, Options{DataDir: do.DataDir, Durable: do.Durable})
	if err != nil {
		tell(report{Error: err.Error()})
		return 1
	}
	tell(report{URL: s.URL("postgres")})
	<-ctx.Done()
	if err := s.Stop(context.Background()); err != nil {
		return 1
	}
	return 0
}

func tell(r report) {
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		panic(err)
	}
}

// program is a running order.
type program struct {
	cmd *exec.Cmd
	out io.Reader
}

// runProgram starts an order, as nobody when lowered.
func runProgram(t *testing.T, o Options, lowered bool) *program {
	t.Helper()
	text, err := json.Marshal(order{DataDir: o.DataDir, Durable: o.Durable, Shared: sharedPlaces})
	must(t, err)
	cmd := exec.Command(testBinary(t))
	cmd.Dir = "/"
	cmd.Stderr = os.Stderr
	if lowered {
		as, err := firstAccount("nobody")
		must(t, err)
		as.isolate(cmd)
		cmd.Cancel = nil
	}
	cmd.Env = append(os.Environ(), orderVariable+"="+string(text), "HOME="+o.DataDir)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	p := &program{cmd: cmd, out: out}
	t.Cleanup(p.kill)
	return p
}

// url waits for the program's report, which has to be a success.
func (p *program) url(t *testing.T) string {
	t.Helper()
	r := p.report(t)
	if r.Error != "" {
		t.Fatalf("the program could not start PostgreSQL: %s", r.Error)
	}
	return r.URL
}

func (p *program) report(t *testing.T) report {
	t.Helper()
	line, err := bufio.NewReader(p.out).ReadBytes('\n')
	must(t, err)
	var r report
	must(t, json.Unmarshal(line, &r))
	return r
}

// kill ends the program by SIGKILL and waits until it is gone. It may be called again.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// stop ends the program in good order.
func (p *program) stop(t *testing.T) {
	t.Helper()
	must(t, p.cmd.Process.Signal(syscall.SIGTERM))
	must(t, p.cmd.Wait())
}

var copied = sync.OnceValues(func() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(self)
	path := filepath.Join(workshop, "postgres.test")
	return path, errors.Join(err, os.WriteFile(path, text, 0o755), os.Chmod(path, 0o755))
})

// testBinary is a copy of this binary where every user may run it.
func testBinary(t *testing.T) string {
	t.Helper()
	path, err := copied()
	must(t, err)
	return path
}

// openDir is a temporary folder that every user may enter, unlike t.TempDir, which root only may.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "keyhall-data-*")
	must(t, err)
	must(t, os.Chmod(dir, 0o711))
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	return dir
}

var model = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(workshop, "model")
	s, err := Start(context.Background(), Options{DataDir: dir})
	if err != nil {
		return "", err
	}
	return dir, s.Stop(context.Background())
})

// seededDir is openDir with a cluster in it: a copy, because making one takes a second.
func seededDir(t *testing.T) string {
	t.Helper()
	from, err := model()
	must(t, err)
	dir := openDir(t)
	must(t, exec.Command("cp", "-Rp", from+"/.", dir).Run())
	return dir
}

// start starts a server in this process and stops it with the test.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	began := time.Now()
	s, err := Start(t.Context(), o)
	must(t, err)
	t.Logf("started in %v", time.Since(began).Round(time.Millisecond))
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	must(t, s.Stop(ctx))
}

// query runs one statement and returns its single value, or "" for none.
func query(t *testing.T, url, statement string) string {
	t.Helper()
	value, err := tryQuery(t, url, statement)
	must(t, err)
	return value
}

func tryQuery(t *testing.T, url, statement string) (string, error) {
	t.Helper()
	db, err := sql.Open("postgres", url)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	var value string
	err = db.QueryRowContext(t.Context(), statement).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// processesOf lists the command lines of the processes that name a folder.
func processesOf(t *testing.T, dir string) []string {
	t.Helper()
	said, err := exec.Command("ps", "-A", "-ww", "-o", "pid=,command=").Output()
	must(t, err)
	var found []string
	for line := range strings.Lines(string(said)) {
		if strings.Contains(line, dir) {
			found = append(found, line)
		}
	}
	return found
}

// eventually polls until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for !holds() {
		if pause(ctx, orphanPoll) != nil {
			t.Fatalf("in vain waited until %s", what)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func needsRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
}
