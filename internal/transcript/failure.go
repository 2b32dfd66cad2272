package transcript

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sent is a request as it went out.
type sent struct {
	method, url string
	header      map[string]string
	body        []byte
}

// address puts the tenant's prefix in front of the path and the body into bytes.
func (p *player) address(q Request) (sent, error) {
	body, err := q.encode()
	if err != nil {
		return sent{}, err
	}
	return sent{q.Method, p.server.URL + "/t/" + p.slug + q.Path, q.Headers, body}, nil
}

// longest is the longest body that a failure shows whole.
const longest = 4096

// String gives the request as a command to paste into a shell.
func (s sent) String() string {
	command := "curl -i -X " + s.method + " " + quote(s.url)
	for _, name := range slices.Sorted(maps.Keys(s.header)) {
		command += " -H " + quote(name+": "+s.header[name])
	}
	switch {
	case len(s.body) == 0:
		return command
	case len(s.body) > longest:
		return fmt.Sprintf("head -c %d /dev/zero | %s --data-binary @-  # in place of the real body", len(s.body), command)
	case !printable(s.body):
		return fmt.Sprintf("echo %s | base64 -d | %s --data-binary @-", base64.StdEncoding.EncodeToString(s.body), command)
	}
	return command + " --data-binary " + quote(string(s.body))
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func printable(text []byte) bool {
	return utf8.Valid(text) && !strings.ContainsFunc(string(text), unicode.IsControl)
}

// failure is an exchange that went wrong, with all that is needed to look into it.
type failure struct {
	record Record
	sent   sent
	got    answer
	judged []judged // one for each acceptable answer
}

// judged is one acceptable answer and where the live one parts from it first.
type judged struct {
	want  string
	first *difference
}

// Error prints the record, the request, each acceptable answer, the one that came, and the first differences.
func (f *failure) Error() string {
	lines := []string{line("record", f.record.Name)}
	lines = append(lines, line("note", f.record.Note), line("why", f.record.Keyhall.Why), line("request", f.sent))
	for _, j := range f.judged {
		lines = append(lines, line("expected", j.want))
	}
	lines = append(lines, line("got", f.got))
	for _, j := range f.judged {
		lines = append(lines, line("differs", j.first))
	}
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n")
}

func line(title string, content any) string {
	text := fmt.Sprint(content)
	if text == "" {
		return ""
	}
	return fmt.Sprintf("%-9s %s", title, text)
}

func (e expectation) String() string {
	text := fmt.Sprintf("%d %s %s", e.Status, e.contentType, e.Body)
	for _, h := range [][2]string{{"Allow", strings.Join(e.Allow, ", ")}, {"WWW-Authenticate", e.WWWAuthenticate}} {
		if h[1] != "" {
			text += fmt.Sprintf(" (%s: %s)", h[0], h[1])
		}
	}
	return text
}

func (a answer) String() string {
	body := a.body
	if len(body) > longest {
		body = fmt.Appendf(nil, "%s... (%d bytes)", body[:longest], len(body))
	}
	text := fmt.Sprintf("%d %s %s", a.status, a.header.Get("Content-Type"), body)
	for _, name := range []string{"Allow", "WWW-Authenticate", "X-Request-Id"} {
		if value := a.header.Get(name); value != "" {
			text += fmt.Sprintf(" (%s: %s)", name, value)
		}
	}
	return text
}
