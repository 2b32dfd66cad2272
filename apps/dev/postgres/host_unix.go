//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package postgres

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

const lockPoll = 20 * time.Millisecond

func supported() error { return nil }

func ownerOf(path string) (uint32, error) {
	var info syscall.Stat_t
	if err := syscall.Stat(path, &info); err != nil {
		return 0, &os.PathError{Op: "stat", Path: path, Err: err}
	}
	return info.Uid, nil
}

// isolate gives the child the account's identity and a process group of its own, which ends with its ctx.
func (a account) isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.lowered {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	cmd.Cancel = func() error { return send(-cmd.Process.Pid, syscall.SIGKILL) }
}

// lockFile takes the file's lock, waiting for it until ctx ends. Go opens files so that children do not inherit
// them: the lock is this process's alone.
func lockFile(ctx context.Context, file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return err
		}
		if err := pause(ctx, lockPoll); err != nil {
			return err
		}
	}
}

// send signals a process that need not be our child, or a process group by its negative number.
func send(pid int, sig syscall.Signal) error {
	err := syscall.Kill(pid, sig)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// exists tells whether the number is taken, be it by another user's process or by a dead one.
func exists(pid int) bool { return !errors.Is(send(pid, 0), os.ErrProcessDone) }
