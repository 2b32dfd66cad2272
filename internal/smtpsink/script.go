package smtpsink

import (
	"fmt"
	"io"
	"net"
	"sync"
)

// Verb is a point of the conversation at which the sink can be told to misbehave.
type Verb string

// The points, in their order. Those from Hello to Data are seen on plain connections only; Connect and Content
// also under TLS.
const (
	Connect  Verb = "CONNECT" // instead of the greeting
	Hello    Verb = "EHLO"    // and the HELO a client may fall back to
	StartTLS Verb = "STARTTLS"
	Auth     Verb = "AUTH"
	Mail     Verb = "MAIL"
	Rcpt     Verb = "RCPT"
	Data     Verb = "DATA"    // the command, before any content
	Content  Verb = "CONTENT" // after the final dot
	Reset    Verb = "RSET"
	Quit     Verb = "QUIT"
)

// Always is "each time" for Refuse, Hang and Drop.
const Always = 1 << 30

// Refuse answers the next times visits of the verb with the code and text. 421 closes the connection, as it must.
// A message refused at Content is not kept.
func (s *Sink) Refuse(verb Verb, code int, text string, times int) {
	s.script.add(verb, fault{kind: refuse, code: code, text: text, left: times})
}

// Hang never answers the next times visits of the verb; it waits until the client gives up. The channel returned
// tells when a visit has begun. A message hung up on at Content is not kept.
func (s *Sink) Hang(verb Verb, times int) <-chan struct{} {
	begun := make(chan struct{}, 1)
	s.script.add(verb, fault{kind: hang, left: times, begun: begun})
	return begun
}

// Drop closes the connection at the next times visits of the verb. At Content the message has been kept by then:
// it is the answer that is lost.
func (s *Sink) Drop(verb Verb, times int) { s.script.add(verb, fault{kind: drop, left: times}) }

type faultKind uint8

const (
	refuse faultKind = iota
	hang
	drop
)

type fault struct {
	kind  faultKind
	code  int
	text  string
	left  int
	begun chan struct{}
}

// script is what was ordered and has not happened yet.
type script struct {
	mu     sync.Mutex
	faults map[Verb][]fault
}

func (s *script) add(verb Verb, f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults == nil {
		s.faults = map[Verb][]fault{}
	}
	s.faults[verb] = append(s.faults[verb], f)
}

// take uses up one visit; nil when nothing is ordered for the verb.
func (s *script) take(verb Verb) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults[verb] {
		if f := &s.faults[verb][i]; f.left > 0 {
			f.left--
			taken := *f
			return &taken
		}
	}
	return nil
}

// play acts the fault out on the connection. After io.EOF the conversation is over.
func (f *fault) play(conn net.Conn) error {
	switch {
	case f.kind == hang:
		select {
		case f.begun <- struct{}{}:
		default: // nobody has looked since the last visit
		}
		_, _ = io.Copy(io.Discard, conn) // ends with the connection, one way or another
		return io.EOF
	case f.kind == drop:
		_ = conn.Close()
		return io.EOF
	}
	if _, err := fmt.Fprintf(conn, "%d %s\r\n", f.code, f.text); err != nil || f.code == 421 {
		_ = conn.Close()
		return io.EOF
	}
	return nil
}
