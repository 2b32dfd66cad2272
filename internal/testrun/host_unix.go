//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// isolate gives a command a process group of its own, apart from the keyboard: Ctrl-C reaches it through us only.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}

// endGroup kills what is left of a command's group; that nothing is left is the usual case.
func endGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
