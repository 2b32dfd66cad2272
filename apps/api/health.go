package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Check is one part the server needs. An optional part that fails makes the server degraded, not unready: Redis can
// be away for a while without a request failing.
type Check struct {
	Name     string
	Optional bool
	Probe    func(context.Context) error
}

type health struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks"`
}

// probeTime is how long one look at all parts may take.
const probeTime = 2 * time.Second

// live says that the process runs; it never looks at a dependency, or a database fault would become a restart loop.
func live(f *fiber.Ctx) error { return f.JSON(health{Status: "ok", Checks: map[string]string{}}) }

func ready(checks []Check) fiber.Handler {
	return func(f *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(f.UserContext(), probeTime)
		defer cancel()
		h := health{Status: "ok", Checks: map[string]string{}}
		for _, c := range checks {
			h.Checks[c.Name] = "ok"
			if c.Probe(ctx) == nil {
				continue
			}
			h.Checks[c.Name] = "unavailable"
			if !c.Optional {
				h.Status = "unavailable"
			}
		}
		status := http.StatusOK
		if h.Status != "ok" {
			status = http.StatusServiceUnavailable
		}
		f.Set(fiber.HeaderCacheControl, "no-store")
		return f.Status(status).JSON(h)
	}
}
