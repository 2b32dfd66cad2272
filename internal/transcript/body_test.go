package transcript

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEncode(t *testing.T) {
	t.Parallel()
	form := func(parts string) string { return strings.ReplaceAll(parts, "\n", "\r\n") }
	for about, c := range map[string]struct{ body, want string }{
		"none":        {`null`, ``},
		"json":        {`{"a": "\u0000é"}`, `{"a": "\u0000é"}`},
		"list":        {`[1]`, `[1]`},
		"text":        {`"{\"a\":1,}"`, `{"a":1,}`},
		"empty text":  {`""`, ``},
		"bytes":       {`{"base64": "77u/e30="}`, "\xef\xbb\xbf{}"},
		"form":        {`{"multipart": [["a", "1"]]}`, form("--b\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b--\n")},
		"file":        {`{"multipart": [["f", {"filename": "a\"b.png", "content_type": "image/png", "bytes": 5, "base64": "aGVsbG8="}]]}`, form("--b\nContent-Disposition: form-data; name=\"f\"; filename=\"a\\\"b.png\"\nContent-Type: image/png\n\nhello\n--b--\n")},
		"zero bytes":  {`{"multipart": [{"name": "f", "filename": "", "content_type": "t/x", "bytes": 3}]}`, form("--b\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\nContent-Type: t/x\n\n\x00\x00\x00\n--b--\n")},
		"named value": {`{"multipart": [{"name": "a", "value": "1"}]}`, form("--b\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b--\n")},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			q := Request{Body: json.RawMessage(c.body), Headers: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}}
			got, err := q.encode()
			if err != nil || !bytes.Equal(got, []byte(c.want)) {
				t.Errorf("encoded to %q, %v; expected %q", got, err, c.want)
			}
		})
	}
}

func TestCurlCanBePasted(t *testing.T) {
	t.Parallel()
	for about, c := range map[string]struct{ body, want string }{
		"none":   {"", `curl -i -X POST 'http://x/' -H 'A: it'\''s'`},
		"text":   {`{"a":"it's"}`, `curl -i -X POST 'http://x/' -H 'A: it'\''s' --data-binary '{"a":"it'\''s"}'`},
		"binary": {"\x00\xff", `echo AP8= | base64 -d | curl -i -X POST 'http://x/' -H 'A: it'\''s' --data-binary @-`},
		"long":   {strings.Repeat("x", 5000), `head -c 5000 /dev/zero | curl -i -X POST 'http://x/' -H 'A: it'\''s' --data-binary @-  # in place of the real body`},
	} {
		if got := (sent{"POST", "http://x/", map[string]string{"A": "it's"}, []byte(c.body)}).String(); got != c.want {
			t.Errorf("%s: %s\nexpected %s", about, got, c.want)
		}
	}
}

func TestLoadRefusesSlips(t *testing.T) {
	t.Parallel()
	request := `"request": {"method": "GET", "path": "/x/"}`
	for about, c := range map[string]struct{ line, want string }{
		"no json":         {`{`, "x.jsonl:2:"},
		"unknown field":   {`{"nam": "x"}`, `unknown field "nam"`},
		"unknown kind":    {`{"name": "x", "kind": "sleep"}`, `record "x": unknown kind "sleep"`},
		"unknown class":   {`{"keyhall": {"class": "exactly"}, ` + request + `}`, `unknown class "exactly"`},
		"no request":      {`{"keyhall": {"class": "exact"}}`, "request.method is missing"},
		"nothing to wait": {`{"kind": "wait"}`, "seconds is missing"},
		"no settings":     {`{"kind": "settings"}`, "settings is missing"},
		"none accepted":   {`{"keyhall": {"class": "override"}, ` + request + `}`, "keyhall.accepted is missing"},
		"description":     {`{"keyhall": {"class": "override", "accepted": [{"status": 200, "body": {"a": ["<an int>"]}}]}, ` + request + `}`, `unknown description "<an int>"`},
		"nested":          {`{"keyhall": {"class": "override", "accepted": [{"status": 200, "body": "<object with at least {\"a\": \"<x>\"}>"}]}, ` + request + `}`, `unknown description "<x>"`},
		"choice":          {`{"keyhall": {"class": "override", "accepted": [{"status": 200, "body": "<one of: 1 | x>"}]}, ` + request + `}`, `choice "x"`},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x.jsonl")
			good := `{"name": "good", "keyhall": {"class": "exact"}, ` + request + "}\n"
			if err := os.WriteFile(path, []byte(good+c.line+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Load(path); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, expected %q", err, c.want)
			}
		})
	}
}
