package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// pinned reports whether there are two cores to divide.
func pinned() bool { return cores() > 1 }

func cores() int {
	var set unix.CPUSet
	if unix.SchedGetaffinity(1, &set) != nil && unix.SchedGetaffinity(0, &set) != nil {
		return 1
	}
	return set.Count()
}

// ownCore is for whoever is measured, otherCore for everybody else.
func ownCore() []int   { return []int{0} }
func otherCore() []int { return []int{1} }

const placed = "KEYHALL_BENCH_PLACED"

// keepTo runs this program anew on the given cores, which all its threads and children inherit.
func keepTo(cpus []int) error {
	if !pinned() || os.Getenv(placed) != "" {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := onto(cpus); err != nil {
		return err
	}
	return syscall.Exec(self, os.Args, append(os.Environ(), placed+"=yes"))
}

func onto(cpus []int) error {
	var set unix.CPUSet
	for _, c := range cpus {
		set.Set(c)
	}
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return fmt.Errorf("pinning to cores %v: %w", cpus, err)
	}
	return nil
}

// startOn starts a child on the given cores. Its thread lives as long as the child, so that the child is told when this
// program dies.
func startOn(cpus []int, cmd *exec.Cmd) (ended chan struct{}, err error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error, 1)
	ended = make(chan struct{})
	go func() {
		runtime.LockOSThread()
		err := error(nil)
		if pinned() {
			err = onto(cpus)
		}
		if err == nil {
			err = cmd.Start()
		}
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in the ProcessState
			close(ended)
		}
	}()
	return ended, <-started
}
