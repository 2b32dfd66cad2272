package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is the user PostgreSQL runs as.
type account struct {
	name     string
	lowered  bool   // another user than ours, because we are root and PostgreSQL refuses root
	uid, gid uint32 // of that other user
}

// accountFor chooses ourselves or, for root, the owner of the cluster that is there already (it may have been made
// by a plain user, or before a user "postgres" was), else the first suitable user of this machine.
func accountFor(clusters []*cluster) (account, error) {
	uid := os.Geteuid()
	if uid != 0 {
		return account{name: strconv.Itoa(uid)}, mayOwn(clusters, uint32(uid))
	}
	if len(clusters) == 0 {
		return firstAccount("postgres", "_postgres", "nobody")
	}
	owner, err := ownerOf(clusters[0].data())
	if err != nil {
		return account{}, err
	}
	found, err := user.LookupId(strconv.FormatUint(uint64(owner), 10))
	if err != nil {
		return account{}, fmt.Errorf("the database in %s belongs to user %d, who has no entry in /etc/passwd: PostgreSQL cannot run as that user", clusters[0].dir, owner)
	}
	return loweredTo(found)
}

func mayOwn(clusters []*cluster, uid uint32) error {
	for _, c := range clusters {
		owner, err := ownerOf(c.data())
		if err != nil {
			return err
		}
		if owner != uid {
			return fmt.Errorf("the database in %s belongs to user %d: run this as that user or as root, or set KEYHALL_DATA_DIR to another folder", c.dir, owner)
		}
	}
	return nil
}

// firstAccount wants an entry in /etc/passwd: initdb asks for the name of its user.
func firstAccount(names ...string) (account, error) {
	for _, name := range names {
		if found, err := user.Lookup(name); err == nil {
			return loweredTo(found)
		}
	}
	return account{}, fmt.Errorf("PostgreSQL does not run as root and none of the users %s exists: run this as a plain user", strings.Join(names, ", "))
}

func loweredTo(u *user.User) (account, error) {
	uid, uidErr := strconv.ParseInt(u.Uid, 10, 64) // macOS writes nobody's as -2
	gid, gidErr := strconv.ParseInt(u.Gid, 10, 64)
	return account{name: u.Username, uid: uint32(uid), gid: uint32(gid), lowered: true}, errors.Join(uidErr, gidErr)
}

// command prepares a program that runs as the account, in a folder any account may enter, apart from the keyboard
// (Ctrl-C must reach PostgreSQL through our orderly stop only), and gets sig when this process dies.
func (a account) command(ctx context.Context, sig syscall.Signal, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = "/"
	cmd.Env = environment(os.Environ())
	a.isolate(cmd)
	dieWithParent(cmd.SysProcAttr, sig)
	return cmd
}

// environment drops what would steer PostgreSQL from outside (PG*), what it must not see (our secrets), and the
// language: we read its messages.
func environment(from []string) []string {
	var kept []string
	for _, entry := range from {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "PG") && !strings.HasPrefix(name, "KEYHALL_") && !strings.HasPrefix(name, "LC_") && !strings.HasPrefix(name, "LANG") {
			kept = append(kept, entry)
		}
	}
	return append(kept, "LC_ALL=C")
}

// fits tells whether the account can enter dir and own files in it. It is tried, not computed from permission bits:
// those say little about access lists, mounts without owners or remapped users.
func (a account) fits(ctx context.Context, dir string) error {
	if !a.lowered {
		return nil
	}
	probe, err := os.MkdirTemp(dir, "postgres.probe-*")
	if err != nil {
		return err
	}
	return errors.Join(a.enters(ctx, probe), os.Remove(probe))
}

func (a account) enters(ctx context.Context, dir string) error {
	if err := a.own(dir); err != nil {
		return err
	}
	cmd := a.command(ctx, syscall.SIGKILL, "/bin/sh", "-c", ":")
	cmd.Dir = dir
	return run(cmd)
}

func (a account) own(path string) error {
	if !a.lowered {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

// sharedPlace makes a new folder outside of DataDir that the account can use.
func (a account) sharedPlace(ctx context.Context, pattern string) (string, error) {
	var problems []error
	for _, base := range sharedPlaces {
		place, err := a.placeBelow(ctx, base, pattern)
		if err == nil {
			return place, nil
		}
		problems = append(problems, err)
	}
	return "", fmt.Errorf("there is no folder that user %s may use for the database (%v): set KEYHALL_DATA_DIR to one below a folder that everybody may enter", a.name, problems)
}

func (a account) placeBelow(ctx context.Context, base, pattern string) (string, error) {
	if err := makePassable(base); err != nil {
		return "", err
	}
	place, err := os.MkdirTemp(base, pattern)
	if err != nil {
		return "", err
	}
	if err := errors.Join(os.Chmod(place, 0o711), a.fits(ctx, place)); err != nil {
		return "", errors.Join(err, os.RemoveAll(place))
	}
	return place, nil
}

// makePassable makes a folder that everybody may pass through, whatever our umask says. One that is there already
// must be ours alone to change: whoever may rename what is in it could hand us a cluster or binaries of his own.
func makePassable(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	err := os.Mkdir(dir, 0o711)
	if err == nil {
		return os.Chmod(dir, 0o711)
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	return mustBeOurs(dir)
}

func mustBeOurs(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	owner, err := ownerOf(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() || owner != uint32(os.Geteuid()) || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s can be changed by others", dir)
	}
	return nil
}
