package pages

import (
	"net/http"
	"strings"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/wording"
)

const signInPage = "sign-in-link"

// signInLink leads on to the tenant's front end, which signs in with the key: a mail may be older than the setting. The
// key is not used up by that.
func signInLink(c *wire.Call) (wire.Response, error) {
	key, own := c.Query("key"), c.Scope.Settings().Links.SignIn
	if key == "" || own == "" || strings.Contains(own, "/pages/"+signInPage) {
		return ask(signInPage, "key")(c)
	}
	at, err := wording.Link(c.Scope, message.SignInLink, map[string]any{"key": key})
	return wire.Response{Status: http.StatusSeeOther, Header: map[string]string{
		"Location": at, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
	}}, err
}

// useSignInLink uses the key up. This page has no program to hand tokens to, so no session is opened: it proves the
// address and says so.
func (p contract) useSignInLink(c *wire.Call, in keyIn) (wire.Response, error) {
	w := wordsFor(c, in.Lang)
	if err := p.core.ProveByLink(c.Ctx, c.Scope, in.Key, c.Client()); err != nil {
		return w.page(c, signInPage).failed(err)
	}
	return w.page(c, signInPage).done().send(http.StatusOK)
}
