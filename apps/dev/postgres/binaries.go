package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"syscall"
)

const (
	// BinVariable names the folder of the binaries to use, or "npm" for the npm package whatever is installed.
	BinVariable = "KEYHALL_POSTGRES_BIN"

	oldestMajor = 15
)

// binaries are a postgres and the initdb beside it.
type binaries struct {
	dir   string
	major int
}

func (b binaries) postgres() string { return filepath.Join(b.dir, "postgres") }
func (b binaries) initdb() string   { return filepath.Join(b.dir, "initdb") }

// suits tells whether they can run a cluster of the wanted major version; zero wants any that is new enough.
func (b binaries) suits(major int) bool {
	return b.major >= oldestMajor && (major == 0 || major == b.major)
}

// locate finds binaries that the account can run: what BinVariable says, else installed ones, else the npm
// package. An existing cluster goes before a newer PostgreSQL, which could not read it.
func locate(ctx context.Context, as account, npm npmPackage, clusters []*cluster) (binaries, error) {
	switch dir := os.Getenv(BinVariable); dir {
	case "":
	case "npm":
		return fromNpm(ctx, as, npm)
	default:
		return explicit(ctx, as, dir)
	}
	major := 0
	if len(clusters) > 0 {
		major = clusters[0].major
	}
	for _, dir := range installed() {
		if found, err := inspect(ctx, as, dir); err == nil && found.suits(major) {
			return found, nil
		}
	}
	if major != 0 && major != npmMajor {
		return binaries{}, fmt.Errorf("the database in %s was made by PostgreSQL %d, which is not installed any more: install it, or set KEYHALL_DATA_DIR to another folder", clusters[0].dir, major)
	}
	return fromNpm(ctx, as, npm)
}

func fromNpm(ctx context.Context, as account, npm npmPackage) (binaries, error) {
	found, err := npm.binaries(ctx, as)
	if err != nil {
		return binaries{}, fmt.Errorf("found no PostgreSQL %d or newer, and npm could not bring one (%w). %s", oldestMajor, err, remedy)
	}
	return found, nil
}

const remedy = "Install it (Debian, Ubuntu: apt install postgresql; Fedora: dnf install postgresql-server; Alpine: apk add postgresql; " +
	"Arch: pacman -S postgresql; macOS: brew install postgresql@18) or set KEYHALL_DATABASE_URL"

func explicit(ctx context.Context, as account, dir string) (binaries, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, err
	}
	found, err := inspect(ctx, as, absolute)
	if err != nil {
		return binaries{}, fmt.Errorf("%s=%s does not name a folder with PostgreSQL in it: %w", BinVariable, dir, err)
	}
	if !found.suits(0) {
		return binaries{}, fmt.Errorf("%s=%s holds PostgreSQL %d; %d or newer is needed", BinVariable, dir, found.major, oldestMajor)
	}
	return found, nil
}

var versionLine = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+)`)

// inspect asks the binaries for their version as the account, which also shows that the account can run them.
func inspect(ctx context.Context, as account, dir string) (binaries, error) {
	b := binaries{dir: dir}
	if _, err := os.Stat(b.initdb()); err != nil {
		return binaries{}, err
	}
	cmd := as.command(ctx, syscall.SIGKILL, b.postgres(), "--version")
	said, err := output(cmd)
	if err != nil {
		return binaries{}, err
	}
	match := versionLine.FindStringSubmatch(said)
	if match == nil {
		return binaries{}, errors.New("its postgres gives no version")
	}
	b.major, err = strconv.Atoi(match[1])
	return b, err
}

// installed lists the folders where PostgreSQL may be, best first: what PATH means, then where the packages of
// Debian, the PostgreSQL project's RPMs, Alpine, Homebrew and Postgres.app put it, newest first.
func installed() []string {
	var dirs []string
	if onPath, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(onPath); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/libexec/postgresql*",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		dirs = append(dirs, newestFirst(pattern)...)
	}
	return dirs
}

var lastNumber = regexp.MustCompile(`(\d+)\D*$`)

func newestFirst(pattern string) []string {
	dirs, err := filepath.Glob(pattern)
	if err != nil {
		panic(err) // only a malformed pattern, and they are all above
	}
	version := func(dir string) int {
		match := lastNumber.FindStringSubmatch(dir)
		if match == nil {
			return 0
		}
		n, err := strconv.Atoi(match[1])
		if err != nil {
			return 0 // too long to be a version
		}
		return n
	}
	slices.SortStableFunc(dirs, func(a, b string) int { return version(b) - version(a) })
	return dirs
}
