package password

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limit is the longest password, in code points, that Keyhall ever takes. Longer ones are never hashed.
const Limit = 256

// limitBytes keeps even the normalisation of a hostile text cheap.
const limitBytes = 4096

// normal gives the one form in which a password is judged and hashed: NFC, so that it does not matter how a keyboard
// composes its accents. Nothing else is changed, spaces least of all (NIST SP 800-63B 3.1.1.2). It reports false
// for a text of more than limit code points.
func normal(password string, limit int) (string, bool) {
	if len(password) > limitBytes {
		return "", false
	}
	password = norm.NFC.String(password)
	return password, utf8.RuneCountInString(password) <= limit
}
