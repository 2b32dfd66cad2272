//go:build unix

package postgres

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeBinaries makes a folder with a postgres that only knows its version.
func fakeBinaries(t *testing.T, major int) string {
	t.Helper()
	dir := openDir(t)
	must(t, os.Chmod(dir, 0o755))
	script := fmt.Sprintf("#!/bin/sh\necho 'postgres (PostgreSQL) %d.1 (Fake)'\n", major)
	for _, name := range []string{"postgres", "initdb"} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755))
		must(t, os.Chmod(filepath.Join(dir, name), 0o755))
	}
	return dir
}

func TestGivenBinaries(t *testing.T) {
	dir := fakeBinaries(t, 14)
	t.Chdir(filepath.Dir(dir))
	t.Setenv(BinVariable, filepath.Base(dir))
	wantRefusal(t, Options{DataDir: openDir(t)}, BinVariable, "PostgreSQL 14", "15 or newer")

	t.Setenv(BinVariable, "/nonexistent")
	wantRefusal(t, Options{DataDir: openDir(t)}, BinVariable, "/nonexistent")
}

func TestOlderPostgreSQLOnPathIsPassedOver(t *testing.T) {
	t.Setenv("PATH", fakeBinaries(t, 14)+string(os.PathListSeparator)+os.Getenv("PATH"))
	as, err := accountFor(nil)
	must(t, err)
	found, err := locate(t.Context(), as, npmPackage{}, nil)
	if err == nil && found.major < oldestMajor {
		t.Errorf("took PostgreSQL %d", found.major)
	}
}

func TestClusterOfAPostgreSQLThatIsGone(t *testing.T) {
	t.Parallel()
	clusters := []*cluster{{dir: "/somewhere/pg16", major: 99}}
	as, err := accountFor(nil)
	must(t, err)
	_, err = locate(t.Context(), as, npmPackage{}, clusters)
	if err == nil || !strings.Contains(err.Error(), "/somewhere/pg16") || !strings.Contains(err.Error(), "PostgreSQL 99") {
		t.Errorf("got %v", err)
	}
}

func TestNewestFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"9", "15", "18"} {
		must(t, os.Mkdir(filepath.Join(dir, "pg-"+name), 0o700))
	}
	got := newestFirst(filepath.Join(dir, "pg-*"))
	for i := range got {
		got[i] = strings.TrimPrefix(filepath.Base(got[i]), "pg-")
	}
	if want := []string{"18", "15", "9"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestNpmPackage hides the installed PostgreSQL. As root the package is wanted below a private home, so that it has
// to be kept elsewhere; for a plain user it stays where it is wanted.
func TestNpmPackage(t *testing.T) {
	if _, err := exec.LookPath("npm"); err != nil && testing.Short() {
		t.Skip("npm is not on PATH: without it there is no package to try, which only -short lets pass")
	}
	t.Setenv(BinVariable, "npm")
	useSharedPlace(t, filepath.Join(openDir(t), "places"))
	o := Options{DataDir: openDir(t), InstallDir: "postgres"}
	t.Chdir(t.TempDir())
	var said []string
	o.Progress = func(line string) { said = append(said, line) }
	s := start(t, o)
	if got := query(t, s.URL("postgres"), "SHOW server_version_num"); got[:2] != fmt.Sprint(npmMajor) {
		t.Errorf("server_version_num is %s", got)
	}
	stop(t, s)
	if !strings.Contains(strings.Join(said, "\n"), "Downloading") {
		t.Errorf("said %q", said)
	}

	said = nil
	s = start(t, o)
	query(t, s.URL("postgres"), "CREATE EXTENSION citext; SELECT 1")
	if len(said) > 0 {
		t.Errorf("said %q at the second start", said)
	}
}

// useSharedPlace is for tests that do not run in parallel to others.
func useSharedPlace(t *testing.T, place string) {
	t.Helper()
	before := sharedPlaces
	sharedPlaces = []string{place}
	t.Cleanup(func() { sharedPlaces = before })
}

func TestNothingToBeHad(t *testing.T) {
	t.Setenv(BinVariable, "npm")
	t.Setenv("PATH", "/nonexistent")
	wantRefusal(t, Options{DataDir: openDir(t)}, "npm is not on PATH", "apt install postgresql", "brew install", "KEYHALL_DATABASE_URL")
}

func TestNpmPlatform(t *testing.T) {
	t.Parallel()
	for platform, want := range map[string]string{
		"linux/amd64": "linux-x64", "linux/ppc64le": "linux-ppc64", "darwin/arm64": "darwin-arm64",
		"darwin/386": "", "linux/riscv64": "", "freebsd/amd64": "",
	} {
		goos, goarch, _ := strings.Cut(platform, "/")
		got, err := npmPlatform(goos, goarch)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v, want %q", platform, got, err, want)
		}
	}
}
