package transcript

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// code is a one-time code where a client sends it back: so short a secret counts only as the value of its field.
type code struct{ field, value string }

var codeShape = regexp.MustCompile(`^[0-9]{4,10}$`)

// code finds the one-time code of a request.
func (q Request) code() (code, bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(q.Body, &members) != nil {
		return code{}, false
	}
	for _, field := range []string{"verify_otp", "otp"} {
		if value := strings.Trim(string(members[field]), `"`); codeShape.MatchString(value) {
			return code{field, value}, true
		}
	}
	return code{}, false
}

// codeTo is where the code of a request was sent, or will be.
func (q Request) codeTo() string {
	fields := q.fields()
	switch route := q.route(); {
	case strings.HasSuffix(route, "/otp"):
		return strings.ToLower(fields["destination"])
	case strings.HasSuffix(route, "/otpreglogin"), strings.HasSuffix(route, "/password/reset"):
		return strings.ToLower(fields["email"])
	}
	return ""
}

// sendsCode reports whether a request that succeeds sets a code off.
func (q Request) sendsCode() bool {
	route := q.route()
	if !strings.HasSuffix(route, "/otp") && !strings.HasSuffix(route, "/otpreglogin") {
		return false
	}
	_, verifies := q.fields()["verify_otp"]
	_, number := q.code()
	return !verifies && !number
}

// validCodes are the codes that did their work once; a wrong one must not be repaired.
func validCodes(records []Record) map[code]bool {
	valid := map[code]bool{}
	for _, r := range records {
		if c, ok := r.Request.code(); ok && r.provesSecrets() || ok && r.Kind == Setup {
			valid[c] = true
		}
	}
	return valid
}

// codes hands out the live one-time codes of a tenant's messages, each for one recorded one.
type codes struct {
	valid map[code]bool
	live  map[string]string // by recorded value
	taken map[string]bool   // live ones
	due   map[string]int    // on their way so far, by destination
}

func newCodes(records []Record) *codes {
	return &codes{valid: validCodes(records), live: map[string]string{}, taken: map[string]bool{}, due: map[string]int{}}
}

// expect counts the code that a successful request sets off.
func (c *codes) expect(q Request) {
	if q.sendsCode() {
		c.due[q.codeTo()]++
	}
}

// enliven puts the live code into a request that has a recorded one.
func (c *codes) enliven(ctx context.Context, a *Admin, slug string, q Request) (Request, error) {
	recorded, ok := q.code()
	if !ok || !c.valid[recorded] {
		return q, nil
	}
	if c.live[recorded.value] == "" {
		live, err := c.newest(ctx, a, slug, q.codeTo())
		if err != nil {
			return q, err
		}
		c.live[recorded.value], c.taken[live] = live, true
	}
	q.Body = recorded.replace(q.Body, c.live[recorded.value])
	return q, nil
}

// replace keeps a number a number, which cannot begin with a zero.
func (c code) replace(body []byte, live string) []byte {
	field, value := regexp.QuoteMeta(c.field), regexp.QuoteMeta(c.value)
	text := regexp.MustCompile(`("` + field + `"\s*:\s*")` + value + `"`)
	number := regexp.MustCompile(`("` + field + `"\s*:\s*)` + value + `\b`)
	body = text.ReplaceAll(body, []byte("${1}"+live+`"`))
	bare := strings.TrimLeft(live, "0")
	if bare == "" {
		bare = "0"
	}
	return number.ReplaceAll(body, []byte("${1}"+bare))
}

// newest waits until all codes on their way have arrived and gives the newest that nobody has taken.
func (c *codes) newest(ctx context.Context, a *Admin, slug, to string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		messages, err := a.Messages(ctx, slug)
		if err != nil && ctx.Err() == nil {
			return "", err
		}
		found, arrived := c.among(messages, to)
		if found != "" && (arrived >= c.due[to] || ctx.Err() != nil) {
			return found, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			if found == "" {
				return "", fmt.Errorf("no new code to %s within %s", to, patience)
			}
			return found, nil
		}
	}
}

func (c *codes) among(messages []Message, to string) (found string, arrived int) {
	for _, m := range messages {
		live := m.text("otp")
		if live == "" || !strings.EqualFold(m.To, to) {
			continue
		}
		if arrived++; found == "" && !c.taken[live] {
			found = live
		}
	}
	return found, arrived
}
