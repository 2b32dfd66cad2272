package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// tick is what /proc counts CPU time in.
const tick = 10 * time.Millisecond

// cpu is the time that a process and its children that are still there have used.
func cpu(pid int) time.Duration {
	total := statOf(pid).used
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		panic(err) // only a malformed pattern
	}
	for _, file := range files {
		child, err := strconv.Atoi(strings.Split(file, "/")[2])
		if s := statOf(child); err == nil && s.parent == pid {
			total += s.used
		}
	}
	return total
}

type stat struct {
	parent int
	used   time.Duration
}

// statOf reads /proc/<pid>/stat; a process that is gone has used nothing. proc(5): 4 is the parent, 14 and 15 the time.
func statOf(pid int) stat {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}
	}
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	return stat{number(fields[1]), time.Duration(number(fields[11])+number(fields[12])) * tick}
}

// busy is the time that all cores were used by anybody.
func busy() time.Duration {
	raw, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	total := 0
	for i, field := range strings.Fields(line)[1:9] {
		if i != 3 && i != 4 { // idle, waiting for a disk
			total += number(field)
		}
	}
	return time.Duration(total) * tick
}

// rss is the resident memory of a process in MiB.
func rss(pid int) float64 { return memory(pid, "VmRSS:") }

// highest is the most that it was so far.
func highest(pid int) float64 { return memory(pid, "VmHWM:") }

func memory(pid int, name string) float64 {
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), name); found {
			return float64(number(strings.Fields(value)[0])) / 1024
		}
	}
	return 0
}

// machine says in one line what this ran on.
func machine() string {
	model := "unknown CPU"
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, after, found := strings.Cut(string(raw), "model name"); found {
			model, _, _ = strings.Cut(strings.TrimLeft(after, "\t :"), "\n")
		}
	}
	return fmt.Sprintf("%s, %d cores, %s/%s, %s", model, cores(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}
