package mail

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"github.com/keyhall/keyhall/internal/publicnet"
)

// session is one signed-in connection. It speaks go-mail's SMTP verbs itself, because go-mail's own Client leaves a
// connection open when EHLO, TLS or AUTH fails, reports no stage, and calls a delivered message failed when the
// RSET after it fails.
type session struct {
	conn   *cappedConn
	client *smtp.Client
}

// open connects and signs in. A failure leaves no connection behind.
func (s *Sender) open(ctx context.Context, server Server, hello string) (*session, *Failure) {
	conn, err := s.dialer(server).DialContext(ctx, "tcp", server.address())
	if err != nil {
		return nil, failed(StageConnect, err)
	}
	opened := &session{conn: &cappedConn{Conn: conn}}
	defer opened.bind(ctx)()
	if f := opened.begin(ctx, server, s.tls(server), hello); f != nil {
		opened.drop()
		return nil, f
	}
	return opened, nil
}

func (s *Sender) dialer(server Server) *net.Dialer {
	dialer := &net.Dialer{Timeout: s.options.ConnectTimeout, Resolver: s.options.Resolver}
	if server.PublicOnly {
		dialer.ControlContext = publicnet.Control
	}
	return dialer
}

func (s *Sender) tls(server Server) *tls.Config {
	return &tls.Config{ServerName: server.Host, RootCAs: s.options.Roots, MinVersion: tls.VersionTLS12}
}

// begin runs the stages up to AUTH.
func (s *session) begin(ctx context.Context, server Server, config *tls.Config, hello string) *Failure {
	if err := s.greet(ctx, server, config); err != nil {
		return err
	}
	if err := s.client.Hello(hello); err != nil {
		return failed(StageHello, err)
	}
	if err := s.secure(server.TLS, config); err != nil {
		return failed(StageTLS, err)
	}
	if err := s.authenticate(server); err != nil {
		return failed(StageAuth, err)
	}
	return nil
}

func (s *session) greet(ctx context.Context, server Server, config *tls.Config) *Failure {
	var conn net.Conn = s.conn
	if server.TLS == TLSImplicit {
		wrapped := tls.Client(conn, config)
		if err := wrapped.HandshakeContext(ctx); err != nil { // bounded by bind
			return failed(StageTLS, err)
		}
		conn = wrapped
	}
	client, err := smtp.NewClient(conn, server.Host)
	if err != nil {
		return failed(StageGreeting, err)
	}
	s.client = client
	return nil
}

func (s *session) secure(mode TLS, config *tls.Config) error {
	if mode == TLSNone || mode == TLSImplicit {
		return nil
	}
	offered, _ := s.client.Extension("STARTTLS")
	switch {
	case offered:
		return s.client.StartTLS(config)
	case mode == TLSRequired:
		return noSTARTTLS
	}
	return nil
}

func (s *session) authenticate(server Server) error {
	if server.Username == "" {
		return nil
	}
	_, encrypted := s.client.TLSConnectionState()
	_, offered := s.client.Extension("AUTH")
	inClear := encrypted || server.TLS == TLSNone || server.loopback()
	auth, err := server.mechanism(strings.Fields(strings.ToUpper(offered)), inClear)
	if err != nil {
		return err
	}
	return s.client.Auth(auth)
}

// mechanism picks the best of what is offered. inClear allows those that send the password itself.
func (s Server) mechanism(offered []string, inClear bool) (smtp.Auth, error) {
	has := func(name string) bool { return slices.Contains(offered, name) }
	switch {
	case has("SCRAM-SHA-256"):
		return smtp.ScramSHA256Auth(s.Username, s.Password), nil
	case has("PLAIN") && inClear:
		return smtp.PlainAuth("", s.Username, s.Password, s.Host, true), nil
	case has("LOGIN") && inClear:
		return smtp.LoginAuth(s.Username, s.Password, s.Host, true), nil
	case has("CRAM-MD5"):
		return smtp.CRAMMD5Auth(s.Username, s.Password), nil
	case has("PLAIN") || has("LOGIN"):
		return nil, noSafeAuth
	}
	return nil, noAuth
}

// deliver hands one message over. After a failure the session is of no more use.
func (s *session) deliver(m *message) *Failure {
	s.conn.read = 0
	if known, _ := s.client.Extension("SMTPUTF8"); m.utf8 && !known {
		return failed(StageSender, noUTF8)
	}
	s.client.SkipSMTPUTF8(!m.utf8) // asked for without need, a relay bounces at the first hop that lacks it
	if err := s.client.Mail(m.from); err != nil {
		return failed(StageSender, err)
	}
	if err := s.client.Rcpt(m.to); err != nil {
		return failed(StageRecipient, err)
	}
	return s.hand(m.content)
}

func (s *session) hand(content []byte) *Failure {
	w, err := s.client.Data()
	if err != nil {
		return failed(StageData, err)
	}
	if _, err := w.Write(content); err != nil {
		return failed(StageData, err) // without Close there is no final dot, and so no half message
	}
	if err := w.Close(); err != nil {
		return failed(StageAnswer, err)
	}
	return nil
}

// bind ends every read and write when ctx ends. The function returned lets go, and reports whether ctx still lasts.
func (s *session) bind(ctx context.Context) func() bool {
	_ = s.conn.SetDeadline(time.Time{}) // fails on a closed connection only, and so will the next read
	return context.AfterFunc(ctx, func() { _ = s.conn.SetDeadline(time.Unix(1, 0)) })
}

// alive asks the server whether the connection, idle for a while, is still good.
func (s *session) alive() bool {
	s.conn.read = 0
	_ = s.conn.SetDeadline(time.Now().Add(2 * time.Second))
	return s.client.Reset() == nil
}

// quit takes leave politely, for a second at most. What the server says to that changes nothing.
func (s *session) quit() {
	_ = s.conn.SetDeadline(time.Now().Add(time.Second))
	_ = s.client.Quit()
	s.drop()
}

func (s *session) drop() { _ = s.conn.Close() }

// maxRead bounds what a server may say in one conversation. Real ones need a few kilobytes, certificates included.
// An answer of many lines is joined line by line, at quadratic cost, for as long as the deadline allows.
const maxRead = 64 << 10

type cappedConn struct {
	net.Conn
	read int
}

// Read implements net.Conn.
func (c *cappedConn) Read(p []byte) (int, error) {
	if c.read >= maxRead {
		return 0, tooMuch
	}
	n, err := c.Conn.Read(p)
	c.read += n
	return n, err
}
