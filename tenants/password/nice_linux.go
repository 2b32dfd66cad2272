package password

import "syscall"

// lowerPriority gives the calling thread what is left over by others (nice 19). Needs no privilege.
func lowerPriority() error {
	return syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), 19)
}
