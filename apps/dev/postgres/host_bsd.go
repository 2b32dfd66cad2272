//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package postgres

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// dieWithParent does nothing: a PostgreSQL that outlives us is stopped by the next start.
func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}

// serves tells whether the process is a living postmaster of the data directory, by its command line. State Z is a
// dead process that nobody has collected.
func serves(pid int, data string) bool {
	said, err := exec.Command("ps", "-ww", "-o", "state=,command=", "-p", strconv.Itoa(pid)).Output()
	line := strings.TrimSpace(string(said))
	return err == nil && !strings.HasPrefix(line, "Z") && strings.Contains(line+" ", " -D "+data+" ")
}
