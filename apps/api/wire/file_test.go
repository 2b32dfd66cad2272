package wire_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/wire"
)

type album struct {
	File  wire.File  `json:"file" core:"picture" validate:"required"`
	Other *wire.File `json:"other"`
	Note  string     `json:"note"`
}

// albums takes files, in the lenient and in the strict dialect.
func albums() []wire.Contract {
	show := wire.Body(func(_ *wire.Call, in album) (wire.Response, error) {
		return wire.OK(map[string]any{"name": in.File.Name, "size": len(in.File.Bytes), "other": in.Other != nil, "note": in.Note}), nil
	})
	route := func(path string) []wire.Route {
		return []wire.Route{{Method: http.MethodPost, Path: path, Handle: show, MaxFile: 1000}}
	}
	return []wire.Contract{
		{Name: "lenient", Owns: []string{"/lenient/"}, Routes: route("/lenient/files"), Dialect: wire.Dialect{Render: wire.Problem.Render}},
		{Name: "strict", Owns: []string{"/strict/"}, Routes: route("/strict/files"), Dialect: wire.Problem},
	}
}

// form writes a multipart body by hand, as clients do that have no library for it.
func form(parts ...string) (body, kind string) {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString("--x\r\nContent-Disposition: form-data; " + part + "\r\n")
	}
	return b.String() + "--x--\r\n", "multipart/form-data; boundary=x"
}

func TestFilesOfForms(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, albums()...)
	for name, c := range map[string]struct {
		parts []string
		want  string
	}{
		"one file":       {[]string{"name=\"file\"; filename=\"a.png\"\r\n\r\n\x00\xff"}, `"name":"a.png","note":"","other":false,"size":2`},
		"a text beside":  {[]string{"name=file; filename=a.png\r\nContent-Type: x/y\r\n\r\nab", "name=note\r\n\r\nhi"}, `"note":"hi"`},
		"two files":      {[]string{"name=file; filename=a\r\n\r\na", "name=other; filename=b\r\n\r\nb"}, `"other":true`},
		"empty file":     {[]string{"name=file; filename=a.png\r\n\r\n"}, `"size":0`},
		"a long way":     {[]string{"name=file; filename=\"../../etc/x.png\"\r\n\r\na"}, `"name":"../../etc/x.png"`},
		"nothing chosen": {[]string{"name=file; filename=\"\"\r\n\r\n"}, "file_unnamed"},
		"no file part":   {[]string{"name=note\r\n\r\nhi"}, "file_missing"},
		"wrong field":    {[]string{"name=fil; filename=a.png\r\n\r\na"}, "file_missing"},
		"a text instead": {[]string{"name=file\r\n\r\na.png"}, "not_a_file"},
		"too much":       {[]string{"name=file; filename=a.png\r\n\r\n" + strings.Repeat("x", 70_000)}, "file_too_large"},
		"no end":         {[]string{"name=file; filename=a.png\r\n\r\nabc"}, "malformed_body"},
	} {
		body, kind := form(c.parts...)
		if name == "no end" {
			body = strings.TrimSuffix(body, "--x--\r\n")
		}
		for _, at := range []string{"/lenient/files", "/strict/files"} {
			a := s.call("POST", at, body, "Content-Type", kind)
			if name == "wrong field" && at == "/strict/files" {
				c.want = "unknown_field"
			}
			if !strings.Contains(a.body, c.want) {
				t.Errorf("%s, %s\nwanted %s\n   got %d %s", at, name, c.want, a.status, a.body)
			}
		}
	}
	for body, want := range map[string]string{`{}`: "file_missing", `{"file":"a"}`: "not_a_file", `{"file":null}`: "not_a_file", `{"file":{"name":"a"}}`: "not_a_file", "": "file_missing"} {
		if a := s.call("POST", "/lenient/files", body, "Content-Type", jsonType); !strings.Contains(a.body, want) {
			t.Errorf("%s: wanted %s, got %d %s", body, want, a.status, a.body)
		}
	}
}

// What is over the server's own limit never becomes a request, and still gets the words of the route.
func TestAFileOverEveryLimit(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, albums()...)
	body, kind := form("name=file; filename=a.png\r\n\r\n" + strings.Repeat("x", 9<<20) + "\r\n")
	if a := s.call("POST", "/lenient/files", body, "Content-Type", kind); a.status != 413 || !strings.Contains(a.body, "file_too_large") {
		t.Errorf("%d %s", a.status, a.body)
	}
}
