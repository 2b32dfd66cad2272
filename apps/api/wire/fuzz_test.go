package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzJSON holds the reader of bodies to encoding/json: what it takes, the library takes with the same meaning.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-0.5e3,"x\u00e9\ud83d\ude00",null,true]}`, `{"a":1,"a":2}`, `"\ud83d"`, `{"a":"\\ud83d"}`, "[[[]]]", `1e400`, " {} "} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := parseJSON(raw, false)
		if err != nil {
			return
		}
		var want any
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&want); err != nil || !utf8.Valid(raw) || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: %#v, the library has %#v (%v)", raw, got, want, err)
		}
	})
}

// FuzzForm finds forms that are read into broken texts, or not at all.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"a=b&c=%20d+e", "a=%", "a=%4", "a=%zz%41", "%=%", "&&", "a[9]=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		value, err := parseForm(raw)
		if err != nil {
			return
		}
		for name, text := range value.(map[string]any) {
			if !utf8.ValidString(name) || !utf8.ValidString(text.(string)) {
				t.Fatalf("%q: %q=%q", raw, name, text)
			}
		}
	})
}

// FuzzPath finds paths that are no paths.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"/a/b/", "//", "/%2e/", "/%00", "/a%2fb", "/%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		segments, ok := split(raw)
		for _, s := range segments {
			if ok && (s == "" || s == "." || s == ".." || !utf8.ValidString(s)) {
				t.Fatalf("%q: %q", raw, segments)
			}
		}
	})
}

// FuzzMultipart finds forms that are read into broken texts.
func FuzzMultipart(f *testing.F) {
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n"), "b")
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.png\"\r\n\r\n\x89PNG\r\n--b--"), "b")
	f.Add([]byte("--b\r\n\r\n"), "")
	f.Fuzz(func(t *testing.T, raw []byte, boundary string) {
		value, err := parseMultipart(raw, boundary)
		if err != nil {
			return
		}
		for name, part := range value.(map[string]any) {
			if text, isText := part.(string); isText && !utf8.ValidString(text) {
				t.Fatalf("%q: %q=%q", raw, name, text)
			}
		}
	})
}

// FuzzAuthorization finds headers that give a token with something in it that no token has.
func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{"Token abc", "Bearer  abc", "token", "Token a b", "Token\tabc", "Token abc", "Basic YTpi", " Token x", ", Token x"} {
		f.Add(seed, "")
		f.Add(seed, seed)
	}
	g := Guard{Scheme: "Token"}
	f.Fuzz(func(t *testing.T, first, second string) {
		values := []string{first, second}
		if second == "" {
			values = values[:1]
		}
		if !g.spoken(values) {
			return
		}
		token, err := bearer(values)
		if err != nil && !IsRefusal(err) {
			t.Fatalf("%q: %v", values, err)
		}
		if err == nil && (token == "" || strings.ContainsAny(token, " \t\r\n") || strings.ContainsFunc(token, func(r rune) bool { return r > 0x7e })) {
			t.Fatalf("%q: token %q", values, token)
		}
	})
}
