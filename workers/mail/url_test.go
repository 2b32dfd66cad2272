package mail_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/workers/mail"
)

func TestAddressesOfServers(t *testing.T) {
	t.Parallel()
	cases := map[string]mail.Server{
		"smtp://127.0.0.1:1025":                     {Host: "127.0.0.1", Port: 1025, TLS: mail.TLSOpportunistic},
		"smtp://mailpit":                            {Host: "mailpit", Port: 587, TLS: mail.TLSOpportunistic},
		"smtp://u:p@smtp.acme.example":              {Host: "smtp.acme.example", Port: 587, Username: "u", Password: "p", TLS: mail.TLSRequired},
		"smtp://u:p@localhost:25":                   {Host: "localhost", Port: 25, Username: "u", Password: "p", TLS: mail.TLSOpportunistic},
		"smtp://u:p@smtp.acme.example:25?tls=none":  {Host: "smtp.acme.example", Port: 25, Username: "u", Password: "p", TLS: mail.TLSNone},
		"smtp://smtp.acme.example?tls=tls":          {Host: "smtp.acme.example", Port: 587, TLS: mail.TLSImplicit},
		"smtps://me%40acme.example:p%2Fw@[::1]/":    {Host: "::1", Port: 465, Username: "me@acme.example", Password: "p/w", TLS: mail.TLSImplicit},
		"smtp://smtp.acme.example:587?tls=starttls": {Host: "smtp.acme.example", Port: 587, TLS: mail.TLSRequired},
	}
	for text, want := range cases {
		if got, err := mail.ParseURL(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

func TestABadAddressIsExplainedWithoutItsPassword(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "smtp.acme.example:587", "http://u:hunter2@acme.example", "smtp://", "smtp://:25", "smtp://u:hun/ter2@acme.example", "smtp://u:hun#ter2@acme.example",
		"smtp://u:123?hunter2@acme.example", "smtp://u:hunter2@acme.example:port", "smtp://u:hunter2@acme.example:99999", "smtp://u@acme.example",
		"smtp://u:hunter2@acme.example?tls=maybe", "smtp://u:hunter2@acme.example?ssl=1", "smtps://u:hunter2@acme.example?tls=none",
		"smtp://u:hunter2@acme.example/path", "smtp://u:%zzhunter2@acme.example", "smtp://u:hunter2@acme.example\n",
	} {
		_, err := mail.ParseURL(text)
		if err == nil {
			t.Errorf("%q passed", text)
		} else if strings.Contains(err.Error(), "hun") || strings.Contains(err.Error(), "ter2") {
			t.Errorf("%q: password in %q", text, err)
		}
	}
}

func TestAServerPrintsWithoutItsPassword(t *testing.T) {
	t.Parallel()
	s, err := mail.ParseURL("smtp://u:hunter2@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("dialling", "server", s)
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%+v %#v %v", s, s, &s), logged.String()} {
		if strings.Contains(text, "hunter2") || !strings.Contains(text, "u@acme.example:587") {
			t.Errorf("%s", text)
		}
	}
}
