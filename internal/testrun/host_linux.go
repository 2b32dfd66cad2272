package main

import "syscall"

// dieWithParent has the kernel end a command when we are killed.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGTERM }
