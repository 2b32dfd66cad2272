package transcript

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// shortest is the length from which a secret is unmistakable: it is replaced wherever it occurs, also with something
// appended or inside a path. Shorter ones (a uid, a code) count only as the whole value of their field.
const shortest = 16

// secrets knows the live value of each recorded secret of one tenant.
type secrets struct {
	live   map[string]string
	fields map[field]string
}

// field is a short secret: the recorded value of a named field.
type field struct{ name, recorded string }

func newSecrets() *secrets {
	return &secrets{live: map[string]string{}, fields: map[field]string{}}
}

// learn walks a recorded answer and the live one side by side and remembers every secret that stands in both. A later
// live value replaces an earlier one: the original server gives one key at every sign-in, Keyhall a fresh one.
// The name is the key that the values stand under; in lists there is none.
func (s *secrets) learn(name string, recorded, live any) {
	switch recorded := recorded.(type) {
	case map[string]any:
		have, _ := live.(map[string]any)
		for key, value := range recorded {
			s.learn(key, value, have[key])
		}
	case []any:
		have, _ := live.([]any)
		for i := range min(len(recorded), len(have)) {
			s.learn("", recorded[i], have[i])
		}
	case string:
		if have, ok := live.(string); ok && secretNames[name] && len(recorded) >= shortest {
			s.bind(recorded, have)
		}
	}
}

// bind ties one recorded secret to its live value.
func (s *secrets) bind(recorded, live string) { s.live[recorded] = live }

// bindField ties a secret that is too short to be recognised outside its field.
func (s *secrets) bindField(name, recorded, live string) { s.fields[field{name, recorded}] = live }

// known reports whether the recorded secret has a live value already.
func (s *secrets) known(recorded string) bool { return s.live[recorded] != "" }

// replace puts the live secrets into a recorded request.
func (s *secrets) replace(q Request) Request {
	replacer := s.replacer()
	q.Path = replacer.Replace(q.Path)
	headers := make(map[string]string, len(q.Headers))
	for name, value := range q.Headers {
		headers[name] = replacer.Replace(value)
	}
	q.Headers = headers
	q.Body = []byte(s.replaceFields(replacer.Replace(string(q.Body))))
	return q
}

// replacer tries long secrets first, since one may contain another (a reset token inside "<uid>-<token>").
func (s *secrets) replacer() *strings.Replacer {
	var recorded []string
	for r := range s.live {
		recorded = append(recorded, r)
	}
	slices.SortFunc(recorded, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, r := range recorded {
		pairs = append(pairs, r, s.live[r])
		if inForm := url.QueryEscape(r); inForm != r {
			pairs = append(pairs, inForm, url.QueryEscape(s.live[r]))
		}
	}
	return strings.NewReplacer(pairs...)
}

// replaceFields finds a field in JSON, in JSON recorded as a string, in a form, and in the parts of a multipart body.
func (s *secrets) replaceFields(body string) string {
	for f, live := range s.fields {
		name, recorded := regexp.QuoteMeta(f.name), regexp.QuoteMeta(f.recorded)
		for _, form := range []string{
			`(\\?"%s\\?"\s*:\s*\\?")%s(\\?")`,
			`((?:^"|&)%s=)%s("$|&)`,
			`(\["%s",\s*")%s("\])`,
		} {
			where := regexp.MustCompile(fmt.Sprintf(form, name, recorded))
			body = where.ReplaceAllString(body, "${1}"+strings.ReplaceAll(live, "$", "$$")+"${2}")
		}
	}
	return body
}

// carries reports whether the secret stands anywhere in the request, also in its form-encoded spelling.
func (q Request) carries(secret string) bool {
	texts := []string{q.Path, string(q.Body)}
	for _, value := range q.Headers {
		texts = append(texts, value)
	}
	return slices.ContainsFunc(texts, func(text string) bool {
		return strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret))
	})
}

// cookies reads the Cookie header by name.
func (q Request) cookies() map[string]string {
	found := map[string]string{}
	cookies, err := http.ParseCookie(q.Headers["Cookie"])
	if err != nil {
		return found // none, or broken on purpose
	}
	for _, c := range cookies {
		found[c.Name] = c.Value
	}
	return found
}
