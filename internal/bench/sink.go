package main

import (
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// sink is a mail server that notes when a mail to somebody was handed over.
type sink struct {
	server *smtp.Server
	ln     net.Listener
	done   chan struct{}

	mu    sync.Mutex
	came  map[string]time.Time
	bells map[string]chan struct{}
	known map[string]string // codes, by address
}

func startSink() (*sink, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{ln: ln, done: make(chan struct{}), came: map[string]time.Time{}, bells: map[string]chan struct{}{}, known: map[string]string{}}
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &letter{sink: s}, nil }))
	s.server.Domain = "bench.test"
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	go func() {
		_ = s.server.Serve(ln) // ends with close
		close(s.done)
	}()
	return s, nil
}

func (s *sink) url() string { return "smtp://" + s.ln.Addr().String() + "?tls=none" }

func (s *sink) close() error {
	err := s.server.Close()
	<-s.done
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// bell is rung when a mail to the address is there.
func (s *sink) bell(to string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	bell := make(chan struct{})
	s.bells[to] = bell
	return bell
}

func (s *sink) at(to string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.came[to]
}

func (s *sink) code(to string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[to]
}

// letter is one conversation.
type letter struct {
	sink *sink
	to   string
}

func (l *letter) Mail(string, *smtp.MailOptions) error { return nil }

func (l *letter) Rcpt(to string, _ *smtp.RcptOptions) error {
	l.to = to
	return nil
}

// Data counts a mail as handed over when its last byte has come.
func (l *letter) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	l.sink.mu.Lock()
	defer l.sink.mu.Unlock()
	l.sink.came[l.to] = time.Now()
	if found := codeInMail.FindSubmatch(content); found != nil {
		l.sink.known[l.to] = string(found[1])
	}
	if bell := l.sink.bells[l.to]; bell != nil {
		close(bell)
		delete(l.sink.bells, l.to)
	}
	return err
}

func (l *letter) Reset()        {}
func (l *letter) Logout() error { return nil }
