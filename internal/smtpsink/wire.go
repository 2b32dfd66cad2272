package smtpsink

import (
	"bufio"
	"bytes"
	"net"
	"strings"
	"sync"
)

// listener hands out connections on which the script is played.
type listener struct {
	net.Listener
	script *script
	scan   bool // commands can be read: no TLS from the first byte

	mu    sync.Mutex
	conns []net.Conn
	acts  sync.WaitGroup
}

// Accept gives the next connection that nothing is ordered for.
func (l *listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.remember(conn)
		f := l.script.take(Connect)
		switch {
		case f != nil:
			l.acts.Go(func() { _ = f.play(conn); _ = conn.Close() })
		case l.scan:
			return &wire{Conn: conn, in: bufio.NewReader(conn), script: l.script}, nil
		default:
			return conn, nil
		}
	}
}

func (l *listener) remember(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = append(l.conns, conn)
}

func (l *listener) hangUp() {
	l.mu.Lock()
	for _, conn := range l.conns {
		_ = conn.Close()
	}
	l.mu.Unlock()
	l.acts.Wait()
}

// wire reads the client's commands on their way to the server and answers those itself that the script is about.
// The server reads and writes from one goroutine, so there is nothing to lock.
type wire struct {
	net.Conn
	in      *bufio.Reader
	script  *script
	line    []byte // read, and not yet passed on
	content bool   // between DATA's 354 and the final dot
	sealed  bool   // TLS from here on
	greeted *fault // what EHLO met, for the HELO that may follow
}

// Read passes the client's bytes on, line by line.
func (w *wire) Read(p []byte) (int, error) {
	if w.sealed {
		return w.in.Read(p)
	}
	for len(w.line) == 0 {
		line, err := w.in.ReadBytes('\n')
		if err != nil {
			return 0, err
		}
		if err := w.inspect(line); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.line)
	w.line = w.line[n:]
	return n, nil
}

// inspect keeps the line for the server, or plays what is ordered for its verb.
func (w *wire) inspect(line []byte) error {
	if w.content {
		w.content = !bytes.Equal(line, []byte(".\r\n"))
		w.line = line
		return nil
	}
	verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(string(line))), " ")
	if f := w.ordered(Verb(verb)); f != nil {
		return f.play(w.Conn)
	}
	w.sealed = Verb(verb) == StartTLS
	w.line = line
	return nil
}

func (w *wire) ordered(verb Verb) *fault {
	switch verb {
	case Content, Connect: // not words of the protocol
		return nil
	case "HELO":
		return w.greeted
	case Hello:
		w.greeted = w.script.take(Hello)
		return w.greeted
	default:
		return w.script.take(verb)
	}
}

// Write sends the server's answer, and learns from it when content begins.
func (w *wire) Write(p []byte) (int, error) {
	if !w.sealed && bytes.HasPrefix(p, []byte("354 ")) {
		w.content = true
	}
	return w.Conn.Write(p)
}
