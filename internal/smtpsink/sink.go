// Package smtpsink is a mail server for tests: it listens on loopback, keeps what it is given, reads the MIME for
// the test, and misbehaves on request (see Refuse, Hang and Drop). It knows nothing of Keyhall's messages.
package smtpsink

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Sink is a running server. It is stopped when the test that started it ends.
type Sink struct {
	tb       testing.TB
	listener *listener
	script   script
	settings settings

	mu       sync.Mutex
	messages []Message
	sessions int
	arrived  chan struct{} // closed and replaced with each message
}

type settings struct {
	username, password string
	tls                *tls.Config
	roots              *x509.CertPool
	implicit           bool
	utf8               bool
}

// Option changes how the sink presents itself.
type Option func(*settings)

// WithAuth demands AUTH PLAIN with these credentials; anything else is answered with 535.
func WithAuth(username, password string) Option {
	return func(s *settings) { s.username, s.password = username, password }
}

// WithSTARTTLS offers STARTTLS, with a certificate for 127.0.0.1 and localhost made for this sink; see Roots.
func WithSTARTTLS() Option {
	return func(s *settings) { s.tls, s.roots = certificate() }
}

// WithTLS speaks TLS from the first byte, as on port 465.
func WithTLS() Option {
	return func(s *settings) { s.tls, s.roots = certificate(); s.implicit = true }
}

// WithSMTPUTF8 takes addresses beyond ASCII.
func WithSMTPUTF8() Option {
	return func(s *settings) { s.utf8 = true }
}

// Start runs a sink on a free port of 127.0.0.1 until the test ends.
func Start(tb testing.TB, options ...Option) *Sink {
	tb.Helper()
	s := &Sink{tb: tb, arrived: make(chan struct{})}
	for _, option := range options {
		option(&s.settings)
	}
	raw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("smtpsink: %v", err)
	}
	s.listener = &listener{Listener: raw, script: &s.script, scan: !s.settings.implicit}
	s.serve()
	return s
}

func (s *Sink) serve() {
	server := s.server()
	var incoming net.Listener = s.listener
	if s.settings.implicit {
		incoming = tls.NewListener(incoming, s.settings.tls)
	}
	var done sync.WaitGroup
	done.Go(func() {
		if err := server.Serve(incoming); err != nil && !errors.Is(err, net.ErrClosed) {
			s.tb.Errorf("smtpsink: %v", err)
		}
	})
	s.tb.Cleanup(func() {
		s.Stop()
		done.Wait() // nothing is accepted from here on
		s.listener.hangUp()
		_ = server.Shutdown(context.Background()) // waits for the conversations; closing the listener again fails
	})
}

func (s *Sink) server() *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(s.session))
	server.Domain = "sink.test"
	server.AllowInsecureAuth = true
	server.EnableSMTPUTF8 = s.settings.utf8
	server.MaxRecipients = 10
	server.MaxMessageBytes = 10 << 20
	server.ErrorLog = log.New(io.Discard, "", 0) // connections broken on purpose are no news
	if !s.settings.implicit {
		server.TLSConfig = s.settings.tls
	}
	return server
}

// Host is the address of the sink without the port.
func (s *Sink) Host() string { return "127.0.0.1" }

// Port is the port the sink listens on.
func (s *Sink) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// URL names the sink as KEYHALL_SMTP_URL does, credentials and TLS mode included.
func (s *Sink) URL() string {
	u := url.URL{Scheme: "smtp", Host: net.JoinHostPort(s.Host(), strconv.Itoa(s.Port()))}
	if s.settings.username != "" {
		u.User = url.UserPassword(s.settings.username, s.settings.password)
	}
	switch {
	case s.settings.implicit:
		u.Scheme = "smtps"
	case s.settings.tls != nil:
		u.RawQuery = "tls=starttls"
	default:
		u.RawQuery = "tls=none"
	}
	return u.String()
}

// Roots holds the certificate of a sink with TLS; nil without.
func (s *Sink) Roots() *x509.CertPool { return s.settings.roots }

// Stop refuses all further connections, as a server that is down. Open ones stay.
func (s *Sink) Stop() { _ = s.listener.Close() }

// Sessions counts the connections that came as far as EHLO.
func (s *Sink) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Messages lists what was accepted so far, oldest first.
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Wait returns the messages as soon as there are at least n, and fails the test when they do not come in 10 s.
func (s *Sink) Wait(n int) []Message {
	s.tb.Helper()
	deadline := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		have, arrived := append([]Message(nil), s.messages...), s.arrived
		s.mu.Unlock()
		if len(have) >= n {
			return have
		}
		select {
		case <-arrived:
		case <-deadline:
			s.tb.Fatalf("smtpsink: %d of %d messages after 10 s", len(have), n)
		}
	}
}

func (s *Sink) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	close(s.arrived)
	s.arrived = make(chan struct{})
}
