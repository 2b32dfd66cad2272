package wire

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// sentMethod is under which name a request remembers the method it came with.
const sentMethod = "keyhall.method"

// TakeAnyMethod lets requests with methods that Fiber does not know (it answers them with a 400 of its own, before any
// handler) reach the mount, whose contract then refuses them in its own words: RFC 9110 section 9.1 leaves the list of
// methods open. On their way they pass as TRACE, for which nothing here has a route. Call it after the last route.
func TakeAnyMethod(app *fiber.App) {
	server, known := app.Server(), app.Config().RequestMethods
	next := server.Handler
	server.Handler = func(c *fasthttp.RequestCtx) {
		if method := string(c.Method()); !slices.Contains(known, method) {
			c.SetUserValue(sentMethod, text(method))
			c.Request.Header.SetMethod(fiber.MethodTrace)
		}
		next(c)
	}
}

// methodOf is the method that the client sent.
func methodOf(f *fiber.Ctx) string {
	if sent, ok := f.Context().UserValue(sentMethod).(string); ok {
		return sent
	}
	return strings.Clone(f.Method())
}
