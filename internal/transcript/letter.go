package transcript

import (
	"regexp"
	"strings"
)

// letter is what one message brings: the key of an address, or uid and token of a password reset.
type letter struct{ key, uid, token string }

func (l letter) isReset() bool { return l.token != "" }

// secret is the part nobody can guess.
func (l letter) secret() string {
	if l.isReset() {
		return l.token
	}
	return l.key
}

// joined is the form a client may send in place of a bare token.
func (l letter) joined() string { return l.uid + "-" + l.token }

var (
	keyShape   = regexp.MustCompile(`^(?:[\w-]+:[\w-]+:[\w-]{20,}|[0-9a-z]{64})$`) // signed, or stored
	tokenShape = regexp.MustCompile(`^[0-9a-z]{1,13}-[0-9a-f]{20,32}$`)
	uidShape   = regexp.MustCompile(`^[0-9A-Za-z]+$`)
	bareShape  = regexp.MustCompile(`^[0-9a-f]{10,50}$`) // a reset token that stands alone
)

// route is the path without query and closing slash.
func (q Request) route() string {
	path, _, _ := strings.Cut(q.Path, "?")
	return strings.TrimSuffix(path, "/")
}

// letter finds the secrets of a message where a client sends them back: the key of verify-email, uid and token of a
// reset's confirmation.
func (q Request) letter() (letter, bool) {
	path, fields := q.route(), q.fields()
	switch {
	case strings.HasSuffix(path, "/verify-email"):
		return letter{key: fields["key"]}, keyShape.MatchString(fields["key"])
	case strings.HasSuffix(path, "/password/reset/confirm"):
		l := letter{uid: fields["uid"], token: strings.TrimPrefix(fields["token"], fields["uid"]+"-")}
		if l.uid == "" {
			return l, bareShape.MatchString(l.token)
		}
		return l, uidShape.MatchString(l.uid) && tokenShape.MatchString(l.token)
	}
	return letter{}, false
}

// validLetters are the letters that did their work once: sent in a request that succeeded (there, or as Keyhall shall
// answer), or fetched. A tampered key or a token with another's uid never did, and must not be repaired.
func validLetters(records []Record) map[string]letter {
	valid := map[string]letter{}
	for _, r := range records {
		if l, ok := r.Request.letter(); ok && r.provesSecrets() {
			valid[l.secret()] = l
		}
	}
	return valid
}

// validCookies are the cookie values the original server let pass, by value.
func validCookies(records []Record) map[string]bool {
	valid := map[string]bool{}
	for _, r := range records {
		for _, value := range r.Request.cookies() {
			valid[value] = valid[value] || r.provesSecrets()
		}
	}
	return valid
}

func (r Record) provesSecrets() bool {
	accepted := len(r.Keyhall.Accepted) > 0 && isSuccess(r.Keyhall.Accepted[0].Status)
	return isSuccess(r.Response.Status) || accepted || r.Kind == Fetch
}

func isSuccess(status int) bool { return status >= 200 && status < 300 }

// damaged gives a live secret the damage that a recorded one shows: the valid secret it was made from has the same
// length and begins the same. ok is false when there is no such secret.
func damaged(value string, valid map[string]letter) (original letter, tail string, ok bool) {
	for _, l := range valid {
		s := l.secret()
		if same := commonPrefix(s, value); len(s) == len(value) && same < len(s) && same > len(s)*3/4 {
			return l, value[same:], true
		}
	}
	return letter{}, "", false
}

// damage puts the tail in place of the live secret's own.
func damage(live, tail string) string {
	if len(tail) >= len(live) || strings.HasSuffix(live, tail) {
		return live + tail
	}
	return live[:len(live)-len(tail)] + tail
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
