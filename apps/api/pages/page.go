package pages

import (
	"bytes"
	"html/template"
	"net/url"
	"strings"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/contrast"
)

var shape = template.Must(template.ParseFS(files, "page.html"))

// page is what page.html shows.
type page struct {
	Lang, Site, Logo string
	Title, Text      string
	Trouble          []string // what went wrong, each a sentence
	Form             *form    // nil: nothing to press
	Words            *words
	Up               string // leads from this page to where the style sheets are

	name  string
	https bool
}

type form struct {
	Action, Button string
	Password       bool
	Hidden         []field
}

type field struct{ Name, Value string }

func (w *words) page(c *wire.Call, name string) *page {
	p := &page{Lang: w.locale, Title: w.Pages[name].Title, Text: w.Pages[name].Text, Words: w, name: name, https: c.HTTPS, Up: up(c.Path())}
	if c.Scope != nil {
		p.Site, p.Logo = c.Scope.DisplayName(), c.Scope.Settings().Branding.LogoURL
	}
	return p
}

// up is "../" for each part that a path has below /pages/, which is reached below a tenant's path and on its own hosts.
func up(path string) string {
	_, below, _ := strings.Cut(path, "/pages/")
	return strings.Repeat("../", strings.Count(below, "/"))
}

// asking adds the form; the language goes along, so that the answer is in the same one.
func (p *page) asking(action string, hidden []field) *page {
	p.Form = &form{
		Action: action, Button: p.Words.Pages[p.name].Button, Password: action == "reset-password",
		Hidden: append(hidden, field{"lang", p.Lang}),
	}
	return p
}

func (p *page) done() *page {
	p.Text = p.Words.Pages[p.name].Done
	return p
}

// trouble says what went wrong; without a form there is nothing left to invite to.
func (p *page) trouble(sentences ...string) *page {
	p.Trouble = sentences
	if p.Form == nil {
		p.Text = ""
	}
	return p
}

// send is the page as a handler returns it.
func (p *page) send(status int) (wire.Response, error) { return p.render(status), nil }

func (p *page) render(status int) wire.Response {
	var b bytes.Buffer
	if err := shape.Execute(&b, p); err != nil {
		panic(err) // the template does not fit the type; no input causes that
	}
	h := map[string]string{
		"Content-Type":            "text/html; charset=utf-8",
		"Content-Language":        p.Lang,
		"Cache-Control":           "no-store",
		"Referrer-Policy":         "no-referrer", // the address of the page has a secret in it
		"Content-Security-Policy": p.policy(),
	}
	if p.https {
		h["Strict-Transport-Security"] = "max-age=31536000"
	}
	return wire.Response{Status: status, Body: b.Bytes(), Header: h}
}

// policy lets a page have its own style, its tenant's picture, and a form that leads back to it; no script at all.
func (p *page) policy() string {
	images := "'self'"
	if u, err := url.Parse(p.Logo); err == nil && u.Host != "" {
		images += " https://" + u.Host // a plain host, which is looked at when the setting is made
	}
	return "default-src 'none'; style-src 'self'; img-src " + images + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// brand is the style sheet with the tenant's colours; what stands on them is black or white.
func brand(c *wire.Call) (wire.Response, error) {
	b := c.Scope.Settings().Branding
	var style string
	if color, ok := contrast.Parse(b.Color); ok {
		style += ":root { --accent: " + b.Color + "; --accent-ink: " + contrast.Ink(color) + "; }\n"
	}
	if _, ok := contrast.Parse(b.Background); ok {
		style += "@media not (prefers-color-scheme: dark) { :root { --paper: " + b.Background + "; } }\n"
	}
	return css([]byte(style)), nil
}
