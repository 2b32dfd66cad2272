package message

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/link"
)

// values are the placeholders of one message, checked and cleaned, not yet escaped.
type values map[string]string

// cleaners say for each placeholder how far its value is trusted. Most values come from strangers: whoever signs up
// may write somebody else's address beside a name of his choice.
var cleaners = map[string]func(text string) (string, error){
	"site":      line,
	"site_url":  address,
	"link":      address,
	"name":      person,
	"username":  person,
	"inviter":   inviter,
	"actor":     inviter,
	"moment":    line,
	"email":     mailbox,
	"new_email": masked,
	"uid":       code,
	"token":     code,
	"otp":       code,
	"reason":    prose,
	"count":     amount,
	"lifetime":  nil, // a number; see lifetime
}

// gather takes from data what the message uses. Other entries are of no interest here.
func (k KindInfo) gather(data map[string]any, words *words) (values, error) {
	got := values{}
	for _, name := range slices.Concat(k.Needs, k.Takes) {
		text, err := words.clean(name, data[name])
		if err != nil {
			return nil, fmt.Errorf("message: %s: %s: %w", k.Kind, name, err)
		}
		got[name] = text
	}
	for _, name := range k.Needs {
		if got[name] == "" {
			return nil, fmt.Errorf("message: %s: %s is missing", k.Kind, name)
		}
	}
	if raw, _ := data["username"].(string); raw != "" && strings.EqualFold(raw, got["email"]) {
		got["username"] = got["email"] // an address, but the reader's own
	}
	if got["name"] == "" {
		got["name"] = got["username"] // somebody to greet
	}
	return got, nil
}

func (w *words) clean(name string, value any) (string, error) {
	if name == "lifetime" {
		return w.lifetime(value)
	}
	switch text := value.(type) {
	case nil:
		return "", nil
	case string:
		if text == "" {
			return "", nil
		}
		return cleaners[name](text)
	}
	return "", fmt.Errorf("a text is needed, not %T", value)
}

// line takes the name of a tenant: chosen by its administrators, so it may look like a host, but it stays one line.
func line(text string) (string, error) {
	if strings.ContainsFunc(text, unprintable) {
		return "", fmt.Errorf("line breaks and other control characters are not allowed")
	}
	return cut(text, 100), nil
}

// prose takes the words of an administrator: several lines, and only so many.
func prose(text string) (string, error) {
	text = strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || invisible(r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.ReplaceAll(text, "\t", " "), ""))
	return cut(strings.TrimSpace(text), 1000), nil
}

// amount takes what was counted.
func amount(text string) (string, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	return strconv.FormatUint(n, 10), err
}

// person takes a name from a stranger; see withoutLinks.
func person(text string) (string, error) { return cut(withoutLinks(text), 64), nil }

var plainAddress = regexp.MustCompile(`^[^\s"<>(),;:@]+@[^\s"<>(),;:@]+$`)

// inviter takes the name or the plain address of an administrator.
func inviter(text string) (string, error) {
	if plainAddress.MatchString(text) && !strings.ContainsFunc(text, unprintable) {
		return cut(text, 100), nil
	}
	return person(text)
}

// mailbox takes an account's e-mail address. Accounts may have odd ones, such as with a quoted part; they get their
// mails too.
func mailbox(text string) (string, error) {
	at := strings.LastIndexByte(text, '@')
	if at < 1 || at == len(text)-1 || len(text) > 320 || strings.ContainsFunc(text, unprintable) {
		return "", fmt.Errorf("this is not an e-mail address")
	}
	return text, nil
}

// masked shows enough of an address to recognise one's own: m•••@e•••.
func masked(text string) (string, error) {
	text, err := mailbox(text)
	if err != nil {
		return "", err
	}
	at := strings.LastIndexByte(text, '@')
	local, domain := []rune(text[:at]), []rune(text[at+1:])
	return string(local[:1]) + "•••@" + string(domain[:1]) + "•••", nil
}

// address takes what a button may lead to.
func address(text string) (string, error) { return text, link.Address(text) }

func unprintable(r rune) bool { return unicode.IsControl(r) || invisible(r) || r == utf8.RuneError }

var codePattern = regexp.MustCompile(`^[A-Za-z0-9._:~=-]{1,256}$`)

// code takes a piece of a secret as Keyhall makes them.
func code(text string) (string, error) {
	if !codePattern.MatchString(text) {
		return "", fmt.Errorf("this is not a code")
	}
	return text, nil
}

// lifetime puts a number of seconds into words, rounded down to the largest unit there are at least two of, or
// exactly one: "3 days", "25 hours", "1 hour".
func (w *words) lifetime(value any) (string, error) {
	seconds, err := number(value)
	if err != nil || seconds <= 0 {
		return "", err
	}
	for _, unit := range []struct {
		name string
		size int64
	}{{"days", 86400}, {"hours", 3600}, {"minutes", 60}} {
		if n := seconds / unit.size; n >= 2 || seconds == unit.size {
			return w.count(unit.name, n), nil
		}
	}
	return w.count("seconds", seconds), nil
}

// number reads seconds as they come out of Go or out of JSON.
func number(value any) (int64, error) {
	switch n := value.(type) {
	case nil:
		return 0, nil
	case int:
		return int64(n), nil
	case int64:
		return n, nil
	case float64:
		return int64(n), nil
	case json.Number:
		return strconv.ParseInt(n.String(), 10, 64)
	case time.Duration:
		return int64(n / time.Second), nil
	}
	return 0, fmt.Errorf("a number of seconds is needed, not %T", value)
}

// cut shortens to so many characters, the last of them "…".
func cut(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}
