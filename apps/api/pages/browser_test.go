package pages_test

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
)

// browser is one without JavaScript: it opens pages, fills in the fields that are shown, and presses the button.
type browser struct {
	t      *testing.T
	server *apitest.Server
	header http.Header
}

func open(t *testing.T, s *apitest.Server, pairs ...string) browser {
	b := browser{t, s, http.Header{}}
	for i := 0; i < len(pairs); i += 2 {
		b.header.Set(pairs[i], pairs[i+1])
	}
	return b
}

// shown is a page as it came.
type shown struct {
	browser
	at     string
	Status int
	Header http.Header
	HTML   string
}

// address is where a tenant's page is.
func address(in *tenants.Scope, name string, query ...string) string {
	v := url.Values{}
	for i := 0; i < len(query); i += 2 {
		v.Set(query[i], query[i+1])
	}
	at := "/t/" + in.Slug() + "/pages/" + name
	if len(v) > 0 {
		at += "?" + v.Encode()
	}
	return at
}

func (b browser) call(method, at string, form url.Values) shown {
	b.t.Helper()
	q, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL+at, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	q.Header = b.header.Clone()
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return shown{b, at, r.StatusCode, r.Header, string(body)}
}

func (b browser) get(at string) shown {
	b.t.Helper()
	return b.call(http.MethodGet, at, nil)
}

func (p shown) is(status int, texts ...string) shown {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s: %d\n%s", p.at, p.Status, p.HTML)
	}
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(p.HTML), text) {
			p.t.Errorf("%s: no %q in\n%s", p.at, text, p.HTML)
		}
	}
	return p
}

var (
	formTag   = regexp.MustCompile(`<form method="post" action="([a-z-]+)">`)
	hiddenTag = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)
)

// press sends the form with what was typed, given in pairs.
func (p shown) press(typed ...string) shown {
	p.t.Helper()
	form := formTag.FindStringSubmatch(p.HTML)
	if form == nil {
		p.t.Fatalf("%s has no form:\n%s", p.at, p.HTML)
	}
	v := url.Values{}
	for _, hidden := range hiddenTag.FindAllStringSubmatch(p.HTML, -1) {
		v.Set(hidden[1], html.UnescapeString(hidden[2]))
	}
	for i := 0; i < len(typed); i += 2 {
		v.Set(typed[i], typed[i+1])
	}
	path, _, _ := strings.Cut(p.at, "?")
	return p.call(http.MethodPost, path[:strings.LastIndexByte(path, '/')+1]+form[1], v)
}
