package mail_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/smtpsink"
	"github.com/keyhall/keyhall/workers/mail"
)

var stages = []struct {
	verb  smtpsink.Verb
	stage mail.Stage
}{
	{smtpsink.Connect, mail.StageGreeting},
	{smtpsink.Hello, mail.StageHello},
	{smtpsink.Auth, mail.StageAuth},
	{smtpsink.Mail, mail.StageSender},
	{smtpsink.Rcpt, mail.StageRecipient},
	{smtpsink.Data, mail.StageData},
	{smtpsink.Content, mail.StageAnswer},
}

// F21: what the server says at each verb, and what we make of it.
func TestRefusals(t *testing.T) {
	t.Parallel()
	answers := []struct {
		code      int
		text      string
		permanent bool
	}{
		{421, "4.3.2 too busy", false},
		{450, "4.2.0 greylisted, come back", false},
		{550, "5.1.1 no such user", true},
		{554, "5.7.1 rejected", true},
		{535, "5.7.8 bad credentials", false},
		{530, "5.7.0 sign in first", false},
	}
	for _, at := range stages {
		for _, answer := range answers {
			sink := smtpsink.Start(t, smtpsink.WithAuth("acme", "s3cret"))
			sink.Refuse(at.verb, answer.code, answer.text, 1)
			s, target := sender(t, mail.Options{}), server(t, sink)
			f := failure(t, s.Send(t.Context(), target, envelope()))
			permanent := answer.permanent && at.verb != smtpsink.Auth
			if f.Stage != at.stage || f.Code != answer.code || f.Text != answer.text || f.Permanent != permanent || f.Uncertain {
				t.Errorf("%s %d: %+v", at.verb, answer.code, f)
			}
			if err := s.Send(t.Context(), target, envelope()); err != nil {
				t.Errorf("%s %d: the next attempt: %v", at.verb, answer.code, err)
			}
		}
	}
}

// F22: a server that falls silent or hangs up, at each verb.
func TestHangingAndDroppedConversations(t *testing.T) {
	t.Parallel()
	for _, at := range stages {
		sink := smtpsink.Start(t, smtpsink.WithAuth("acme", "s3cret"))
		s, target := sender(t, mail.Options{}), server(t, sink)
		hung := failure(t, sendUntil(t, s, target, sink.Hang(at.verb, 1)))
		sink.Drop(at.verb, 1)
		dropped := failure(t, s.Send(t.Context(), target, envelope()))
		for _, f := range []*mail.Failure{hung, dropped} {
			early := at.verb == smtpsink.Connect && f.Stage == mail.StageConnect // given up before dialling was over
			if f.Permanent || f.Code != 0 || f.Stage != at.stage && !early || f.Uncertain != (at.stage == mail.StageAnswer) {
				t.Errorf("%s: %+v", at.verb, f)
			}
		}
		if !errors.Is(hung, context.Canceled) {
			t.Errorf("%s: cause %v", at.verb, hung.Unwrap())
		}
	}
}

// sendUntil sends, and gives up when told.
func sendUntil(t *testing.T, s *mail.Sender, target mail.Server, enough <-chan struct{}) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		select {
		case <-enough:
		case <-ctx.Done():
		}
		cancel()
	}()
	return s.Send(ctx, target, envelope())
}

func TestASilentServerCostsNoMoreThanTheTimeAllowed(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	sink.Hang(smtpsink.Rcpt, smtpsink.Always)
	start := time.Now()
	f := failure(t, sender(t, mail.Options{Timeout: 300 * time.Millisecond}).Send(t.Context(), server(t, sink), envelope()))
	if took := time.Since(start); took > 5*time.Second || !errors.Is(f, context.DeadlineExceeded) || f.Permanent {
		t.Errorf("%+v after %v, cause %v", f, took, f.Unwrap())
	}
}

func TestALostAnswerMayDoubleTheMessageUnderOneID(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	sink.Drop(smtpsink.Content, 1)
	s, target := sender(t, mail.Options{}), server(t, sink)
	if f := failure(t, s.Send(t.Context(), target, envelope())); !f.Uncertain || f.Permanent {
		t.Errorf("%+v", f)
	}
	if err := s.Send(t.Context(), target, envelope()); err != nil {
		t.Fatal(err)
	}
	m := sink.Wait(2)
	if m[0].Header.Get("Message-Id") != m[1].Header.Get("Message-Id") {
		t.Error("a mailbox cannot tell that these are one")
	}
}

