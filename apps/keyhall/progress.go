package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress is a bar on a terminal, and nothing elsewhere. It is used by one goroutine.
type progress struct {
	out   *os.File // nil: nobody watches
	size  int64    // bytes in all; 0: not known
	read  int64
	rows  int
	drawn time.Time
}

func newProgress(out *os.File, size int64) *progress {
	if !term.IsTerminal(int(out.Fd())) {
		return &progress{}
	}
	return &progress{out: out, size: size}
}

// watch counts what is read.
func (p *progress) watch(from io.Reader) io.Reader { return &watched{p, from} }

type watched struct {
	bar  *progress
	from io.Reader
}

func (w *watched) Read(buffer []byte) (int, error) {
	n, err := w.from.Read(buffer)
	w.bar.read += int64(n)
	return n, err
}

// step counts a row, and draws at most ten times a second.
func (p *progress) step() {
	p.rows++
	if p.out == nil || time.Since(p.drawn) < 100*time.Millisecond {
		return
	}
	p.drawn = time.Now()
	fmt.Fprint(p.out, "\r"+p.bar()+"\x1b[K")
}

func (p *progress) bar() string {
	if p.size == 0 {
		return fmt.Sprintf("%d rows", p.rows)
	}
	const width = 40
	done := min(p.read, p.size)
	full := int(width * done / p.size)
	return fmt.Sprintf("[%s%s] %3d %%  %d rows", strings.Repeat("=", full), strings.Repeat(" ", width-full), 100*done/p.size, p.rows)
}

// clear makes room for a line of text.
func (p *progress) clear() {
	if p.out != nil {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.drawn = time.Time{}
	}
}
