package keyhalltest

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// kept is the answer that a call with an Idempotency-Key had.
type kept struct {
	asked  string // method, address and body of that call
	status int
	answer any
	until  time.Time
}

const (
	keptFor = 24 * time.Hour
	maxKey  = 255
)

var (
	keyInvalid = &problem{Status: 400, Code: "idempotency_key_invalid", Title: "The Idempotency-Key has to be a text of at most 255 letters, digits and signs."}
	keyReused  = &problem{Status: 422, Code: "idempotency_key_reused", Title: "This Idempotency-Key was used for another request."}
)

// keyed makes an operation take an Idempotency-Key as the program's does: the same call has the same answer, if that was no refusal,
// and another call is told. Calls are answered one after the other, so none finds another at work.
func keyed(f route) route {
	return func(c *call) (int, any, *problem) {
		given := c.r.Header.Values("Idempotency-Key")
		if len(given) == 0 {
			return f(c)
		}
		key := readKey(given[0])
		if len(given) > 1 || key == "" {
			return 0, nil, keyInvalid
		}
		key = c.r.Header.Get("Authorization") + "\n" + key
		asked := strings.Join([]string{c.r.Method, c.r.URL.RequestURI(), string(c.body)}, "\n")
		now := c.server.Clock.Now()
		if old, found := c.answers[key]; found && now.Before(old.until) {
			if old.asked != asked {
				return 0, nil, keyReused
			}
			c.head.Set("Idempotent-Replayed", "true")
			return old.status, old.answer, nil
		}
		status, answer, wrong := f(c)
		if wrong != nil {
			return 0, nil, wrong
		}
		if answer != nil { // as it is now: the account will change
			body, err := json.Marshal(answer)
			if err != nil {
				return 0, nil, &problem{Status: http.StatusInternalServerError, Code: "internal", Title: err.Error()}
			}
			answer = json.RawMessage(body)
		}
		if c.answers == nil {
			c.answers = map[string]kept{}
		}
		c.answers[key] = kept{asked, status, answer, now.Add(keptFor)}
		return status, answer, nil
	}
}

// readKey takes a key in quotes or bare, and gives "" for what is none.
func readKey(text string) string {
	if len(text) > 1 && strings.HasPrefix(text, `"`) && strings.HasSuffix(text, `"`) {
		text = text[1 : len(text)-1]
	}
	bad := func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }
	if len(text) > maxKey || strings.ContainsFunc(text, bad) {
		return ""
	}
	return strings.TrimSpace(text)
}
