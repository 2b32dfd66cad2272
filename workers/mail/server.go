package mail

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/keyhall/keyhall/internal/publicnet"
)

// TLS says how a connection is protected.
type TLS string

// The modes. Certificates are checked whenever there is TLS.
const (
	TLSRequired      TLS = "starttls"      // plain greeting, then STARTTLS or nothing
	TLSImplicit      TLS = "tls"           // TLS from the first byte (port 465)
	TLSNone          TLS = "none"          // no TLS, even where credentials are sent
	TLSOpportunistic TLS = "opportunistic" // STARTTLS where offered; without it credentials are not sent in clear
)

// Server is where mail is handed in. It is comparable, and prints without its password.
type Server struct {
	Host     string // name or IP address
	Port     int    // 1 to 65535
	Username string // empty: no AUTH
	Password string
	TLS      TLS

	// PublicOnly is for servers named by tenants: only addresses of the public internet and the ports of mail are
	// dialled. Leave it off for the platform's own server, and in development.
	PublicOnly bool
}

// String names the server without the password.
func (s Server) String() string {
	host := s.address()
	if s.Username != "" {
		host = s.Username + "@" + host
	}
	return fmt.Sprintf("smtp://%s?tls=%s", host, s.TLS)
}

func (s Server) address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// GoString is String, so that %#v keeps the password to itself too.
func (s Server) GoString() string { return s.String() }

// LogValue implements slog.LogValuer by String.
func (s Server) LogValue() slog.Value { return slog.StringValue(s.String()) }

// What Check finds.
var (
	ErrHost     = errors.New("the host must be a name or an IP address")
	ErrPort     = errors.New("the port must be between 1 and 65535")
	ErrMailPort = errors.New("the port must be one of 25, 465, 587 and 2525")
	ErrTLS      = errors.New("tls must be one of starttls, tls, opportunistic and none")
	ErrLogin    = errors.New("username and password must be given together, without control characters")
)

// Check reports what is wrong with the server as written. It looks up no names; those are judged when dialling.
func (s Server) Check() error {
	if s.Port < 1 || s.Port > 65535 {
		return ErrPort
	}
	if (s.Username == "") != (s.Password == "") || hasControl(s.Username+s.Password) {
		return ErrLogin
	}
	if !slices.Contains([]TLS{TLSRequired, TLSImplicit, TLSNone, TLSOpportunistic}, s.TLS) {
		return ErrTLS
	}
	if !plausibleHost(s.Host) {
		return ErrHost
	}
	if s.PublicOnly {
		return s.checkPublic()
	}
	return nil
}

func (s Server) checkPublic() error {
	if !slices.Contains([]int{25, 465, 587, 2525}, s.Port) {
		return ErrMailPort
	}
	if !publicnet.Host(s.Host) {
		return publicnet.ErrNotPublic
	}
	return nil
}

// loopback holds for servers of this machine, to which credentials may go in clear.
func (s Server) loopback() bool {
	address, err := netip.ParseAddr(s.Host)
	return s.Host == "localhost" || err == nil && address.IsLoopback()
}

func plausibleHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host != "" && len(host) <= 253 && !strings.ContainsAny(host, " /\\@:?#[]<>\"%") && !hasControl(host)
}

func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
}
