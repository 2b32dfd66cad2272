package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	lockName  = "postgres.lock"
	placeName = "postgres.place"
	logName   = "postgres.log"

	// A killed process takes a moment to go, and so does the lock it held.
	lockPatience = time.Second
)

// sharedPlaces are where root keeps clusters and binaries that PostgreSQL's user could not reach below DataDir.
// The first survives a clean-up of temporary files, the second is there where the first cannot be written.
var sharedPlaces = []string{"/var/lib/keyhall", "/var/tmp/keyhall"}

// folder is DataDir while this process holds it.
type folder struct {
	path string // absolute, without symbolic links, so that it names the folder in one way only
	lock *os.File
}

// claim makes the folder and takes its lock, which the kernel frees with the process, however that ends.
func claim(ctx context.Context, dir string) (*folder, error) {
	if err := makeFolder(dir); err != nil {
		return nil, unwritable(dir, err)
	}
	path, err := resolve(dir)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	f := &folder{path: path, lock: lock}
	if err := f.takeLock(ctx); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return f, nil
}

// makeFolder makes a folder that others may enter (but not list), whatever our umask says, and leaves one that is
// there as it is.
func makeFolder(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return os.MkdirAll(dir, 0o711) // says what is wrong with it, if anything
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return err
	}
	return os.Chmod(dir, 0o711)
}

func resolve(dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(absolute)
}

func unwritable(dir string, err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		err = at.Err
	}
	return fmt.Errorf("cannot write to the data folder %s (%w): give it to the user who runs this, or set KEYHALL_DATA_DIR to another folder", dir, err)
}

func (f *folder) takeLock(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	if err := lockFile(ctx, f.lock); err != nil {
		return f.explainLock(err)
	}
	if err := f.lock.Truncate(0); err != nil {
		return unwritable(f.path, err)
	}
	_, err := fmt.Fprintln(f.lock, os.Getpid())
	return err
}

func (f *folder) explainLock(err error) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("cannot lock the data folder %s: %w", f.path, err)
	}
	holder, err := os.ReadFile(f.lock.Name())
	if err != nil {
		return unwritable(f.path, err)
	}
	return fmt.Errorf("the data folder %s is in use by another keyhall (process %s): stop that one, or set KEYHALL_DATA_DIR to another folder",
		f.path, strings.TrimSpace(string(holder)))
}

// release frees the folder for the next process. The lock file stays: removing it would let two processes hold
// two files of the same name.
func (f *folder) release() error { return f.lock.Close() }

// home is the folder that holds the clusters: the recorded place, else DataDir itself.
func (f *folder) home() (string, error) {
	record := filepath.Join(f.path, placeName)
	text, err := os.ReadFile(record)
	if errors.Is(err, fs.ErrNotExist) {
		return f.path, nil
	}
	if err != nil {
		return "", err
	}
	place := strings.TrimSpace(string(text))
	if _, err := os.Stat(place); err != nil {
		return "", fmt.Errorf("the database of %s was kept in %q, which cannot be found: bring it back, or remove %s to begin with an empty one", f.path, place, record)
	}
	return place, nil
}

// settle finds a home for the first cluster: DataDir where the account may own files in it, else a place of its
// own outside. The place is recorded before anything is kept there, so nothing is ever kept where nobody looks.
func (f *folder) settle(ctx context.Context, as account, o Options) (string, error) {
	home, err := f.home()
	if err != nil || home != f.path || as.fits(ctx, f.path) == nil {
		return home, err
	}
	place, err := as.sharedPlace(ctx, "dev-*")
	if err != nil {
		return "", err
	}
	o.say("User %s may not enter %s, so the database is kept in %s.", as.name, f.path, place)
	if err := writeDurably(filepath.Join(place, "belongs-to"), f.path); err != nil {
		return "", err
	}
	return place, writeDurably(filepath.Join(f.path, placeName), place)
}

func (f *folder) removeClusters(ctx context.Context) error {
	home, err := f.home()
	if err != nil {
		return err
	}
	clusters, err := clustersIn(home)
	if err != nil {
		return err
	}
	for _, c := range clusters {
		if err := errors.Join(c.clear(ctx, Options{}), os.RemoveAll(c.dir)); err != nil {
			return err
		}
	}
	if home == f.path {
		return nil
	}
	return errors.Join(os.RemoveAll(home), os.Remove(filepath.Join(f.path, placeName)))
}

// writeDurably puts one line into a file that afterwards has the old content or the new, also after a power cut.
func writeDurably(path, line string) error {
	temporary := path + ".new"
	file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(file, line)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// unfinished begins the name of what is still being made; it gets its real name when it is whole.
const unfinished = "unfinished-"

// sweep removes what killed runs have left unfinished. What cannot be removed yet, because an orphan still writes
// to it, is in nobody's way and left to the next time.
func sweep(dir string, o Options) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		o.say("Could not look for leftovers in %s: %v", dir, err)
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), unfinished) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			o.say("Could not remove what an earlier run has left: %v", err)
		}
	}
}
