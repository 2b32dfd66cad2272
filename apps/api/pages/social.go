package pages

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/social"
)

const failedPage = "social-failed"

// socialEnd shows how a sign-in by a provider ended where there is no front end: ?outcome=signed-in, waiting or failed, and why.
func socialEnd(c *wire.Call) (wire.Response, error) {
	w := wordsFor(c, c.Query("lang"))
	switch outcome := c.Query("outcome"); outcome {
	case "", "signed-in":
		return w.page(c, "social").send(http.StatusOK)
	case "waiting":
		return w.page(c, outcome).send(http.StatusOK)
	}
	p, why := w.page(c, failedPage), c.Query("why")
	if why == fault.DependencyDown.Name { // here it can only be the provider's
		why = "provider_away"
	}
	if text, known := w.Faults[why]; known {
		p.Text = wire.Fill(text, nil) + " " + p.Text
	}
	return p.send(http.StatusOK)
}

// beginSocial sends the browser to the provider, with a secret by which it is known when it comes back.
func (p contract) beginSocial(c *wire.Call) (wire.Response, error) {
	provider := c.Param("provider")
	trip, err := p.core.BeginSocial(c.Ctx, c.Scope, identity.SocialStart{
		Provider: provider, ReturnTo: c.Query("return_to"), Challenge: c.Query("code_challenge"),
		Callback: c.Scope.Base() + "/pages/social/" + url.PathEscape(provider) + "/callback",
	}, c.Client())
	if err != nil {
		return wordsFor(c, c.Query("lang")).page(c, failedPage).failed(err)
	}
	r := leadTo(trip.URL)
	r.Cookies = []*http.Cookie{tripCookie(c, provider, trip.State, trip.Browser, int(identity.SocialLife.Seconds()))}
	return r, nil
}

// tripCookie binds one sign-in to the browser that began it; each has a cookie of its own, so that two tabs do not disturb each
// other. Its name begins with __Host- wherever cookies can be Secure, so no neighbouring site can plant one.
func tripCookie(c *wire.Call, provider, state, value string, maxAge int) *http.Cookie {
	site := http.SameSiteLaxMode
	if c.HTTPS && social.PostsBack(provider) { // the answer is a form that comes from the provider's page
		site = http.SameSiteNoneMode
	}
	//nolint:gosec // G124: without https a browser would refuse Secure; `serve` refuses plain http
	return &http.Cookie{Name: tripName(c, state), Value: value, Path: "/", MaxAge: maxAge, Secure: c.HTTPS, HttpOnly: true, SameSite: site}
}

// tripName names a cookie by the first letters of the state: those alone are worth nothing.
func tripName(c *wire.Call, state string) string {
	name := "keyhall_social_" + state[:min(len(state), 8)]
	if c.HTTPS {
		return "__Host-" + name
	}
	return name
}

// returnIn is what providers send back, in the query or in a form.
type returnIn struct {
	State    string `json:"state"`
	Code     string `json:"code"`
	Verifier string `json:"oauth_verifier"` // Twitter's code
	Error    string `json:"error"`
	Denied   string `json:"denied"` // Twitter's error
	User     string `json:"user"`   // Apple's form
}

func (p contract) finishSocial(c *wire.Call) (wire.Response, error) {
	return p.finishSocialByForm(c, returnIn{
		State: c.Query("state"), Code: c.Query("code"), Verifier: c.Query("oauth_verifier"), Error: c.Query("error"), Denied: c.Query("denied"),
	})
}

func (p contract) finishSocialByForm(c *wire.Call, in returnIn) (wire.Response, error) {
	back := identity.SocialReturn{
		Provider: c.Param("provider"), State: in.State, Browser: c.Cookie(tripName(c, in.State)), Code: in.Code + in.Verifier, User: in.User, Refused: in.Error,
	}
	if in.Denied != "" {
		back.Refused = "access_denied"
	}
	end, err := p.core.FinishSocial(c.Ctx, c.Scope, back, c.Client())
	f := fault.From(err)
	if err != nil && f.Code.Kind == fault.Internal {
		return wire.Response{}, err
	}
	if err != nil && (f.Code == fault.SocialStateInvalid || f.Code == fault.RateLimited) { // nobody knows where this browser comes from
		return wordsFor(c, "").page(c, failedPage).failed(err)
	}
	r := leadTo(whereTo(c, end, back.Provider, f, err != nil))
	r.Cookies = []*http.Cookie{tripCookie(c, back.Provider, in.State, "", -1)}
	return r, nil
}

// whereTo is the front end's address with the outcome, or that of the page that tells it. Tokens are never part of it.
func whereTo(c *wire.Call, end identity.SocialEnd, provider string, f *fault.Error, failed bool) string {
	if end.ReturnTo == "" {
		outcome := url.Values{"outcome": {"signed-in"}}
		switch {
		case failed && f.Code == fault.PendingApproval:
			outcome = url.Values{"outcome": {"waiting"}}
		case failed:
			outcome = url.Values{"outcome": {"failed"}, "why": {f.Code.Name}}
		}
		return c.Scope.Base() + "/pages/social?" + outcome.Encode()
	}
	outcome := url.Values{"provider": {provider}}
	if failed {
		outcome.Set("error", f.Code.Name)
	} else {
		outcome.Set("key", end.Key)
	}
	sign := "?"
	if strings.Contains(end.ReturnTo, "?") {
		sign = "&"
	}
	return end.ReturnTo + sign + outcome.Encode()
}

// leadTo sends a browser on, from an address that has secrets in it.
func leadTo(address string) wire.Response {
	return wire.Response{Status: http.StatusSeeOther, Header: map[string]string{
		"Location": address, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
	}}
}
