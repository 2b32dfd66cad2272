package postgres

import (
	"runtime"
	"syscall"
	"testing"
)

// TestStartersThreadMayEnd ends the thread that started a server, as Go does when it likes: the kernel must not take
// it for the death of the parent.
func TestStartersThreadMayEnd(t *testing.T) {
	t.Parallel()
	o := Options{DataDir: seededDir(t)}
	var s *Server
	var err error
	inThreadThatEnds(func() { s, err = Start(t.Context(), o) })
	must(t, err)
	for range 20 {
		query(t, s.URL("postgres"), "SELECT 1")
	}
	stop(t, s)
}

// inThreadThatEnds calls f in a thread that is gone soon after. The main thread never ends: when it is the one at
// hand it waits, so that another is taken.
func inThreadThatEnds(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlock: the thread ends with the goroutine
		if syscall.Gettid() == syscall.Getpid() {
			inThreadThatEnds(f)
			runtime.UnlockOSThread()
			return
		}
		f()
	}()
	<-done
}
