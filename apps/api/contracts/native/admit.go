package native

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/admin"
)

// admit finds out who calls: an account of the tenant on /v1, an administrator on /admin/v1.
func (n contract) admit(c *wire.Call, need wire.Access) error {
	if need != wire.TenantAdmin && need != wire.Operator {
		return n.user.Admit(c, need)
	}
	cr, err := credentials(c)
	if err != nil {
		return err
	}
	a, err := n.Admins.Authenticate(c.Ctx, cr)
	c.Principal = a
	return err
}

// credentials reads the one Authorization header or, without any, the cookie of the admin UI. What a browser sends by
// itself must come from the admin UI's own page if it changes something: the page's origin is asked for here, its
// anti-forgery token by Authenticate.
func credentials(c *wire.Call) (admin.Credentials, error) {
	tokens := c.Headers("Authorization")
	if len(tokens) > 0 {
		scheme, token, _ := strings.Cut(tokens[0], " ")
		if len(tokens) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" || strings.Contains(token, " ") {
			return admin.Credentials{}, fault.TokenInvalid
		}
		return admin.Credentials{Bearer: token}, nil
	}
	cr := admin.Credentials{Cookie: c.Cookie(cookieName(c)), CSRF: c.Header(csrfHeader), CheckCSRF: c.Unsafe()}
	if cr.Cookie != "" && cr.CheckCSRF && !fromOwnPage(c) {
		return admin.Credentials{}, fault.CSRFFailed
	}
	return cr, nil
}

func actorOf(c *wire.Call) *admin.Actor { return c.Principal.(*admin.Actor) }

// The browser session of the admin UI: a cookie that no script reads, and a header that no other site can send.
const csrfHeader = "X-CSRF-Token"

// cookieName has the __Host- prefix (RFC 6265bis 4.1.3.2) wherever cookies can be Secure.
func cookieName(c *wire.Call) string {
	if c.HTTPS {
		return "__Host-keyhall_admin"
	}
	return "keyhall_admin"
}

func sessionCookie(c *wire.Call, value string, maxAge int) *http.Cookie {
	//nolint:gosec // G124: without https a browser would refuse Secure; `serve` refuses plain http
	return &http.Cookie{Name: cookieName(c), Value: value, Path: "/", MaxAge: maxAge, Secure: c.HTTPS, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

// fromOwnPage tells requests of the admin UI's own pages, which always say their origin (Fetch standard, 3.1), from
// those that another site had a browser make.
func fromOwnPage(c *wire.Call) bool {
	u, err := url.Parse(c.Header("Origin"))
	scheme := "http"
	if c.HTTPS {
		scheme = "https"
	}
	return err == nil && u.Scheme == scheme && u.Host != "" && strings.EqualFold(u.Host, c.Header("Host"))
}

// callerOf tells callers apart whose idempotency keys may be the same. Strangers of a tenant are one.
func callerOf(c *wire.Call) string {
	switch {
	case c.Actor != nil:
		return "user/" + strconv.FormatInt(c.Actor.User.ID, 10)
	case c.Principal != nil:
		by := actorOf(c).By()
		return by.Kind + "/" + by.ID
	default:
		return ""
	}
}
