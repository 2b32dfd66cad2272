package contracts_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"

	"github.com/keyhall/keyhall/apps/api/contracts"
	"github.com/keyhall/keyhall/apps/api/wire"
)

var update = flag.Bool("update", false, "write errors.golden anew")

// sample gives every argument that a text may ask for.
var sample = map[string]any{
	"limit": 8, "min": 1, "max": 9, "value": "x", "attribute": "email address", "reason": "because", "format": "JSON",
	"got": "list", "media_type": "text/plain", "expected": "application/json", "extension": "txt", "allowed": "jpg, png", "megapixels": 25, "line": 3,
	"left": 2, "count": 9, "email": "ann@example.com", "mobile": "9999999999", "until": time.Date(2026, 11, 22, 14, 50, 10, 384649000, time.UTC),
}

var (
	hole  = regexp.MustCompile(`\{[a-z_]+\}`)
	blank = regexp.MustCompile(`:(""|\[""|\[\])`)
)

// Every contract has a text and a status for every way to fail. The golden file is the table of all of them; a new code
// or contract shows up here by itself.
func TestEveryFaultHasAnAnswerInEveryContract(t *testing.T) {
	t.Parallel()
	for _, c := range contracts.All(serve(t).Config) {
		var table bytes.Buffer
		for _, code := range fault.All() {
			fmt.Fprintf(&table, "%-26s %s\n", code.Name, answerTo(t, c, alone(code)))
			if code.Kind == fault.Invalid || code.Kind == fault.Conflict { // only these are ever about one field
				fmt.Fprintf(&table, "%-26s %s\n", "  on a field", answerTo(t, c, onField(code)))
			}
		}
		compare(t, filepath.Join("testdata", "errors", c.Name+".golden"), table.Bytes())
	}
}

func alone(code *fault.Code) *fault.Error {
	f := &fault.Error{Code: code, Args: map[string]any{"method": "PUT"}, RetryAfter: 57 * time.Second}
	for name, value := range sample {
		f.Args[name] = value
	}
	return f
}

func onField(code *fault.Code) *fault.Error {
	f := alone(code)
	f.Fields = []fault.Field{{Name: "thing", Code: code, Args: f.Args}}
	return f
}

// answerTo renders a fault and complains about answers that nobody could use.
func answerTo(t *testing.T, c wire.Contract, f *fault.Error) string {
	t.Helper()
	r := c.Dialect.Render(&wire.Call{}, f)
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r.Body); err != nil {
		t.Fatal(err)
	}
	text := strings.TrimSpace(strings.ReplaceAll(body.String(), `,"request_id":""`, ""))
	loose := strings.ReplaceAll(text, `"errors":[]`, "")
	if r.Status < 400 || r.Status > 503 || hole.MatchString(text) || blank.MatchString(loose) || !json.Valid([]byte(text)) {
		t.Errorf("%s: %s: %d %s", c.Name, f.Code.Name, r.Status, text)
	}
	var also []string
	for _, name := range []string{"WWW-Authenticate", "Retry-After"} {
		if v := r.Header[name]; v != "" {
			also = append(also, name+": "+v)
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s  %s", r.Status, text, strings.Join(also, ", ")))
}

func compare(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wants, gots := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range gots {
		if i >= len(wants) || wants[i] != gots[i] {
			t.Fatalf("%s, line %d (go test -update writes it anew)\nwanted %s\n   got %s", path, i+1, wants[min(i, len(wants)-1)], gots[i])
		}
	}
}
