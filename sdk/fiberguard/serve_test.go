package fiberguard_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/sdk/fiberguard"
	"github.com/keyhall/keyhall/sdk/guard"
	"github.com/keyhall/keyhall/sdk/verify"
)

// serve has the app listen until the test ends.
func serve(t *testing.T, app *fiber.App) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(listener) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

func Example() {
	v, err := verify.New(verify.WithTenantsOf("https://id.example.com"), verify.WithCache(10_000))
	if err != nil {
		fmt.Println(err)
		return
	}
	app := fiber.New()
	app.Get("/:tenant/plans", fiberguard.Protect(v.Verify, guard.RequireApproved()), fiberguard.TenantOf("tenant"), func(c *fiber.Ctx) error {
		return c.SendString("plans for " + fiberguard.Token(c).Email)
	})
	fmt.Println(len(app.GetRoutes()) > 0)
	// Output: true
}
