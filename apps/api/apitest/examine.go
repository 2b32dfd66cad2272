package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/keyhall/keyhall/internal/spec"
)

// seen notes which documented answers the tests of this binary got.
var seen spec.Coverage

// examine holds an exchange to openapi.yaml, notes it, looks for what no answer may hold, and remembers the secrets in
// it for a look at the log.
func examine(t testing.TB, e spec.Exchange) {
	t.Helper()
	if err := spec.Load().ValidateExchange(e); err != nil {
		t.Errorf("not as openapi.yaml has it: %.400s", strings.Join(strings.Fields(err.Error()), " "))
	}
	seen.Note(spec.Load(), e)
	searchAnswer(t, e.Method+" "+e.Path, e.Status, e.Header, e.Body)
	secrets.note(e)
}

var internals = regexp.MustCompile(`pq:|SQLSTATE|goroutine |panic|\.go:\d|fasthttp|syntax error at`)

// searchAnswer wants no 500 and nothing of the server's insides in an answer.
func searchAnswer(t testing.TB, asked string, status int, header http.Header, body []byte) {
	t.Helper()
	if status >= 500 && status != http.StatusServiceUnavailable {
		t.Errorf("%.200s: %d %s", asked, status, body)
	}
	if found := internals.Find(body); found != nil {
		t.Errorf("%.200s: %q in the body: %.500s", asked, found, body)
	}
	for name, values := range header {
		if found := internals.FindString(strings.Join(values, "\n")); found != "" {
			t.Errorf("%.200s: %q in the header %s", asked, found, name)
		}
	}
}

// written is what all servers of this binary have logged.
var written buffer

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// Logged tells whether a text is in the log of this binary's servers.
func Logged(text string) bool { return strings.Contains(written.String(), text) }

// secrets are all passwords, tokens and keys that went over the wire in either direction.
var secrets vault

type vault struct {
	mu  sync.Mutex
	all map[string]string // where each was first seen
}

// secretName is the name of a member or cookie that holds a secret.
var secretName = regexp.MustCompile(`(?i)password|token|secret|^key$|session|csrf`)

// shortest is the length below which a text proves nothing by being found in a log.
const shortest = 10

func (v *vault) note(e spec.Exchange) {
	where := e.Method + " " + e.Path
	for _, body := range [][]byte{e.RequestBody, e.Body} {
		var value any
		if json.Unmarshal(body, &value) == nil {
			v.within(where, "", value)
		}
	}
	for _, value := range e.RequestHeader["Authorization"] {
		if _, token, ok := strings.Cut(value, " "); ok {
			v.add(where, token)
		}
	}
	for _, line := range e.RequestHeader["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			if _, value, ok := strings.Cut(pair, "="); ok {
				v.add(where, value)
			}
		}
	}
}

func (v *vault) within(where, name string, value any) {
	switch x := value.(type) {
	case string:
		if secretName.MatchString(name) && name != "token_type" {
			v.add(where, x)
		}
	case map[string]any:
		for k, inner := range x {
			v.within(where, k, inner)
		}
	case []any:
		for _, inner := range x {
			v.within(where, name, inner)
		}
	}
}

func (v *vault) add(where, secret string) {
	if len(secret) < shortest || strings.Trim(secret, secret[:1]) == "" {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.all == nil {
		v.all = map[string]string{}
	}
	if v.all[secret] == "" {
		v.all[secret] = where
	}
}

// leaked lists the secrets that the log holds, by where they were used.
func (v *vault) leaked() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	log := written.String()
	var found []string
	for secret, where := range v.all {
		quoted := strings.Trim(strconv.Quote(secret), `"`)
		if strings.Contains(log, secret) || strings.Contains(log, quoted) {
			found = append(found, fmt.Sprintf("%.80q of %.120s", secret, where))
		}
	}
	slices.Sort(found)
	return found
}

// Dig gives a member of decoded JSON by its path, "user.group.id" or "data.0.id"; nil when it is not there.
func Dig(v any, path string) any {
	if path == "" {
		return v
	}
	name, rest, _ := strings.Cut(path, ".")
	switch x := v.(type) {
	case map[string]any:
		return Dig(x[name], rest)
	case []any:
		if i, err := strconv.Atoi(name); err == nil && i < len(x) {
			return Dig(x[i], rest)
		}
	}
	return nil
}
