// Package fiberguard keeps requests out that bring no good access token, for Fiber v2.
//
//	v, err := verify.New(verify.WithTenantsOf("https://id.example.com"))
//	...
//	app.Get("/plans", fiberguard.Protect(v.Verify, guard.RequireApproved()), func(c *fiber.Ctx) error {
//		return c.SendString(fiberguard.Token(c).Email)
//	})
//
// Rules and answers are those of package guard.
package fiberguard

import (
	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/sdk/guard"
	"github.com/keyhall/keyhall/sdk/verify"
)

// Protect lets requests pass whose access token is good and obeys the rules. The token goes into the request's UserContext, so
// that guard.Token finds it, too, below handlers that know nothing of Fiber.
func Protect(check guard.Check, rules ...guard.Rule) fiber.Handler {
	return func(c *fiber.Ctx) error {
		var authorization []string
		for _, value := range c.Request().Header.PeekAll(fiber.HeaderAuthorization) {
			authorization = append(authorization, string(value)) // a copy: Fiber writes over its own, and a verifier may remember it
		}
		ctx, wrong := guard.Enter(c.UserContext(), check, authorization, rules...)
		if wrong != nil {
			return Refuse(c, wrong)
		}
		c.SetUserContext(ctx)
		return c.Next()
	}
}

// TenantOf lets requests pass that are about the tenant of their token. It goes behind Protect; param is the name of the parameter of the
// route that names the tenant.
func TenantOf(param string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := guard.Require(c.UserContext(), guard.RequireTenant(c.Params(param))); err != nil {
			return Refuse(c, guard.Refuses(err))
		}
		return c.Next()
	}
}

// Token gives the token that the request came with; nil when no guard has let it in.
func Token(c *fiber.Ctx) *verify.Token { return guard.Token(c.UserContext()) }

// Claims reads all claims of the request's token as a T, for claims that verify.Token has no field for.
func Claims[T any](c *fiber.Ctx) (T, error) { return guard.Claims[T](c.UserContext()) }

// Refuse answers with a refusal.
func Refuse(c *fiber.Ctx, wrong *guard.Refusal) error {
	if wrong.Challenge != "" {
		c.Set(fiber.HeaderWWWAuthenticate, wrong.Challenge)
	}
	if wrong.Status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(wrong.Status).Send(wrong.Problem())
}
