package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func newTestRun(t *testing.T) (*run, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	return &run{tally: &tally{out: &out}, root: t.TempDir(), temp: t.TempDir(), env: os.Environ()}, &out
}

func TestClosingLine(t *testing.T) {
	t.Parallel()
	r, out := newTestRun(t)
	r.tally.add(result{name: "a", passed: 3, details: "chatter"})
	r.tally.add(result{name: "b", passed: 1, failed: 2, skipped: []string{"b TestX: why"}, details: "what went wrong"})
	r.tally.close()
	said := out.String()
	if !strings.HasSuffix(said, "\n4 passed, 2 failed\n") {
		t.Errorf("closed with %q", said)
	}
	if strings.Contains(said, "chatter") || !strings.Contains(said, "what went wrong") || !strings.Contains(said, "skipped: b TestX: why") {
		t.Errorf("said %q", said)
	}
}

func TestSuiteThatCannotRunIsAFailure(t *testing.T) {
	t.Parallel()
	r, out := newTestRun(t)
	r.all(t.Context(), []suite{{"e2e", func(r *run, ctx context.Context) error {
		_, err := r.output(ctx, ".", "sh", "-c", "echo out; echo err >&2; exit 7")
		return err
	}}})
	if r.tally.failed != 1 {
		t.Errorf("%d failures", r.tally.failed)
	}
	for _, part := range []string{"FAIL  e2e", "out\n", "err\n", "exit status 7"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("%q is not in %q", part, out)
		}
	}
}

func TestInterruptedRunIsAFailureAndCleansUp(t *testing.T) {
	t.Parallel()
	r, out := newTestRun(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cleaned := false
	r.atEnd(func(ctx context.Context) error { cleaned = ctx.Err() == nil; return nil })
	stopped := suite{"go", func(_ *run, _ context.Context) error { cancel(errors.New("Ctrl-C")); return nil }}
	never := suite{"e2e", func(*run, context.Context) error { t.Error("ran on"); return nil }}
	r.all(ctx, []suite{stopped, never})
	if r.tally.failed != 1 || !strings.Contains(out.String(), "interrupted: Ctrl-C") || !cleaned {
		t.Errorf("cleaned: %t, said %q", cleaned, out)
	}
}

func TestCommandLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	r, _ := newTestRun(t)
	pidFile := filepath.Join(r.root, "pid")
	if _, err := r.output(t.Context(), ".", "sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $! >pid"); err != nil {
		t.Fatal(err)
	}
	awaitDeath(t, pidFile)
}

func TestInterruptEndsTheWholeGroup(t *testing.T) {
	t.Parallel()
	r, _ := newTestRun(t)
	ctx, cancel := context.WithCancel(t.Context())
	pidFile := filepath.Join(r.root, "pid")
	ended := make(chan error, 1)
	go func() {
		_, err := r.output(ctx, ".", "sh", "-c", "sleep 600 & echo $! >pid.new; mv pid.new pid; wait")
		ended <- err
	}()
	poll(t, func() bool { _, err := os.Stat(pidFile); return err == nil })
	cancel()
	if err := <-ended; err == nil {
		t.Error("ended well")
	}
	awaitDeath(t, pidFile)
}

func awaitDeath(t *testing.T, pidFile string) {
	t.Helper()
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	poll(t, func() bool { return dead(pid) })
}

// dead takes a process that nobody has collected yet for dead: in some containers nobody ever does.
func dead(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}

func poll(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited too long")
		}
	}
}

func TestVitestReport(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "report.json")
	write(t, path, `{"testResults":[
		{"name":"a.test.ts","status":"failed","assertionResults":[{"status":"passed","fullName":"a"},{"status":"failed","fullName":"b"},{"status":"skipped","fullName":"c"}]},
		{"name":"b.test.ts","status":"failed","message":"cannot be loaded","assertionResults":[]}]}`)
	res, err := readVitest(path)
	if err != nil || res.passed != 1 || res.failed != 2 || len(res.skipped) != 1 {
		t.Errorf("got %+v, %v", res, err)
	}
}

func TestPlaywrightReport(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "report.json")
	write(t, path, `{"errors":[],"suites":[{"title":"users.spec.ts","specs":[{"title":"a","tests":[{"status":"expected"}]}],
		"suites":[{"title":"list","specs":[{"title":"b","tests":[{"status":"unexpected"}]},{"title":"c","tests":[{"status":"flaky"}]},{"title":"d","tests":[{"status":"skipped"}]}]}]}]}`)
	res, err := readPlaywright(path)
	if err != nil || res.passed != 1 || res.failed != 2 || len(res.skipped) != 1 {
		t.Errorf("got %+v, %v", res, err)
	}
}

func TestASuiteIsNoBetterThanItsCommand(t *testing.T) {
	t.Parallel()
	if got := (result{passed: 3}).blaming(errors.New("exit status 1")); got.failed != 1 || got.details != "exit status 1" {
		t.Errorf("a failed command gives %+v", got)
	}
	if got := (result{}).blaming(nil); got.failed != 1 {
		t.Errorf("no test at all gives %+v", got)
	}
	if got := (result{passed: 3}).blaming(nil); got.failed != 0 {
		t.Errorf("three good tests give %+v", got)
	}
}

func TestChangedFilesAreNamed(t *testing.T) {
	t.Parallel()
	sum := func(s string) [sha256.Size]byte { return sha256.Sum256([]byte(s)) }
	before := map[string][sha256.Size]byte{"same": sum("1"), "changed": sum("1"), "gone": sum("1")}
	after := map[string][sha256.Size]byte{"same": sum("1"), "changed": sum("2"), "new": sum("1")}
	if got := strings.Join(differences(before, after), " "); got != "changed gone new" {
		t.Errorf("got %q", got)
	}
}

func TestSomebodysRealKeyhallIsOutOfReach(t *testing.T) {
	t.Parallel()
	got := strings.Join(environment([]string{"HOME=/h", "MAKEFLAGS= -j", "KEYHALL_DATABASE_URL=postgres://real", "KEYHALL_POSTGRES_BIN=npm", "KEYHALL_TEST_FAULTS=long"}), " ")
	if !strings.HasPrefix(got, "HOME=/h KEYHALL_POSTGRES_BIN=npm KEYHALL_TEST_FAULTS=long") || strings.Contains(got, "real") {
		t.Errorf("got %q", got)
	}
}

func TestSuitesAreChosenByName(t *testing.T) {
	t.Parallel()
	chosen, err := choose("e2e,go")
	if err != nil || len(chosen) != 2 || chosen[0].name != "go" {
		t.Errorf("got %v, %v", chosen, err)
	}
	if _, err := choose("e2"); err == nil {
		t.Error("took a suite that does not exist")
	}
}
