package wire_test

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"
)

func TestTextsThatAreNoJSONObject(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	for body, want := range map[string]string{
		`null`: "no_data", `[]`: "wrong_shape", `"x"`: "wrong_shape", `1`: "wrong_shape", `1.5`: "wrong_shape", `true`: "wrong_shape",
		`{`: "malformed_body", `{"name":"x",}`: "malformed_body", `{'name':'x'}`: "malformed_body", `{"name":NaN}`: "malformed_body",
		`{"name":-Infinity}`: "malformed_body", "\xef\xbb\xbf{}": "malformed_body", `{"name":"x"} {}`: "malformed_body", `{"name":"x"}x`: "malformed_body",
		"{\"name\":\"\xff\"}": "malformed_body", `{"name":"\ud83d"}`: "malformed_body", `{"name":"\ude00\ud83d"}`: "malformed_body",
		`{"name":"\ud83d\ud83d"}`: "malformed_body", `{"name":"\ud83dx"}`: "malformed_body", `{"name":1e400}`: "malformed_body", `{"name":01}`: "malformed_body",
		"{\"name\":\"a\nb\"}": "malformed_body", `/* */{}`: "malformed_body", ` `: "malformed_body", `{"name":"\x41"}`: "malformed_body",
		strings.Repeat("[", 33) + strings.Repeat("]", 33): "malformed_body", strings.Repeat("[", 30000): "malformed_body",
		`{"a":` + strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 33): "malformed_body",
		`{"name":"\\ud83d\u0041"}`: "too_long",
	} {
		a := s.json("/paper/", body)
		if a.status != 400 || !strings.Contains(a.body, `"code":"`+want+`"`) {
			t.Errorf("%.60q\nwanted %s\n   got %d %s", body, want, a.status, a.body)
		}
	}
}

func TestMediaTypes(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	for kind, status := range map[string]int{
		"application/json": 200, "application/json; charset=utf-8": 200, "Application/JSON;charset=UTF-8": 200,
		"application/json;charset=utf-16": 415, "application/xml": 415, "text/plain": 415, "application/vnd.api+json": 415, "": 415,
		"application/merge-patch+json": 415, "application/json, text/plain": 415, "/": 415, "application/x-msgpack": 415,
	} {
		a := s.call("POST", "/paper/", `{"name":"a"}`, "Content-Type", kind)
		if a.status != status || status == 415 && !strings.Contains(a.body, `Send`) {
			t.Errorf("%q: %d %s", kind, a.status, a.body)
		}
	}
	s.wants(s.call("POST", "/paper/", "", "Content-Type", "text/plain"), 400, "") // nothing was sent, so nothing is unsupported
}

func TestForms(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	for body, want := range map[string]string{
		"name=a&note=x%20y&pass1=%2B+": `"note":"x y","pass1":"+ "`,
		"name=a&name=b":                `"name":"b"`,
		"name=a&name[]=z&a[9999999]=x": `"name":"a"`,
		"name=a&flag=on":               `"flag":true`,
		"name=a&email=":                `"email":""`,
		"name=%C5%BE&count=1":          `"name":"ž"`,
		"name=a%zz":                    `"name":"a%zz"`,
		"name=a%4":                     `"name":"a%4"`,
		"name=1%20%zz":                 `"name":"1 %zz"`,
		"&&name=a&":                    `"name":"a"`,
		"name=a&note=":                 `"note":""`,
		"name=a;note=b":                "too_long",
		"name=":                        "blank",
		"note=x":                       "required",
		"name=%ff":                     "malformed_body",
		"name=a%00":                    "null_character",
		"name=a&email=b":               "invalid_email",
		"name=a&flag=perhaps":          "not_a_boolean",
		strings.Repeat("&x=1", 500):    "required",
	} {
		a := s.call("POST", "/paper/", body, "Content-Type", "application/x-www-form-urlencoded")
		if !strings.Contains(a.body, want) {
			t.Errorf("%.40s\nwanted %s\n   got %d %s", body, want, a.status, a.body)
		}
	}
}

func multipartBody(t *testing.T, fields map[string]string, fileField string) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if fileField != "" {
		if _, err := w.CreateFormFile(fileField, "x.txt"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func TestMultipart(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	body, kind := multipartBody(t, map[string]string{"name": " a ", "flag": "1"}, "")
	s.wants(s.call("POST", "/paper/", body, "Content-Type", kind), 200, "")
	whole := body
	for name, c := range map[string][2]string{
		"no boundary": {whole, "multipart/form-data"},
		"cut off":     {whole[:len(whole)-30], kind},
		"not UTF-8":   {strings.Replace(whole, " a ", "\xff", 1), kind},
	} {
		if a := s.call("POST", "/paper/", c[0], "Content-Type", c[1]); a.status != 400 || a.code() != "malformed_body" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if a := s.call("POST", "/paper/", "no part at all", "Content-Type", kind); a.complaints() != "name:required" {
		t.Errorf("no part: %s", a.body)
	}
	body, kind = multipartBody(t, map[string]string{"flag": "1"}, "name")
	if a := s.call("POST", "/paper/", body, "Content-Type", kind); a.complaints() != "name:not_a_string" {
		t.Errorf("a file for a text: %s", a.body)
	}
}

func TestPackedAndLargeBodiesAreRefusedUnread(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	for _, coding := range []string{"gzip", "gzip, gzip", "br", "deflate", "zstd", "nonsense"} {
		a := s.call("POST", "/paper/", `{"name":"a"}`, "Content-Type", jsonType, "Content-Encoding", coding)
		if a.status != 415 {
			t.Errorf("%s: %d %s", coding, a.status, a.body)
		}
	}
	s.wants(s.call("POST", "/paper/", `{"name":"a"}`, "Content-Type", jsonType, "Content-Encoding", "identity"), 200, "")
	padded := func(n int) string { return `{"name":"a"}` + strings.Repeat(" ", n-12) }
	s.wants(s.json("/paper/", padded(64<<10)), 200, "")
	s.wants(s.json("/paper/", padded(64<<10+1)), 413, "")
	s.wants(s.json("/paper/large/", padded(64<<10+1)), 200, "")
}
