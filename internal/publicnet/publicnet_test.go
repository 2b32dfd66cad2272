package publicnet_test

import (
	"net"
	"net/netip"
	"testing"

	"github.com/keyhall/keyhall/internal/publicnet"
)

func TestOnlyPublicAddressesPass(t *testing.T) {
	t.Parallel()
	public := []string{"1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"}
	private := []string{
		"127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::",
		"fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1", "5f00::1",
	}
	for _, text := range public {
		if !publicnet.Is(netip.MustParseAddr(text)) {
			t.Errorf("%s is public", text)
		}
	}
	for _, text := range private {
		if publicnet.Is(netip.MustParseAddr(text)) {
			t.Errorf("%s is not public", text)
		}
	}
}

func TestHostsAreJudgedAsWritten(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"smtp.acme.example", "smtp.acme.example.", "1.1.1.1", "2606:4700::1111", "münchen.example"} {
		if !publicnet.Host(host) {
			t.Errorf("%s may be public", host)
		}
	}
	for _, host := range []string{
		"", ".", "..", "a.", "localhost", "localhost.", "x.LOCALHOST", "db.internal", "printer.local", "postgres", "127.0.0.1", "::1", "::ffff:10.0.0.1",
		"127.1", "2130706433", "0x7f.1", "0177.0.0.1", "user@acme.example", "acme.example:25", "acme.example/x", "acme example.com", "acme.example\r\n", "[::1]",
	} {
		if publicnet.Host(host) {
			t.Errorf("%q passed", host)
		}
	}
}

func TestTheGuardWorksAtDialTimeWhateverTheSpelling(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	dialer := net.Dialer{ControlContext: publicnet.Control}
	for _, host := range []string{"127.0.0.1", "localhost", "0.0.0.0", "::ffff:127.0.0.1", "127.1", "2130706433", "0x7f.1"} {
		conn, err := dialer.DialContext(t.Context(), "tcp", net.JoinHostPort(host, port))
		if err == nil {
			_ = conn.Close()
			t.Errorf("%s was dialled", host)
		}
	}
}
