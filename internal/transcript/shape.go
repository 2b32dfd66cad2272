package transcript

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// Names under which a value is free, and how.
var (
	secretNames = set("key", "token", "refresh", "access", "auth_token", "refresh_token", "session")
	numberNames = set("id", "pk", "user_id", "sub")
	dateNames   = set("created_at", "last_login", "date_joined")
)

// freePrefixes begin the texts that quote a parser or a clock.
var freePrefixes = []string{"JSON parse error - ", "OTP sending not allowed until: "}

// dateLayouts are the layouts the original servers write.
var dateLayouts = []string{
	"Mon, 02 Jan 2006 15:04:05 GMT",
	"2006-01-02T15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999-07:00",
}

// alphabets go from narrow to wide: a secret must stay within the narrowest one that its recording fits.
var alphabets = []*regexp.Regexp{
	regexp.MustCompile(`^[0-9a-f]*$`),
	regexp.MustCompile(`^[0-9a-z]*$`),
	regexp.MustCompile(`^[0-9a-z-]*$`),
	regexp.MustCompile(`^[0-9A-Za-z_-]*$`),
}

func set(names ...string) map[string]bool {
	s := map[string]bool{}
	for _, n := range names {
		s[n] = true
	}
	return s
}

// sameShape reports whether a client that stores or checks the recorded secret can take the live one: same length, same
// alphabet. JWTs are compared by their claims instead.
func sameShape(want, got string) bool {
	if len(want) != len(got) {
		return false
	}
	for _, a := range alphabets {
		if a.MatchString(want) {
			return a.MatchString(got)
		}
	}
	return !strings.ContainsAny(got, " \t\r\n")
}

// sameLayout reports whether both dates are written in one layout.
func sameLayout(want, got string) bool {
	for _, layout := range dateLayouts {
		if _, err := time.Parse(layout, want); err == nil {
			_, err = time.Parse(layout, got)
			return err == nil
		}
	}
	return want == got
}

// claims reads a JWT's claims without believing them; ok is false when the text is no JWT.
func claims(text string) (found map[string]any, ok bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || parts[2] == "" {
		return nil, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, false
	}
	value, err := decode(json.RawMessage(payload))
	if err != nil {
		return nil, false
	}
	found, ok = value.(map[string]any)
	return found, ok
}
