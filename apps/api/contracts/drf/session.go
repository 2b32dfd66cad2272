package drf

import (
	"net/http"
	"time"

	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// KeyOut is what signing in answers.
type KeyOut struct {
	Key string `json:"key"`
}

// DetailOut is the answer of operations that have nothing to show.
type DetailOut struct {
	Detail string `json:"detail"`
}

// Said is 200 with a text.
func Said(text string) (wire.Response, error) { return wire.OK(DetailOut{text}), nil }

// Want is the shape of token this call asks for: a key, with a cookie session beside it where the tenant wants those.
func Want(c *wire.Call) identity.Shape {
	if c.Browser() {
		return identity.OpaqueAndCookie
	}
	return identity.Opaque
}

// SignedIn answers with the key of a grant, and with its cookies if it has any.
func SignedIn(c *wire.Call, status int, g identity.Grant) wire.Response {
	r := wire.Response{Status: status, Body: KeyOut{g.Key}}
	if g.Cookie != "" {
		r.Cookies = []*http.Cookie{sessionCookie(c, g.Cookie, sessionLife), csrfCookie(c, g.CSRF)}
	}
	return r
}

// How long Django lets the cookies live.
const (
	sessionLife = 14 * 24 * time.Hour
	csrfLife    = 52 * 7 * 24 * time.Hour
)

func sessionCookie(c *wire.Call, value string, life time.Duration) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure wherever the platform is https
		Name: wire.SessionCookie, Value: value, Path: "/", MaxAge: int(life.Seconds()), HttpOnly: true,
		Secure: c.HTTPS, SameSite: http.SameSiteLaxMode,
	}
}

// csrfCookie can be read by the page, which has to repeat it in a header.
func csrfCookie(c *wire.Call, value string) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // as above, and scripts have to read it
		Name: wire.CSRFCookie, Value: value, Path: "/", MaxAge: int(csrfLife.Seconds()),
		Secure: c.HTTPS, SameSite: http.SameSiteLaxMode,
	}
}

// forgetSession takes the session cookie back from a browser that sent one.
func forgetSession(c *wire.Call) []*http.Cookie {
	if !c.Browser() || c.Cookie(wire.SessionCookie) == "" {
		return nil
	}
	return []*http.Cookie{sessionCookie(c, "", -time.Second)}
}
