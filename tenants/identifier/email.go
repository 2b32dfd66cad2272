package identifier

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// longestEmail is the most that the grammar takes, in code points. What is stored has a limit of its own.
const longestEmail = 320

const (
	atom   = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+"
	quoted = `"(?:[!#-\[\]-~]|\\[!-~])*"`
	label  = `[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?`
	last   = `[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]`
)

var (
	localPart  = regexp.MustCompile(`^(?:` + atom + `(?:\.` + atom + `)*|` + quoted + `)$`)
	domainName = regexp.MustCompile(`^(?:` + label + `\.)+` + last + `$`)
	looseName  = regexp.MustCompile(`^(?:[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?\.)+` + last + `$`)
)

// international turns a domain name into the form in which the DNS, and so the mail, knows it (UTS 46).
var international = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(true))

// Email gives the canonical form of a plain address, or reports that it is none.
//
// The grammar is Django's: a dot-atom or a quoted text without spaces, an at sign, and a domain of at least two
// labels, an international one, localhost, or an IP address in brackets. Display names, comments, lists and spaces at
// the ends are refused, and so is every local part that is not ASCII: it could not be told for certain from another
// one (Turkish i's and the Kelvin sign become an i or a k when cased or normalised), and few servers deliver to it.
//
// Canonical are a local part in lower case and a domain in lower case and IDNA ASCII. Mail to the canonical form
// reaches whoever mail to the given form reaches.
func Email(s string) (canonical string, ok bool) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || utf8.RuneCountInString(s) > longestEmail || !utf8.ValidString(s) || !localPart.MatchString(s[:at]) {
		return "", false
	}
	domain, ok := canonicalDomain(s[at+1:])
	if !ok {
		return "", false
	}
	return strings.ToLower(s[:at]) + "@" + domain, true
}

// LooseEmail is Email for contracts whose own grammar is wider: labels of the domain may have underscores, and the domain
// may end in the dot of the root, which the canonical form drops.
func LooseEmail(s string) (canonical string, ok bool) {
	s = strings.TrimSuffix(s, ".")
	if canonical, ok = Email(s); ok {
		return canonical, true
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 || utf8.RuneCountInString(s) > longestEmail || !localPart.MatchString(s[:at]) || !looseName.MatchString(s[at+1:]) {
		return "", false
	}
	return strings.ToLower(s), true
}

func canonicalDomain(s string) (string, bool) {
	if strings.HasPrefix(s, "[") {
		return addressLiteral(s)
	}
	domain := s
	if !isASCII(s) {
		var err error
		if domain, err = international.ToASCII(s); err != nil {
			return "", false
		}
	}
	domain = strings.ToLower(domain)
	return domain, domain == "localhost" || domainName.MatchString(domain)
}

// addressLiteral reads "[192.0.2.1]" and "[2001:db8::1]".
func addressLiteral(s string) (string, bool) {
	inner, closed := strings.CutSuffix(s[1:], "]")
	ip, err := netip.ParseAddr(inner)
	if !closed || err != nil || ip.Zone() != "" {
		return "", false
	}
	return "[" + ip.String() + "]", true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
