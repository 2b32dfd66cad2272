package mail_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/smtpsink"
	"github.com/keyhall/keyhall/workers/mail"
)

func TestTLSAndCredentials(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]smtpsink.Option{"starttls": smtpsink.WithSTARTTLS(), "tls": smtpsink.WithTLS()} {
		sink := smtpsink.Start(t, option, smtpsink.WithAuth("acme", "s3cret"))
		s := sender(t, mail.Options{Roots: sink.Roots()})
		if err := s.Send(t.Context(), server(t, sink), envelope()); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m := sink.Wait(1)[0]; !m.TLS || m.Username != "acme" {
			t.Errorf("%s: tls %v, user %q", name, m.TLS, m.Username)
		}
	}
}

func TestAWrongPasswordWaitsForTheRightOne(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t, smtpsink.WithAuth("acme", "s3cret"))
	target := server(t, sink)
	target.Password = "wr0ng-password"
	f := failure(t, sender(t, mail.Options{}).Send(t.Context(), target, envelope()))
	if f.Permanent || f.Code != 535 || f.Stage != mail.StageAuth || strings.Contains(f.Error(), target.Password) {
		t.Errorf("%+v", f)
	}
}

func TestNoTLSWhereItIsDemanded(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	target := server(t, sink)
	target.TLS = mail.TLSRequired
	f := failure(t, sender(t, mail.Options{}).Send(t.Context(), target, envelope()))
	if f.Permanent || f.Stage != mail.StageTLS || f.Text != "the server does not offer STARTTLS" {
		t.Errorf("%+v", f)
	}
	target.TLS = mail.TLSImplicit
	if f := failure(t, sender(t, mail.Options{}).Send(t.Context(), target, envelope())); f.Stage != mail.StageTLS {
		t.Errorf("%+v", f)
	}
	if len(sink.Messages()) != 0 {
		t.Error("sent in clear all the same")
	}
}

func TestAnUnknownCertificateIsRefusedInEveryMode(t *testing.T) {
	t.Parallel()
	for _, mode := range []mail.TLS{mail.TLSRequired, mail.TLSOpportunistic, mail.TLSImplicit} {
		option := smtpsink.WithSTARTTLS()
		if mode == mail.TLSImplicit {
			option = smtpsink.WithTLS()
		}
		sink := smtpsink.Start(t, option)
		target := server(t, sink)
		target.TLS = mode
		f := failure(t, sender(t, mail.Options{}).Send(t.Context(), target, envelope()))
		if f.Stage != mail.StageTLS || f.Permanent || !strings.Contains(f.Text, "certificate") {
			t.Errorf("%s: %+v", mode, f)
		}
	}
}

// A server in the middle that strips STARTTLS must not get the password.
func TestCredentialsAreNotSentInClearToOtherMachines(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t, smtpsink.WithAuth("acme", "s3cret"))
	target := server(t, sink)
	target.Host, target.TLS = "mail.test", mail.TLSOpportunistic
	s := sender(t, mail.Options{Resolver: resolver(t, "127.0.0.1")})
	f := failure(t, s.Send(t.Context(), target, envelope()))
	if f.Stage != mail.StageAuth || f.Permanent || !strings.Contains(f.Text, "no TLS") {
		t.Errorf("%+v", f)
	}
	target.TLS = mail.TLSNone // said in so many words, it is done
	if err := s.Send(t.Context(), target, envelope()); err != nil {
		t.Error(err)
	}
}

func TestCredentialsWhereNoneAreTaken(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	target := server(t, sink)
	target.Username, target.Password = "acme", "s3cret"
	if f := failure(t, sender(t, mail.Options{}).Send(t.Context(), target, envelope())); f.Stage != mail.StageAuth || f.Permanent {
		t.Errorf("%+v", f)
	}
}
