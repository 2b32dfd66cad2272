package drf_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/keyhall/keyhall/apps/api/contracts/drf"
	"github.com/keyhall/keyhall/internal/fault"
)

func TestTheUIDOfAResetLink(t *testing.T) {
	t.Parallel()
	raw := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for uid, want := range map[string]int64{
		"MQ": 1, "MQ==": 1, "MQ=": 1, "OTk5": 999, raw("9223372036854775807"): 9223372036854775807,
		"": 0, "=": 0, "MR": 0, "M": 0, "M Q": 0, "MQ\n": 0, "!": 0, "MQ.": 0, raw("9223372036854775808"): 0, raw("01"): 0, raw("+1"): 0, raw(" 1"): 0, raw("1e3"): 0, raw("٣"): 0, raw("x"): 0,
	} {
		if got := drf.UserID(uid); got != want {
			t.Errorf("%q: %d, wanted %d", uid, got, want)
		}
	}
}

func TestAnswersHaveTheFrameworksWords(t *testing.T) {
	t.Parallel()
	var p fault.Problems
	p.Add("b", fault.Required)
	p.Add("a", fault.PasswordShort, "limit", 1)
	p.Add("b", fault.NotChoice, "value", `{limit} <&> "x"`)
	p.Add("", fault.PasswordsDiffer)
	for name, c := range map[string]struct {
		err    error
		status int
		body   string
	}{
		"fields keep their order": {p.Err(), 400, `{"b":["This field is required.","\"{limit} <&> \"x\"\" is not a valid choice."],` +
			`"a":["This password is too short. It must contain at least 1 character."],"non_field_errors":["The two password fields didn't match."]}`},
		"one second":           {fault.RateLimited.After(300 * time.Millisecond), 429, `{"detail":"Request was throttled. Expected available in 1 second."}`},
		"rounded up":           {fault.RateLimited.After(1100 * time.Millisecond), 429, `{"detail":"Request was throttled. Expected available in 2 seconds."}`},
		"a taken name":         {fault.UsernameTaken.On("username"), 400, `{"username":["A user with that username already exists."]}`},
		"no fault":             {json.Unmarshal([]byte("x"), &p), 500, `{"detail":"A server error occurred."}`},
		"a header with quotes": {fault.UnsupportedMedia.With("media_type", `a"b{method}`), 415, `{"detail":"Unsupported media type \"a\"b{method}\" in request."}`},
	} {
		r := drf.Style{Scheme: "Token"}.Render(nil, fault.From(c.err))
		raw, err := marshal(r.Body)
		if err != nil || r.Status != c.status || raw != c.body {
			t.Errorf("%s\nwanted %d %s\n   got %d %s %v", name, c.status, c.body, r.Status, raw, err)
		}
	}
}

// marshal is JSON as wire sends it.
func marshal(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return string(bytes.TrimSpace(b.Bytes())), err
}
