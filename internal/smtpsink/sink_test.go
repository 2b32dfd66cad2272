package smtpsink_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/smtpsink"
)

const multipart = "From: a@x.test\r\nTo: b@x.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" +
	"Content-Type: multipart/alternative; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n.Gr=C3=BC=\r\n=C3=9Fe\r\n" +
	"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+aGk8L2I+\r\n--b--\r\n"

func address(s *smtpsink.Sink) string { return net.JoinHostPort(s.Host(), strconv.Itoa(s.Port())) }

func send(s *smtpsink.Sink) error {
	return smtp.SendMail(address(s), nil, "a@x.test", []string{"b@x.test"}, []byte(multipart))
}

func TestASinkReadsTheMIME(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	if err := send(sink); err != nil {
		t.Fatal(err)
	}
	m := sink.Wait(1)[0]
	if m.Subject != "Grüße" || m.Text != ".Grüße" || m.HTML != "<b>hi</b>" {
		t.Errorf("got %q, %q, %q", m.Subject, m.Text, m.HTML)
	}
	if m.From != "a@x.test" || len(m.To) != 1 || m.To[0] != "b@x.test" || m.TLS {
		t.Errorf("envelope: %+v", m)
	}
}

func TestASinkRefusesAsOftenAsTold(t *testing.T) {
	t.Parallel()
	for _, verb := range []smtpsink.Verb{smtpsink.Connect, smtpsink.Mail, smtpsink.Rcpt, smtpsink.Data, smtpsink.Content} {
		sink := smtpsink.Start(t)
		sink.Refuse(verb, 450, "4.2.0 greylisted", 2)
		for range 2 {
			var answer *textproto.Error
			if err := send(sink); !errors.As(err, &answer) || answer.Code != 450 {
				t.Errorf("%s: %v", verb, err)
			}
		}
		if err := send(sink); err != nil || len(sink.Messages()) != 1 {
			t.Errorf("%s: the third goes through: %v, %d messages", verb, err, len(sink.Messages()))
		}
	}
}

func TestADroppedAnswerStillKeepsTheMessage(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	sink.Drop(smtpsink.Content, 1)
	if err := send(sink); err == nil {
		t.Error("the answer should have been lost")
	}
	sink.Wait(1)
}

func TestAHungVerbIsNeverAnswered(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	sink.Hang(smtpsink.Quit, 1)
	conn, err := net.Dial("tcp", address(sink))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "QUIT\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(conn)
	if err == nil || strings.Contains(string(said), "221") {
		t.Errorf("said %q, %v", said, err)
	}
}

func TestTLSFromTheFirstByteAndLater(t *testing.T) {
	t.Parallel()
	implicit := smtpsink.Start(t, smtpsink.WithTLS())
	conn, err := tls.Dial("tcp", address(implicit), &tls.Config{RootCAs: implicit.Roots()})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.HasPrefix(line, "220 ") {
		t.Errorf("greeting %q, %v", line, err)
	}
	later := smtpsink.Start(t, smtpsink.WithSTARTTLS(), smtpsink.WithAuth("mary", "secret"))
	client, err := smtp.Dial(address(later))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.StartTLS(&tls.Config{RootCAs: later.Roots(), ServerName: later.Host()}); err != nil {
		t.Fatal(err)
	}
	if err := client.Auth(smtp.PlainAuth("", "mary", "wrong", later.Host())); err == nil {
		t.Error("a wrong password passed")
	}
}
