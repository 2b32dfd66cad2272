package transcript

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// Media types an expectation can name beside the recorded ones.
const (
	anyType  = ""
	anyJSON  = "any JSON type"
	jsonType = "application/json"
)

// expectation is one answer that counts as right.
type expectation struct {
	Answer
	contentType string
	patterns    bool // Body holds descriptions
}

// expectations lists what counts as the right answer to an exchange, the recommended one first.
func (r Record) expectations() []expectation {
	if r.Keyhall.Class != Override {
		return []expectation{r.recorded()}
	}
	var all []expectation
	for _, a := range r.Keyhall.Accepted {
		all = append(all, expectation{Answer: a, contentType: a.contentType(), patterns: true})
	}
	return all
}

// recorded is the original answer. Its Allow counts on a 405 only and its WWW-Authenticate on a 401 only.
func (r Record) recorded() expectation {
	e := expectation{contentType: r.Response.Headers["Content-Type"]}
	e.Status, e.Body = r.Response.Status, r.Response.Body
	switch e.Status {
	case http.StatusMethodNotAllowed:
		e.Allow = methods(r.Response.Headers["Allow"])
	case http.StatusUnauthorized:
		e.WWWAuthenticate = r.Response.Headers["WWW-Authenticate"]
	}
	return e
}

func (a Answer) contentType() string {
	var text string
	switch {
	case len(a.Body) == 0:
		return anyType
	case json.Unmarshal(a.Body, &text) != nil || !isPattern(text):
		return jsonType
	case text == anything:
		return anyType
	}
	return anyJSON
}

// difference compares the whole answer and gives the first difference, or nil.
func (e expectation) difference(got answer, ids identities) *difference {
	if got.status != e.Status {
		return &difference{"status", fmt.Sprint(e.Status), fmt.Sprint(got.status)}
	}
	for _, check := range []func(answer) *difference{e.checkType, e.checkAllow, e.checkAuthenticate, e.checkRetryAfter} {
		if d := check(got); d != nil {
			return d
		}
	}
	return e.checkBody(got, ids)
}

func (e expectation) checkType(got answer) *difference {
	have := got.header.Get("Content-Type")
	ok := have == e.contentType
	switch e.contentType {
	case anyType:
		ok = true
	case anyJSON:
		ok = have == jsonType || strings.HasSuffix(have, "+json")
	}
	return unless(ok, "header Content-Type", e.contentType, have)
}

// checkAllow lets more methods be; OPTIONS and HEAD are optional.
func (e expectation) checkAllow(got answer) *difference {
	have := strings.Join(got.header.Values("Allow"), ", ")
	for _, m := range e.Allow {
		optional := m == http.MethodOptions || m == http.MethodHead
		if !optional && !slices.Contains(methods(have), m) {
			return unless(false, "header Allow", strings.Join(e.Allow, ", "), have)
		}
	}
	return nil
}

func (e expectation) checkAuthenticate(got answer) *difference {
	have := got.header.Get("WWW-Authenticate")
	return unless(e.WWWAuthenticate == "" || have == e.WWWAuthenticate, "header WWW-Authenticate", e.WWWAuthenticate, have)
}

func (e expectation) checkRetryAfter(got answer) *difference {
	return unless(!e.RetryAfter || got.header.Get("Retry-After") != "", "header Retry-After", "any", "")
}

func (e expectation) checkBody(got answer, ids identities) *difference {
	if len(e.Body) == 0 || e.patterns && e.contentType == anyType {
		return nil
	}
	want, err := decode(e.Body)
	if err != nil {
		return &difference{"body", "a readable recording", err.Error()}
	}
	if want == "" && len(got.body) == 0 {
		return nil // answers to HEAD and 204s carry a type and no body
	}
	if e.contentType != jsonType && e.contentType != anyJSON {
		return checkBytes(want, got.body)
	}
	have, err := decode(got.body)
	if err != nil {
		return &difference{"body", show(want), fmt.Sprintf("%q (%v)", got.body, err)}
	}
	return comparison{ids, e.patterns}.value(place{path: "body"}, want, have)
}

// checkBytes compares a body that is no JSON: recorded as a text, as {"base64": ...}, or as {"base64": ..., "length": n} when
// only its beginning was kept.
func checkBytes(want any, got []byte) *difference {
	var expected []byte
	begins := got
	switch want := want.(type) {
	case string:
		expected = []byte(want)
	case map[string]any:
		text, _ := want["base64"].(string)
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return &difference{"body", "a readable recording", err.Error()}
		}
		expected = decoded
		if length, ok := want["length"].(json.Number); ok {
			if length.String() != strconv.Itoa(len(got)) {
				return &difference{"length of the body", length.String(), strconv.Itoa(len(got))}
			}
			begins = got[:min(len(expected), len(got))]
		}
	}
	return unless(bytes.Equal(expected, begins), "body", fmt.Sprintf("%q", expected), fmt.Sprintf("%q", got))
}

func methods(allow string) []string {
	var all []string
	for m := range strings.SplitSeq(allow, ",") {
		if m = strings.TrimSpace(m); m != "" {
			all = append(all, m)
		}
	}
	return all
}

func unless(ok bool, path, want, got string) *difference {
	if ok {
		return nil
	}
	if got == "" {
		got = "none"
	}
	return &difference{path, want, got}
}
