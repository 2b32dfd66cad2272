package mail

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"sync"
	"time"
)

// Options of a Sender. The zero value is right for production.
type Options struct {
	ConnectTimeout time.Duration  // name lookup and TCP; 5 s
	Timeout        time.Duration  // a whole Send; 30 s
	IdleTimeout    time.Duration  // how long a connection waits for the next message; 5 s, negative: not at all
	Roots          *x509.CertPool // certificates to trust; nil: the system's
	Resolver       *net.Resolver  // nil: the system's
}

// Sender sends messages, and keeps one idle connection for each server for a few seconds. It is safe for
// concurrent use; each Send has a connection to itself.
type Sender struct {
	options Options

	mu     sync.Mutex
	idle   map[Server]*session
	closed bool
	going  sync.WaitGroup // connections being taken leave of
}

// New makes a Sender. Close it to take leave of idle connections.
func New(options Options) *Sender {
	fill := func(d *time.Duration, standard time.Duration) {
		if *d == 0 {
			*d = standard
		}
	}
	fill(&options.ConnectTimeout, 5*time.Second)
	fill(&options.Timeout, 30*time.Second)
	fill(&options.IdleTimeout, 5*time.Second)
	return &Sender{options: options, idle: map[Server]*session{}}
}

// Send hands the message to the server. Every error is a *Failure. It returns when the server has answered, when
// ctx ends, or after Options.Timeout.
func (s *Sender) Send(ctx context.Context, server Server, e Envelope) error {
	if f := s.send(ctx, server, e); f != nil {
		return f.tidy(server, e)
	}
	return nil
}

func (s *Sender) send(ctx context.Context, server Server, e Envelope) *Failure {
	m, err := e.compose()
	if err != nil {
		return failed(StageMessage, err)
	}
	if err := server.Check(); err != nil {
		return failed(StageConnect, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	current, f := s.session(ctx, server, m.hello)
	if f != nil {
		return f.during(ctx)
	}
	release := current.bind(ctx)
	f = current.deliver(m)
	if lasting := release(); f == nil && lasting {
		s.keep(server, current)
		return nil
	}
	if f == nil || f.Code != 0 { // the server still answers
		s.leave(current)
	} else {
		current.drop()
	}
	return f.during(ctx)
}

// during adds to the cause that ctx ended, if it did, so that errors.Is(err, context.Canceled) tells a shutdown.
func (f *Failure) during(ctx context.Context) *Failure {
	if f != nil && f.cause != nil && ctx.Err() != nil {
		f.cause = errors.Join(ctx.Err(), f.cause)
	}
	return f
}

// session takes the idle connection if it is still good, else opens one.
func (s *Sender) session(ctx context.Context, server Server, hello string) (*session, *Failure) {
	s.mu.Lock()
	idle := s.idle[server]
	delete(s.idle, server)
	s.mu.Unlock()
	if idle != nil {
		if idle.alive() {
			return idle, nil
		}
		idle.drop()
	}
	return s.open(ctx, server, hello)
}

// keep leaves the connection for the next message. There is one place for each server; the newest has it.
func (s *Sender) keep(server Server, current *session) {
	s.mu.Lock()
	if s.closed || s.options.IdleTimeout < 0 {
		s.mu.Unlock()
		s.leave(current)
		return
	}
	older := s.idle[server]
	s.idle[server] = current
	s.mu.Unlock()
	time.AfterFunc(s.options.IdleTimeout, func() { s.expire(server, current) })
	if older != nil {
		s.leave(older)
	}
}

func (s *Sender) expire(server Server, old *session) {
	s.mu.Lock()
	waiting := s.idle[server] == old
	if waiting {
		delete(s.idle, server)
	}
	s.mu.Unlock()
	if waiting {
		s.leave(old)
	}
}

// leave ends a connection in the background, or at once when Close no longer waits for the background.
func (s *Sender) leave(current *session) {
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.going.Go(current.quit)
	}
	s.mu.Unlock()
	if closed {
		current.quit()
	}
}

// Close takes leave of idle connections, in at most a second. Sends still under way finish undisturbed.
func (s *Sender) Close() {
	s.mu.Lock()
	s.closed = true
	for server, idle := range s.idle {
		delete(s.idle, server)
		s.going.Go(idle.quit)
	}
	s.mu.Unlock()
	s.going.Wait()
}
