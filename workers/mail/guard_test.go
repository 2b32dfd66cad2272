package mail_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/keyhall/keyhall/internal/publicnet"
	"github.com/keyhall/keyhall/internal/smtpsink"
	"github.com/keyhall/keyhall/workers/mail"
)

// resolver answers each question for an IPv4 address with the next of the given ones, over and over (MSG-06).
func resolver(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	var asked atomic.Int64
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(answer(buffer[:n], func() string { return addresses[int(asked.Add(1)-1)%len(addresses)] }), from)
		}
	}()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}
	return &net.Resolver{PreferGo: true, Dial: dial}
}

func answer(query []byte, next func() string) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil
	}
	m.Response, m.Additionals = true, nil
	for _, q := range m.Questions {
		if q.Type == dnsmessage.TypeA {
			header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: netip.MustParseAddr(next()).As4()}})
		}
	}
	packed, err := m.Pack()
	if err != nil {
		return nil
	}
	return packed
}

// MSG-05, MSG-06: a name may be judged public when it is saved and be anything when it is dialled.
func TestATenantsServerIsJudgedWhenDialled(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "100.64.0.1"} {
		target := mail.Server{Host: "mail.acme.example", Port: 2525, TLS: mail.TLSNone, PublicOnly: true}
		if err := target.Check(); err != nil {
			t.Fatalf("the name alone is fine: %v", err)
		}
		f := failure(t, sender(t, mail.Options{Resolver: resolver(t, address)}).Send(t.Context(), target, envelope()))
		if !errors.Is(f, publicnet.ErrNotPublic) || f.Stage != mail.StageConnect || f.Permanent {
			t.Errorf("%s: %+v, %v", address, f, f.Unwrap())
		}
		if f.Text != "could not connect to the mail server" {
			t.Errorf("%s: the text tells: %q", address, f.Text)
		}
	}
}

func TestTheGuardIsOnlyForTenantsServers(t *testing.T) {
	t.Parallel()
	sink := smtpsink.Start(t)
	target := server(t, sink)
	target.Host = "mail.acme.example"
	s := sender(t, mail.Options{Resolver: resolver(t, "127.0.0.1")})
	if err := s.Send(t.Context(), target, envelope()); err != nil {
		t.Error(err)
	}
}

func TestAServerIsCheckedWhenSaved(t *testing.T) {
	t.Parallel()
	good := mail.Server{Host: "smtp.acme.example", Port: 587, Username: "u", Password: "p", TLS: mail.TLSRequired, PublicOnly: true}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	hosts := []string{
		"", "127.0.0.1", "localhost", "localhost.", "foo.localhost", "::1", "0.0.0.0", "::ffff:127.0.0.1", "2130706433", "0x7f.1", "127.1",
		"0177.0.0.1", "169.254.169.254", "fd00::1", "postgres", "db.internal", "printer.local", "a b.example", "acme.example:25",
		"user@acme.example", "smtp://acme.example", "acme.example/x", "acme.example\r\nx", "[::1]", "1.1.1.1%eth0",
	}
	for _, host := range hosts {
		bad := good
		bad.Host = host
		if bad.Check() == nil {
			t.Errorf("host %q passed", host)
		}
	}
	for _, port := range []int{0, -1, 65536, 5432, 6379, 22} {
		bad := good
		bad.Port = port
		if bad.Check() == nil {
			t.Errorf("port %d passed", port)
		}
	}
	for _, change := range []func(*mail.Server){
		func(s *mail.Server) { s.TLS = "" }, func(s *mail.Server) { s.TLS = "ssl" }, func(s *mail.Server) { s.Password = "" },
		func(s *mail.Server) { s.Username = "" }, func(s *mail.Server) { s.Username = "u\r\nRSET" },
	} {
		bad := good
		change(&bad)
		if bad.Check() == nil {
			t.Errorf("%v passed", bad)
		}
	}
}
