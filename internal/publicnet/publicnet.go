// Package publicnet tells addresses of the public internet from all others.
//
// Whatever a tenant may name (its SMTP server, a web hook, an identity provider) is dialled only when it is out
// there: never this machine, its neighbours, or a cloud's metadata service. The check belongs at dial time, after
// DNS, because a name may answer differently the second time. The package knows nothing of what is dialled.
package publicnet

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"syscall"
)

// ErrNotPublic is the refusal. It names no address: the text may reach a tenant.
var ErrNotPublic = errors.New("the address is not on the public internet")

// The registries' special-purpose blocks (RFC 6890 and its successors) that the methods of netip.Addr do not cover.
var special = prefixes(
	"0.0.0.0/8",       // "this network"; Linux takes 0.0.0.0 for itself
	"100.64.0.0/10",   // carriers' NAT, and several clouds' metadata
	"192.0.0.0/24",    // protocol assignments
	"192.0.2.0/24",    // documentation
	"192.88.99.0/24",  // 6to4 relays, retired
	"198.18.0.0/15",   // benchmarks
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"240.0.0.0/4",     // reserved, and broadcast
	"2001::/23",       // protocol assignments, Teredo among them: carries an IPv4 address
	"2001:db8::/32",   // documentation
	"2002::/16",       // 6to4: carries an IPv4 address
	"3fff::/20",       // documentation
)

// All of today's public IPv6 is in here; loopback, mapped, NAT64, unique-local and link-local addresses are not.
var globalIPv6 = netip.MustParsePrefix("2000::/3")

// Is reports whether the address is on the public internet. An IPv4 address mapped into IPv6 counts as what it is.
func Is(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.Zone() != "" {
		return false
	}
	if a.Is6() && !globalIPv6.Contains(a) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Host reports whether a host, as somebody wrote it, may be on the public internet. It judges the spelling alone, for
// a clear word when a setting is saved; Control judges what the name turns out to be. Names without a dot and of
// local zones are out, and so are numbers in disguise (127.1, 2130706433 and 0x7f.1 are addresses to some resolvers).
func Host(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return Is(address)
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	dot := strings.LastIndexByte(host, '.')
	if dot < 1 || dot == len(host)-1 || strings.ContainsFunc(host, notOfName) {
		return false
	}
	last := host[dot+1:]
	return !slices.Contains(localZones, last) && (last[0] < '0' || last[0] > '9')
}

var localZones = []string{"localhost", "local", "internal", "localdomain", "lan", "home", "corp", "arpa"}

func notOfName(r rune) bool { return r <= ' ' || strings.ContainsRune("/\\@:?#[]<>\"%\x7f", r) }

// Control is for net.Dialer.ControlContext: it refuses each connection to an address that is not public, at the
// last moment before connecting. The address is "ip:port", already resolved.
func Control(_ context.Context, _, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil || !Is(target.Addr()) {
		return ErrNotPublic
	}
	return nil
}

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}
