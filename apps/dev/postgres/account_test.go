//go:build unix

package postgres

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestRootBelowAPrivateHome(t *testing.T) {
	needsRoot(t)
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data") // below a folder of mode 0700
	o := Options{DataDir: dir, Durable: true}
	var said []string
	o.Progress = func(line string) { said = append(said, line) }
	s := start(t, o)
	query(t, s.URL("postgres"), "CREATE TABLE kept AS SELECT 'here' AS what; SELECT 1")
	stop(t, s)
	place, err := s.folder.home()
	must(t, err)
	if !strings.HasPrefix(place, sharedPlaces[0]) || !strings.Contains(strings.Join(said, "\n"), place) {
		t.Errorf("the database is in %s, and %q was said", place, said)
	}

	p := runProgram(t, o, false)
	if got := query(t, p.url(t), "SELECT what FROM kept"); got != "here" {
		t.Errorf("got %q from the table of the first run", got)
	}
	p.kill()
	must(t, Remove(t.Context(), dir))
	if _, err := os.Stat(place); err == nil {
		t.Errorf("%s outlives Remove", place)
	}
}

func TestPlainUser(t *testing.T) {
	needsRoot(t) // a plain user shows it with every other test
	t.Parallel()
	o := Options{DataDir: openDir(t), Durable: true}
	nobody, err := firstAccount("nobody")
	must(t, err)
	must(t, nobody.own(o.DataDir))
	must(t, os.Chmod(o.DataDir, 0o700))
	p := runProgram(t, o, true)
	query(t, p.url(t), "CREATE TABLE kept AS SELECT 'here' AS what; SELECT 1")
	p.kill()
	p = runProgram(t, o, true)
	if got := query(t, p.url(t), "SELECT what FROM kept"); got != "here" {
		t.Errorf("got %q from the table of the killed run", got)
	}
	p.stop(t)
}

func TestPlainUserThenRootThenPlainUser(t *testing.T) {
	needsRoot(t)
	t.Parallel()
	o := Options{DataDir: seededDir(t)}
	must(t, exec.Command("chown", "-R", "nobody", o.DataDir).Run())
	p := runProgram(t, o, true)
	p.url(t)
	p.stop(t)

	s := start(t, o)
	if got := query(t, s.URL("postgres"), "SELECT 1"); got != "1" {
		t.Errorf("got %q as root", got)
	}
	stop(t, s)
	p = runProgram(t, o, true)
	p.url(t)
	p.stop(t)
}

func TestPlainUserInRootsFolder(t *testing.T) {
	needsRoot(t)
	t.Parallel()
	o := Options{DataDir: openDir(t)}
	r := runProgram(t, o, true).report(t)
	if !strings.Contains(r.Error, o.DataDir) || !strings.Contains(r.Error, "permission denied") || !strings.Contains(r.Error, "KEYHALL_DATA_DIR") {
		t.Errorf("said %q", r.Error)
	}
}

func TestClusterThatCannotBeEnteredAnyMore(t *testing.T) {
	needsRoot(t)
	t.Parallel()
	home := openDir(t)
	o := Options{DataDir: filepath.Join(home, "data")}
	must(t, os.Rename(seededDir(t), o.DataDir))
	stop(t, start(t, o))
	must(t, os.Chmod(home, 0o700))
	wantRefusal(t, o, home, "may not enter", "chmod")
}

func TestSharedPlaceOfSomebodyElseIsNotUsed(t *testing.T) {
	needsRoot(t)
	t.Parallel()
	dir := openDir(t)
	must(t, os.Chmod(dir, 0o777))
	if err := makePassable(dir); err == nil {
		t.Error("took a folder that everybody may change")
	}
	nobody, err := firstAccount("nobody")
	must(t, err)
	must(t, os.Chmod(dir, 0o711))
	must(t, nobody.own(dir))
	if err := makePassable(dir); err == nil {
		t.Error("took a folder of another user")
	}
}
