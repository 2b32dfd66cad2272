package transfer

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// byteOrderMark is what some programs write at the start of a text in UTF-8.
var byteOrderMark = []byte("\ufeff")

// withoutMark drops the mark.
func withoutMark(from io.Reader) *bufio.Reader {
	r := bufio.NewReader(from)
	if start, _ := r.Peek(len(byteOrderMark)); bytes.Equal(start, byteOrderMark) {
		_, _ = r.Discard(len(byteOrderMark)) // they are in the buffer
	}
	return r
}

// lines walks over the lines of a text.
type lines struct {
	scanner *bufio.Scanner
	number  int // of the present line, from 1
	text    []byte
	err     error
}

func newLines(from io.Reader) *lines {
	s := bufio.NewScanner(withoutMark(from))
	s.Buffer(nil, longestLine)
	return &lines{scanner: s}
}

func (l *lines) next() bool {
	l.number++
	if l.scanner.Scan() {
		l.text = l.scanner.Bytes()
		return true
	}
	if l.err = l.scanner.Err(); errors.Is(l.err, bufio.ErrTooLong) {
		l.err = unreadable(l.number, "it is longer than 1 MiB")
	}
	return false
}
