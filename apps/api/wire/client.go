package wire

import (
	"net"
	"net/netip"
	"slices"
	"strings"
)

// clientIP is the address at the other end of the socket, unless that is a known proxy: then the right-most address of
// X-Forwarded-For that is none. What stands further left was written by strangers. Of a chain that holds only proxies
// the first counts.
func clientIP(peer net.IP, forwarded []string, proxies []netip.Prefix) string {
	at, ok := netip.AddrFromSlice(peer)
	if !ok {
		return ""
	}
	at = at.Unmap()
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !known(at, proxies) {
			break
		}
		next, err := address(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		at = next
	}
	return at.String()
}

func known(at netip.Addr, proxies []netip.Prefix) bool {
	return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(at) })
}

// address reads "192.0.2.1", "2001:db8::1", and either with a port as some proxies write it.
func address(hop string) (netip.Addr, error) {
	if ap, err := netip.ParseAddrPort(hop); err == nil {
		return ap.Addr().Unmap().WithZone(""), nil
	}
	a, err := netip.ParseAddr(strings.Trim(hop, "[]"))
	return a.Unmap().WithZone(""), err
}