func TestAFailureAfterTheMessageIsNoFailure(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	sink.Hang(smtpsink.Reset, 1)
	sink.Refuse(smtpsink.Quit, 500, "no", smtpsink.Always)
	if err := sender(t, mail.Options{IdleTimeout: -1}).Send(t.Context(), server(t, sink), envelope()); err != nil {
		t.Error(err)
	}
}

// MSG-10: the text is the same for nothing, for a database and for a server that says something.
func TestWhateverListensThereIsNotToldOn(t *testing.T) {
	t.Parallel()
	for name, banner := range map[string]string{
		"redis": "-ERR unknown command 'EHLO'\r\n", "http": "HTTP/1.1 400 Bad Request\r\n\r\n", "ssh": "SSH-2.0-OpenSSH_9.6\r\n",
		"empty": "", "endless": strings.Repeat("220-welcome\r\n", 100_000),
	} {
		target := mail.Server{Host: "127.0.0.1", Port: listen(t, banner), TLS: mail.TLSNone}
		f := failure(t, sender(t, mail.Options{Timeout: 300 * time.Millisecond}).Send(t.Context(), target, envelope()))
		if f.Text != "could not connect to the mail server" || f.Code != 0 || f.Permanent {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// listen says the banner to each connection, and no more; without one it hangs up.
func listen(t *testing.T, banner string) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go say(conn, banner)
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

func say(conn net.Conn, banner string) {
	defer conn.Close()
	if _, err := io.WriteString(conn, banner); err == nil && banner != "" {
		_, _ = io.Copy(io.Discard, conn)
	}
}

func TestAServerThatNeverStopsTalkingIsCutOff(t *testing.T) {
	t.Parallel()
	banner := "220 hi\r\n" + strings.Repeat("250-and another thing\r\n", 100_000)
	target := mail.Server{Host: "127.0.0.1", Port: listen(t, banner), TLS: mail.TLSNone}
	f := failure(t, sender(t, mail.Options{}).Send(t.Context(), target, envelope()))
	if f.Text != "the server talks too much" || f.Permanent {
		t.Errorf("%+v", f)
	}
}

func TestTheServersWordsAreTamed(t *testing.T) {
	t.Parallel()
	const password = "p4ss/w0rd"
	cases := map[string]string{
		"bad link https://acme.test/verify/K3Y-abcdefgh in body":  "bad link [hidden] in body",
		"spam (https://acme.test/verify/K3Y-a), see https://x.io": "spam ([hidden]), see https://x.io",
		"user <mary@example.test> is 5.1.1 unknown":               "user <mary@example.test> is 5.1.1 unknown",
		"you said p4ss/w0rd or cDRzcy93MHJk":                      "you said [hidden] or [hidden]",
		"colour \x1b[31mred\x00\u202e and\ttabs":                  "colour [31mred and tabs",
		"broken \xff\xfe utf-8":                                   "broken utf-8",
		strings.Repeat("é", 400):                                  strings.Repeat("é", 299) + "…",
	}
	for said, want := range cases {
		sink := smtpsink.Start(t, smtpsink.WithAuth("acme", password))
		sink.Refuse(smtpsink.Rcpt, 550, said, 1)
		f := failure(t, sender(t, mail.Options{}).Send(t.Context(), server(t, sink), envelope()))
		if f.Text != want || utf8.RuneCountInString(f.Text) > 300 {
			t.Errorf("%q became %q", said, f.Text)
		}
		if strings.Contains(f.Error(), password) {
			t.Errorf("password in %q", f.Error())
		}
	}
}

func TestAServerThatIsDownIsTriedAgainLater(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	target := server(t, sink)
	sink.Stop()
	f := failure(t, sender(t, mail.Options{}).Send(t.Context(), target, envelope()))
	if f.Permanent || f.Stage != mail.StageConnect || f.Code != 0 {
		t.Errorf("%+v", f)
	}
	if text := f.Error(); strings.Contains(text, "127.0.0.1") {
		t.Errorf("the target shows in %q", text)
	}
}
