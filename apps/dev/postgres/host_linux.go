package postgres

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// dieWithParent has the kernel send the child a signal when we die, also by kill -9.
func dieWithParent(attributes *syscall.SysProcAttr, sig syscall.Signal) { attributes.Pdeathsig = sig }

// serves tells whether the process is a living postmaster of the data directory. Its command line says so, which
// may be read where its working folder may not (root in a container); that of a dead process is empty.
func serves(pid int, data string) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && strings.Contains(string(line), "\x00-D\x00"+data+"\x00")
}
