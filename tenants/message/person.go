package message

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// withoutLinks makes a stranger's words harmless: one line, no markup, no tricks with invisible or reversed
// characters, and no word that a mail program would turn into a link. Anybody can have Keyhall write to anybody, and
// that must not carry an advertisement.
func withoutLinks(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		case invisible(r) || r == '<' || r == '>':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(slices.DeleteFunc(strings.Fields(text), linkLike), " ")
}

// invisible holds for formatting characters, such as those that reverse the direction of text; but not for the
// joiners, which some scripts and emoji are written with.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d'
}

// linkLike reports whether a word contains something like a URL, a host name of the public DNS or an IP address.
// "mary.smith" passes, since there is no top-level domain "smith".
func linkLike(word string) bool {
	word = strings.ToLower(norm.NFKC.String(word))
	for _, sign := range []string{"://", "www.", "http:", "https:", "mailto:", "javascript:", "data:"} {
		if strings.Contains(word, sign) {
			return true
		}
	}
	word = strings.NewReplacer("。", ".", "｡", ".", "\u200c", "", "\u200d", "").Replace(word)
	return slices.ContainsFunc(strings.FieldsFunc(word, notOfHost), hostLike)
}

func notOfHost(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune(".-_", r)
}

func hostLike(run string) bool {
	run = strings.Trim(run, ".-_")
	if _, err := netip.ParseAddr(run); err == nil {
		return true
	}
	labels := strings.Split(run, ".")
	for i, label := range labels[1:] {
		// "evil.com你好": the link may end where the script changes
		foreign := strings.IndexFunc(label, func(r rune) bool { return r > unicode.MaxASCII })
		if foreign > 0 && topLevel(label[:foreign]) || i == len(labels)-2 && topLevel(label) {
			return true
		}
	}
	return false
}

// topLevel asks the Public Suffix List, with a label in front for the domains that have wildcard rules only.
func topLevel(label string) bool {
	ascii, err := idna.ToASCII(label)
	if err != nil || ascii == "" {
		return false
	}
	_, known := publicsuffix.PublicSuffix("x." + ascii)
	return known
}
