// Package pages serves the hosted pages: where mailed links and social sign-ins land when a tenant has no front end of
// its own. It owns their words, their look and their forms; what a form does is a call of the core.
//
// The pages need no JavaScript. Showing one never changes anything, so that a mail scanner which opens a link spends no
// token: the token waits in a hidden field until somebody presses the button.
package pages

import (
	"embed"
	"net/http"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/identity"
)

//go:embed page.html pages.css words/*.json
var files embed.FS

type contract struct{ core *identity.Service }

// New makes the pages. They are a contract like any other, at /pages/ of each tenant, that speaks HTML.
func New(core *identity.Service) wire.Contract {
	p := contract{core}
	return wire.Contract{
		Name: "pages", Owns: []string{"/pages/"}, Dialect: wire.Dialect{Render: refuse},
		Admit: func(*wire.Call, wire.Access) error { return nil }, // whoever has the link
		Routes: []wire.Route{
			{Method: http.MethodGet, Path: "/pages/verify-email", Handle: ask("verify-email", "key")},
			{Method: http.MethodPost, Path: "/pages/verify-email", Handle: wire.Body(p.verifyEmail)},
			{Method: http.MethodGet, Path: "/pages/change-email", Handle: ask("change-email", "key")},
			{Method: http.MethodPost, Path: "/pages/change-email", Handle: wire.Body(p.changeEmail)},
			{Method: http.MethodGet, Path: "/pages/reset-password", Handle: ask("reset-password", "uid", "token")},
			{Method: http.MethodPost, Path: "/pages/reset-password", Handle: wire.Body(p.resetPassword)},
			{Method: http.MethodGet, Path: "/pages/sign-in-link", Handle: signInLink},
			{Method: http.MethodPost, Path: "/pages/sign-in-link", Handle: wire.Body(p.useSignInLink)},
			{Method: http.MethodGet, Path: "/pages/waiting", Handle: tell("waiting")},
			{Method: http.MethodGet, Path: "/pages/social", Handle: socialEnd},
			{Method: http.MethodGet, Path: "/pages/social/{provider}", Changes: true, Handle: p.beginSocial},
			{Method: http.MethodGet, Path: "/pages/social/{provider}/callback", Changes: true, Handle: p.finishSocial},
			{Method: http.MethodPost, Path: "/pages/social/{provider}/callback", Handle: wire.Body(p.finishSocialByForm)},
			{Method: http.MethodGet, Path: "/pages/pages.css", Handle: style},
			{Method: http.MethodGet, Path: "/pages/brand.css", Handle: brand},
		},
	}
}

// ask shows the form of a page with the secrets of the link in it.
func ask(name string, secrets ...string) wire.Handler {
	return func(c *wire.Call) (wire.Response, error) {
		w := wordsFor(c, c.Query("lang"))
		var hidden []field
		for _, secret := range secrets {
			value := c.Query(secret)
			if value == "" {
				return w.page(c, name).trouble(w.Faults["incomplete"]).send(http.StatusBadRequest)
			}
			hidden = append(hidden, field{secret, value})
		}
		return w.page(c, name).asking(name, hidden).send(http.StatusOK)
	}
}

// tell shows a page without a form.
func tell(name string) wire.Handler {
	return func(c *wire.Call) (wire.Response, error) {
		return wordsFor(c, c.Query("lang")).page(c, name).send(http.StatusOK)
	}
}

type keyIn struct {
	Key  string `json:"key"`
	Lang string `json:"lang"`
}

func (p contract) verifyEmail(c *wire.Call, in keyIn) (wire.Response, error) {
	w := wordsFor(c, in.Lang)
	u, err := p.core.VerifyEmail(c.Ctx, c.Scope, in.Key, c.Client())
	if err != nil {
		return w.page(c, "verify-email").failed(err)
	}
	done := w.page(c, "verify-email").done()
	if u.Approval == identity.ApprovalPending {
		done.Text += " " + w.Pages["waiting"].Text
	}
	return done.send(http.StatusOK)
}

func (p contract) changeEmail(c *wire.Call, in keyIn) (wire.Response, error) {
	w := wordsFor(c, in.Lang)
	if _, err := p.core.ConfirmEmailChange(c.Ctx, c.Scope, in.Key, c.Client()); err != nil {
		return w.page(c, "change-email").failed(err)
	}
	return w.page(c, "change-email").done().send(http.StatusOK)
}

type resetIn struct {
	UID      string `json:"uid"`
	Token    string `json:"token"`
	Password string `json:"password" wire:"secret,blank"`
	Again    string `json:"again" wire:"secret,blank"`
	Lang     string `json:"lang"`
}

func (p contract) resetPassword(c *wire.Call, in resetIn) (wire.Response, error) {
	const name = "reset-password"
	w := wordsFor(c, in.Lang)
	err := p.core.ConfirmReset(c.Ctx, c.Scope, in.confirmation(), c.Client())
	switch {
	case err == nil:
		return w.page(c, name).done().send(http.StatusOK)
	case aboutPassword(err): // the link still works: ask again
		return w.page(c, name).asking(name, []field{{"uid", in.UID}, {"token", in.Token}}).failed(err)
	default:
		return w.page(c, name).failed(err)
	}
}

func style(*wire.Call) (wire.Response, error) {
	content, err := files.ReadFile("pages.css")
	return css(content), err
}

func css(content []byte) wire.Response {
	return wire.Response{Status: http.StatusOK, Body: content, Header: map[string]string{
		"Content-Type": "text/css; charset=utf-8", "Cache-Control": "no-cache",
	}}
}
