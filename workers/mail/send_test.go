package mail_test

import (
	"context"
	"errors"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/smtpsink"
	"github.com/keyhall/keyhall/workers/mail"
)

func envelope() mail.Envelope {
	return mail.Envelope{
		From:      netmail.Address{Name: "Acme Höfe", Address: "no-reply@acme.test"},
		To:        "mary@example.test",
		ReplyTo:   "help@acme.test",
		Subject:   "Grüße aus 香港",
		Text:      "Hello mary,\n\n.a line with a leading dot\nhttps://acme.test/verify/K3Y-abcdefgh\n",
		HTML:      "<p>Hello <b>märy</b></p>",
		MessageID: "<0190b4b7-6f3c-7b1e-8a51-0c6f1d0e9a11@acme.test>",
		Date:      time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC),
	}
}

func sender(t *testing.T, options mail.Options) *mail.Sender {
	t.Helper()
	s := mail.New(options)
	t.Cleanup(s.Close)
	return s
}

func server(t *testing.T, sink *smtpsink.Sink) mail.Server {
	t.Helper()
	s, err := mail.ParseURL(sink.URL())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func failure(t *testing.T, err error) *mail.Failure {
	t.Helper()
	var f *mail.Failure
	if !errors.As(err, &f) {
		t.Fatalf("want a Failure, got %v", err)
	}
	return f
}

func TestAMailArrivesAsWritten(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	if err := sender(t, mail.Options{}).Send(t.Context(), server(t, sink), envelope()); err != nil {
		t.Fatal(err)
	}
	m := sink.Wait(1)[0]
	want := envelope()
	if m.Subject != want.Subject || m.Text != want.Text || strings.TrimSpace(m.HTML) != want.HTML {
		t.Errorf("got %q, %q, %q", m.Subject, m.Text, m.HTML)
	}
	if m.From != "no-reply@acme.test" || len(m.To) != 1 || m.To[0] != want.To || m.Hello != "acme.test" {
		t.Errorf("envelope: from %q to %q hello %q", m.From, m.To, m.Hello)
	}
	headers := map[string]string{
		"Message-Id": want.MessageID, "To": "<mary@example.test>", "Reply-To": "<help@acme.test>",
		"From": "=?utf-8?q?Acme_H=C3=B6fe?= <no-reply@acme.test>", "Auto-Submitted": "auto-generated",
		"X-Auto-Response-Suppress": "All", "Date": "Mon, 23 Nov 2026 08:00:00 +0000", "Mime-Version": "1.0",
		"User-Agent": "", "X-Mailer": "", "Cc": "", "Bcc": "",
	}
	for name, value := range headers {
		if got := m.Header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	if got := m.Header.Get("Content-Type"); !strings.HasPrefix(got, "multipart/alternative;") {
		t.Errorf("content type %q", got)
	}
	for line := range strings.SplitSeq(string(m.Raw), "\r\n") {
		if len(line) > 200 || strings.ContainsFunc(line, func(r rune) bool { return r > '~' }) {
			t.Errorf("not safe for every relay: %q", line)
		}
	}
}

func TestAMessageWithoutHTMLIsPlain(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	e := envelope()
	e.HTML = ""
	if err := sender(t, mail.Options{}).Send(t.Context(), server(t, sink), e); err != nil {
		t.Fatal(err)
	}
	if m := sink.Wait(1)[0]; m.HTML != "" || m.Text != e.Text || !strings.HasPrefix(m.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("got %q, %q, %q", m.Header.Get("Content-Type"), m.Text, m.HTML)
	}
}

// Nothing a person or a tenant can write makes a second header, a second recipient, or a connection.
func TestInjectionIsRefusedBeforeDialling(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	s := sender(t, mail.Options{})
	changes := map[string]func(*mail.Envelope){
		"subject CRLF":       func(e *mail.Envelope) { e.Subject = "Hi\r\nBcc: eve@evil.test" },
		"subject LF":         func(e *mail.Envelope) { e.Subject = "Hi\nBcc: eve@evil.test" },
		"subject NUL":        func(e *mail.Envelope) { e.Subject = "Hi\x00" },
		"subject long":       func(e *mail.Envelope) { e.Subject = strings.Repeat("x", 2000) },
		"subject empty":      func(e *mail.Envelope) { e.Subject = " " },
		"sender name":        func(e *mail.Envelope) { e.From.Name = "Acme\r\nBcc: eve@evil.test" },
		"sender":             func(e *mail.Envelope) { e.From.Address = "acme" },
		"to two":             func(e *mail.Envelope) { e.To = "mary@example.test, eve@evil.test" },
		"to group":           func(e *mail.Envelope) { e.To = "all:mary@example.test;" },
		"to name":            func(e *mail.Envelope) { e.To = "Mary <mary@example.test>" },
		"to closed early":    func(e *mail.Envelope) { e.To = "mary@example.test> <eve@evil.test" },
		"to CRLF":            func(e *mail.Envelope) { e.To = "mary@example.test\r\nRCPT TO:<eve@evil.test>" },
		"to empty":           func(e *mail.Envelope) { e.To = "" },
		"to no domain":       func(e *mail.Envelope) { e.To = "mary@" },
		"reply to":           func(e *mail.Envelope) { e.ReplyTo = "a@x.test\nBcc: eve@evil.test" },
		"message id":         func(e *mail.Envelope) { e.MessageID = "<a@b>\r\nBcc: eve@evil.test" },
		"no message id":      func(e *mail.Envelope) { e.MessageID = "" },
		"no date":            func(e *mail.Envelope) { e.Date = time.Time{} },
		"no text":            func(e *mail.Envelope) { e.Text = "" },
		"to bad idna domain": func(e *mail.Envelope) { e.To = "mary@\u202eexample.test" },
	}
	for name, change := range changes {
		e := envelope()
		change(&e)
		f := failure(t, s.Send(t.Context(), server(t, sink), e))
		if !f.Permanent || f.Stage != mail.StageMessage || strings.Contains(f.Text, "evil") {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if sink.Sessions() != 0 {
		t.Errorf("%d connections were made", sink.Sessions())
	}
}

func TestAHostileNameIsEncodedNotObeyed(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	e := envelope()
	e.Subject = "=?utf-8?q?=0D=0ABcc:_eve@evil.test?="
	e.From.Name = `Eve <eve@evil.test>, "x" =?utf-8?q?=0ABcc:?=`
	if err := sender(t, mail.Options{}).Send(t.Context(), server(t, sink), e); err != nil {
		t.Fatal(err)
	}
	m := sink.Wait(1)[0]
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Address != "no-reply@acme.test" || m.Header.Get("Bcc") != "" {
		t.Errorf("from %v, %v; header %v", from, err, m.Header)
	}
}

func TestAddressesBeyondASCII(t *testing.T) {
	t.Parallel()
	old, modern := smtpsink.Start(t), smtpsink.Start(t, smtpsink.WithSMTPUTF8())
	s := sender(t, mail.Options{})
	e := envelope()
	e.To = "mary@bücher.test"
	if err := s.Send(t.Context(), server(t, old), e); err != nil {
		t.Fatal(err)
	}
	if to := old.Wait(1)[0].To[0]; to != "mary@xn--bcher-kva.test" {
		t.Errorf("domain sent as %q", to)
	}
	e.To = "märy@example.test"
	if f := failure(t, s.Send(t.Context(), server(t, old), e)); !f.Permanent {
		t.Errorf("without SMTPUTF8: %+v", f)
	}
	if err := s.Send(t.Context(), server(t, modern), e); err != nil {
		t.Fatal(err)
	}
	if to := modern.Wait(1)[0].To[0]; to != e.To {
		t.Errorf("local part sent as %q", to)
	}
}

func TestAQuotedLocalPartIsOneRecipient(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	e := envelope()
	e.To = `"mary, eve@evil.test"@example.test`
	if err := sender(t, mail.Options{}).Send(t.Context(), server(t, sink), e); err != nil {
		t.Fatal(err)
	}
	m := sink.Wait(1)[0]
	if list, err := m.Header.AddressList("To"); err != nil || len(list) != 1 || len(m.To) != 1 {
		t.Errorf("header %v, %v; envelope %v", list, err, m.To)
	}
}

func TestAConnectionIsReusedForAWhile(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	s := sender(t, mail.Options{IdleTimeout: time.Minute})
	for range 3 {
		if err := s.Send(t.Context(), server(t, sink), envelope()); err != nil {
			t.Fatal(err)
		}
	}
	if sink.Sessions() != 1 {
		t.Errorf("%d connections for three messages", sink.Sessions())
	}
	sink.Drop(smtpsink.Reset, 1) // the server has had enough of the idle connection
	if err := s.Send(t.Context(), server(t, sink), envelope()); err != nil {
		t.Fatalf("a dead idle connection must not fail the message: %v", err)
	}
	if sink.Sessions() != 2 || len(sink.Messages()) != 4 {
		t.Errorf("%d connections, %d messages", sink.Sessions(), len(sink.Messages()))
	}
}

func TestAnIdleConnectionIsClosedInTime(t *testing.T) {
	t.Parallel()
	for _, idle := range []time.Duration{-1, time.Nanosecond} {
		sink := smtpsink.Start(t)
		s := sender(t, mail.Options{IdleTimeout: idle})
		deadline := time.Now().Add(10 * time.Second)
		for sink.Sessions() < 2 && time.Now().Before(deadline) {
			if err := s.Send(t.Context(), server(t, sink), envelope()); err != nil {
				t.Fatal(err)
			}
		}
		if sink.Sessions() < 2 {
			t.Errorf("idle for %v, and the connection is still used", idle)
		}
	}
}

func TestManySendAtOnce(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	s, target := sender(t, mail.Options{}), server(t, sink)
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if err := s.Send(context.Background(), target, envelope()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(sink.Messages()); n != 30 {
		t.Errorf("%d messages", n)
	}
}

func BenchmarkSend(b *testing.B) {
	sink := smtpsink.Start(b)
	target, err := mail.ParseURL(sink.URL())
	if err != nil {
		b.Fatal(err)
	}
	for name, idle := range map[string]time.Duration{"fresh": -1, "kept": time.Minute} {
		b.Run(name, func(b *testing.B) {
			s := mail.New(mail.Options{IdleTimeout: idle})
			defer s.Close()
			for b.Loop() {
				if err := s.Send(b.Context(), target, envelope()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
