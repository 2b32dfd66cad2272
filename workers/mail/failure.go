package mail

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net/textproto"
	"os"
	"strings"
	"unicode"
)

// Stage is how far a conversation came.
type Stage string

// The stages, in their order.
const (
	StageMessage   Stage = "message"   // checking what is to be sent; nothing was dialled
	StageConnect   Stage = "connect"   // name lookup and TCP
	StageGreeting  Stage = "greeting"  //
	StageHello     Stage = "hello"     // EHLO
	StageTLS       Stage = "tls"       // STARTTLS and the handshake
	StageAuth      Stage = "auth"      //
	StageSender    Stage = "sender"    // MAIL FROM
	StageRecipient Stage = "recipient" // RCPT TO
	StageData      Stage = "data"      // DATA, until all content is written
	StageAnswer    Stage = "answer"    // after the final dot
)

// Failure is why a message was not (or perhaps not) handed over.
type Failure struct {
	Stage     Stage
	Permanent bool   // trying again is pointless: the server said 5xx, or the message is defective
	Uncertain bool   // all was sent and no answer came: the server may have taken it, a retry may double it
	Code      int    // the server's code; 0 when it gave none
	Text      string // the server's words, or ours; one line, at most 300 characters, no secrets
	cause     error
}

// Error implements error.
func (f *Failure) Error() string {
	if f.Code == 0 {
		return fmt.Sprintf("mail: %s: %s", f.Stage, f.Text)
	}
	return fmt.Sprintf("mail: %s: %d %s", f.Stage, f.Code, f.Text)
}

// Unwrap gives the technical cause, for logs only: it may name the address dialled. It is nil when the server
// answered in words, since those are in Text, cleaned.
func (f *Failure) Unwrap() error { return f.cause }

// reason is an error whose text is fit for a Failure.
type reason string

// Error implements error.
func (r reason) Error() string { return string(r) }

// What can go wrong between us and a server, besides its own words.
const (
	noConnection = reason("could not connect to the mail server")
	noSTARTTLS   = reason("the server does not offer STARTTLS")
	noAuth       = reason("the server offers no way to sign in that we know")
	noSafeAuth   = reason("the server offers no TLS, and the password is not sent without it")
	noUTF8       = reason("the server does not take addresses with characters beyond ASCII")
	badTLS       = reason("the TLS connection failed")
	badCert      = reason("the server's certificate is not trusted or not for this host")
	tooSlow      = reason("the server did not answer in time")
	tooMuch      = reason("the server talks too much")
	brokenOff    = reason("the connection broke off")
)

// failed classifies an error of the conversation. The text is the server's own until tidy has seen it.
func failed(stage Stage, err error) *Failure {
	f := &Failure{Stage: stage}
	var answer *textproto.Error
	if errors.As(err, &answer) {
		f.Code, f.Text = answer.Code, answer.Msg
		f.Permanent = answer.Code/100 == 5 && !aboutCredentials(stage, answer.Code)
		return f
	}
	f.cause = err
	f.Text = explain(stage, err).Error()
	f.Permanent = stage == StageMessage || errors.Is(err, noUTF8)
	f.Uncertain = stage == StageAnswer
	return f
}

// aboutCredentials holds for refusals of the account and not of the message (RFC 4954 section 6): mail waits until
// the settings are right.
func aboutCredentials(stage Stage, code int) bool {
	return stage == StageAuth || code == 530 || code == 534 || code == 535 || code == 538
}

// explain finds words for an error without an answer of the server. Nothing of the other side shows: who names a
// host and reads the text must not learn what lives there.
func explain(stage Stage, err error) error {
	var known reason
	var certificate *tls.CertificateVerificationError
	switch {
	case stage == StageConnect || stage == StageGreeting:
		return noConnection
	case errors.As(err, &known):
		return known
	case stage == StageMessage:
		return reason("the message could not be written")
	case errors.As(err, &certificate):
		return badCert
	case errors.Is(err, os.ErrDeadlineExceeded):
		return tooSlow
	case stage == StageTLS:
		return badTLS
	}
	return brokenOff
}

const hidden = "[hidden]"

// tidy makes the server's words fit for a table cell and a log line, and takes out what it may have echoed: the
// credentials, and the links and codes of the message itself.
func (f *Failure) tidy(s Server, e Envelope) *Failure {
	if f.Code == 0 {
		return f // the words are ours
	}
	text := oneLine(f.Text)
	for _, secret := range s.secrets() {
		text = strings.ReplaceAll(text, secret, hidden)
	}
	for word := range strings.FieldsSeq(text) {
		word = strings.Trim(word, `"'<>()[]{}.,;:!`)
		if word != e.To && looksSecret(word) && strings.Contains(e.Text+"\n"+e.HTML, word) {
			text = strings.ReplaceAll(text, word, hidden)
		}
	}
	if runes := []rune(text); len(runes) > 300 {
		text = string(runes[:299]) + "…"
	}
	f.Text = text
	return f
}

func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}

func (s Server) secrets() []string {
	if s.Password == "" {
		return nil
	}
	code := base64.StdEncoding.EncodeToString
	return []string{code([]byte("\x00" + s.Username + "\x00" + s.Password)), code([]byte(s.Password)), s.Password}
}

func looksSecret(word string) bool {
	return strings.Contains(word, "://") || len(word) >= 6 && strings.ContainsAny(word, "0123456789")
}
