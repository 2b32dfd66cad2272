package smtpsink

import (
	"io"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one client's conversation. go-smtp calls it from one goroutine.
type session struct {
	sink     *Sink
	conn     *smtp.Conn
	username string
	from     string
	to       []string
}

func (s *Sink) session(conn *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	return &session{sink: s, conn: conn}, nil
}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string {
	if s.sink.settings.username == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements smtp.AuthSession.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != s.sink.settings.username || password != s.sink.settings.password {
			return smtp.ErrAuthFailed
		}
		s.username = username
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.sink.settings.username != "" && s.username == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.from = from
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	f := s.sink.script.take(Content)
	if f == nil || f.kind == drop {
		s.keep(raw)
	}
	if f == nil {
		return nil
	}
	if f.kind == refuse {
		return &smtp.SMTPError{Code: f.code, EnhancedCode: smtp.NoEnhancedCode, Message: f.text}
	}
	return f.play(s.conn.Conn())
}

func (s *session) keep(raw []byte) {
	m, err := parse(raw)
	if err != nil {
		s.sink.tb.Errorf("smtpsink: unreadable message: %v", err)
	}
	_, m.TLS = s.conn.TLSConnectionState()
	m.Username, m.From, m.To = s.username, s.from, append([]string(nil), s.to...)
	m.Hello = s.conn.Hostname()
	s.sink.keep(m)
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }
