//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package postgres

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
)

var errUnsupported = errors.New("PostgreSQL is not started by keyhall on this system: set KEYHALL_DATABASE_URL")

func supported() error { return errUnsupported }

func ownerOf(string) (uint32, error) { return 0, errUnsupported }

func (a account) isolate(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{} }

func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}

func lockFile(context.Context, *os.File) error { return errUnsupported }

func send(int, syscall.Signal) error { return errUnsupported }

func exists(int) bool { return false }

func serves(int, string) bool { return false }
