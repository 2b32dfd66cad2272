package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// result is what one package or suite came to.
type result struct {
	name           string
	passed, failed int
	skipped        []string // names with reasons
	took           time.Duration
	details        string // what the failures said
}

// tally prints results as they come and adds them up.
type tally struct {
	out            io.Writer
	passed, failed int
	skipped        []string
}

func (t *tally) add(r result) {
	t.passed += r.passed
	t.failed += r.failed
	t.skipped = append(t.skipped, r.skipped...)
	verdict := "ok  "
	if r.failed > 0 {
		verdict = "FAIL"
	}
	fmt.Fprintf(t.out, "%s  %-38s %-24s %6.1fs\n", verdict, r.name, r.counts(), r.took.Seconds())
	if r.failed > 0 && r.details != "" {
		fmt.Fprintf(t.out, "\n%s\n\n", strings.TrimRight(r.details, "\n"))
	}
}

func (r result) counts() string {
	switch {
	case r.failed > 0:
		return fmt.Sprintf("%d passed, %d failed", r.passed, r.failed)
	case r.passed > 0:
		return fmt.Sprintf("%d passed", r.passed)
	default:
		return ""
	}
}

// close prints the closing line, which scripts read.
func (t *tally) close() {
	for _, s := range t.skipped {
		fmt.Fprintf(t.out, "skipped: %s\n", s)
	}
	fmt.Fprintf(t.out, "\n%d passed, %d failed\n", t.passed, t.failed)
}
