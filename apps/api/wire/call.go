package wire

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

// Call is one request as a handler sees it. All strings are the handler's to keep.
type Call struct {
	Ctx       context.Context // ends with the request's deadline
	Scope     *tenants.Scope  // nil on Platform routes
	Actor     *identity.Actor // set by Admit; nil on Open routes and for strangers on Optional ones
	Principal any             // set by Admit where the caller is no account of the tenant: native's admins
	RequestID string          // UUIDv7, also in the X-Request-Id of the answer
	Contract  string          // name of the contract
	Method    string          // GET, also while HEAD is answered
	IP        string          // the client's address, never a header's word
	UserAgent string          //
	Language  string          // Accept-Language
	HTTPS     bool            // the platform's public address is https, so cookies are Secure

	http    *fiber.Ctx
	route   *Route
	dialect *Dialect
	params  map[string]string
}

// Client describes the caller's device for the core.
func (c *Call) Client() identity.Client {
	return identity.Client{IP: c.IP, UserAgent: c.UserAgent, RequestID: c.RequestID, Contract: c.Contract, Language: c.Language}
}

// Path gives the path as the client wrote it, with the part that names the tenant.
func (c *Call) Path() string { return string(c.http.Request().URI().PathOriginal()) }

// Param gives the decoded value of a {name} in the route's path.
func (c *Call) Param(name string) string { return c.params[name] }

// Query gives the first value of a query parameter, or "".
func (c *Call) Query(name string) string {
	return text(string(c.http.Request().URI().QueryArgs().Peek(name)))
}

// Header gives a request header, or "".
func (c *Call) Header(name string) string { return string(c.http.Request().Header.Peek(name)) }

// Headers gives all values of a request header, in their order.
func (c *Call) Headers(name string) []string { return headers(c.http, name) }

// Cookie gives a request cookie, or "".
func (c *Call) Cookie(name string) string { return string(c.http.Request().Header.Cookie(name)) }

// Unsafe reports whether the request can change something (RFC 9110 9.2.1), so that a browser session has to prove
// that it comes from its own site.
func (c *Call) Unsafe() bool {
	switch c.Method {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions, fiber.MethodTrace:
		return false
	}
	return true
}

// Browser reports whether the tenant wants browser sessions in this contract.
func (c *Call) Browser() bool {
	return c.Scope != nil && c.dialect.Cookies != nil && c.dialect.Cookies(c.Scope.Settings())
}
