//go:build unix

package postgres

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// wantRefusal starts a server that must not start, and wants the words in one line that says why.
func wantRefusal(t *testing.T, o Options, words ...string) {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err == nil {
		stop(t, s)
		t.Fatal("started, want a refusal")
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not speak of %q", err, word)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("%q is more than one line", err)
	}
}

func TestSecondStartIsRefused(t *testing.T) {
	t.Parallel()
	o := Options{DataDir: seededDir(t)}
	p := runProgram(t, o, false)
	url := p.url(t)
	wantRefusal(t, o, o.DataDir, "in use", strconv.Itoa(p.cmd.Process.Pid), "KEYHALL_DATA_DIR")
	query(t, url, "SELECT 1")
	p.stop(t)
	start(t, o)
}

func TestUnwritableFolder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	wantRefusal(t, Options{DataDir: filepath.Join(file, "data")}, file, "not a directory", "KEYHALL_DATA_DIR")
}

func TestVanishedPlaceIsNotReplacedSilently(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	must(t, writeDurably(filepath.Join(dir, placeName), "/nonexistent/place"))
	wantRefusal(t, Options{DataDir: dir}, "/nonexistent/place", placeName)
}

func TestFolderWithStrangeName(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openDir(t), `it's "my" [data] \ folder`)
	s := start(t, Options{DataDir: dir})
	query(t, s.URL("postgres"), "SELECT 1")
	stop(t, s)
	start(t, Options{DataDir: dir})
}

func TestRemove(t *testing.T) {
	t.Parallel()
	dir := seededDir(t)
	o := Options{DataDir: dir}
	former(t, o)
	must(t, os.WriteFile(filepath.Join(dir, "mine"), nil, 0o600))
	must(t, Remove(t.Context(), dir))
	clusters, err := clustersIn(dir)
	must(t, err)
	if len(clusters) > 0 {
		t.Errorf("%s is left", clusters[0].dir)
	}
	if _, err := os.Stat(filepath.Join(dir, "mine")); err != nil {
		t.Errorf("what is not ours is gone too: %v", err)
	}
}
