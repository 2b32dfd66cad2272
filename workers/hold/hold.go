// Package hold lets messages go that waited for room under a tenant's limits: when the day or month begins, or when an
// operator changes the limits. How many there is room for is the outbox' business.
package hold

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// poll is how often it is asked whether anybody may go. Who waits until tomorrow is not looked at.
const poll = time.Second

// Run lets messages go until ctx ends. Several processes may: a line is locked while it moves.
func Run(ctx context.Context, registry *tenants.Registry, box *outbox.Box, log *slog.Logger) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	var down bool
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := Round(ctx, registry, box)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !down {
			log.Warn("messages that waited for room under a limit cannot be let go; trying on", "error", err)
		}
		down = err != nil
	}
}

// Round lets all go that may. What is wrong with one tenant keeps no other waiting.
func Round(ctx context.Context, registry *tenants.Registry, box *outbox.Box) error {
	if err := outbox.LetLateGo(ctx, registry.Platform); err != nil {
		return err
	}
	lines, err := outbox.DueLines(ctx, registry.Platform)
	if err != nil {
		return err
	}
	var all error
	for _, line := range lines {
		in, err := registry.ByID(ctx, line.Tenant)
		for more := err == nil; more && err == nil; {
			more, err = box.LetGo(ctx, in, line.Kind)
		}
		if !errors.Is(err, fault.TenantUnknown) { // else it is gone, with all that waited
			all = errors.Join(all, err)
		}
	}
	return all
}
