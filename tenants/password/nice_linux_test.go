package password

import (
	"context"
	"syscall"
	"testing"
)

func TestHashersRunAtTheLowestPriority(t *testing.T) {
	t.Parallel()
	p := pool(t, PoolOptions{Hashers: 1})
	var worker int
	var failed error
	ask := func() { worker, failed = syscall.Getpriority(syscall.PRIO_PROCESS, syscall.Gettid()) }
	if err := p.do(context.Background(), "t", ask); err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	if nice := 20 - worker; nice != 19 { // the system call answers 20 - nice
		t.Errorf("a hasher has nice %d", nice)
	}
}
