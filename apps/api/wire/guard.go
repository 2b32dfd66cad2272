package wire

import (
	"context"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

// Guard finds out which account calls: by the token of one Authorization scheme and, where the Dialect has Cookies, by
// browser session. The header comes first, as a site that lists token before session authentication does it.
type Guard struct {
	Scheme       string         // "Token", "Bearer"; any letter case in the request
	Shape        identity.Shape // what the token is
	Authenticate func(context.Context, *tenants.Scope, identity.Presented) (*identity.Actor, error)
}

// Names of the browser session's cookies and of the header that proves where a request comes from.
const (
	SessionCookie = "sessionid"
	CSRFCookie    = "csrftoken"
	csrfHeader    = "X-CSRFToken"
)

// Admit sets c.Actor, or returns why not. A live browser session without its CSRF proof is refused everywhere, also on
// Open routes; a dead cookie is no cookie. A request that carries the scheme's header was not made by a foreign page, so
// it needs no proof.
func (g Guard) Admit(c *Call, need Access) error {
	values := headers(c.http, fiber.HeaderAuthorization)
	if g.spoken(values) {
		if need == Open {
			return nil
		}
		return g.byHeader(c, need, values)
	}
	actor, err := g.byCookie(c)
	if err != nil || need == Open {
		return err
	}
	if actor == nil && need != Optional {
		return fault.NoCredentials
	}
	c.Actor = actor
	return nil
}

// spoken reports whether a header uses the scheme. Another scheme is as good as no header.
func (g Guard) spoken(values []string) bool {
	for _, v := range values {
		if words := split7(v); len(words) > 0 && strings.EqualFold(words[0], g.Scheme) {
			return true
		}
	}
	return false
}

func (g Guard) byHeader(c *Call, need Access, values []string) error {
	token, err := bearer(values)
	if err == nil {
		c.Actor, err = g.Authenticate(c.Ctx, c.Scope, identity.Presented{Shape: g.Shape, Token: token})
	}
	if need == Optional && IsRefusal(err) {
		return nil
	}
	return err
}

// bearer gives the one token of an Authorization header. Two headers are read as one with a space in its token, which
// is what a server that joins them sees.
func bearer(values []string) (string, error) {
	words := split7(strings.Join(values, ", "))
	switch {
	case len(words) == 1:
		return "", fault.TokenEmpty
	case len(words) > 2:
		return "", fault.TokenSpaces
	case strings.ContainsFunc(words[1], func(r rune) bool { return r > 0x7e }):
		return "", fault.TokenBadCharacters
	default:
		return words[1], nil
	}
}

// split7 cuts at ASCII white space only: other spaces are bad characters of a token.
func split7(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r >= '\t' && r <= '\r' })
}

func (g Guard) byCookie(c *Call) (*identity.Actor, error) {
	id := c.Cookie(SessionCookie)
	if id == "" || !c.Browser() {
		return nil, nil
	}
	p := identity.Presented{Shape: identity.Cookie, Token: id, CSRF: c.Header(csrfHeader), CheckCSRF: c.Unsafe()}
	actor, err := g.Authenticate(c.Ctx, c.Scope, p)
	if IsRefusal(err) && !errors.Is(err, fault.CSRFFailed) {
		return nil, nil
	}
	return actor, err
}

// IsRefusal tells a refused credential from a failure to check it.
func IsRefusal(err error) bool {
	if err == nil {
		return false
	}
	k := fault.From(err).Code.Kind
	return k == fault.Unauthenticated || k == fault.Forbidden
}
