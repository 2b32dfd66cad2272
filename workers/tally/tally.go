// Package tally has tenants' trails counted by day, and the platform's numbers summed, over and over. What counts is
// activity's business.
package tally

import (
	"context"
	"encoding/binary"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/activity"
)

// each is how many tenants are counted in a minute. A platform with more of them is divided into parts that take turns.
const each = 1000

// Run counts until ctx ends. Several processes may.
func Run(ctx context.Context, registry *tenants.Registry, log *slog.Logger) {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for turn := uint64(0); ; turn++ {
		if err := Round(ctx, registry, turn); err != nil && ctx.Err() == nil {
			log.Warn("counting was cut short; it goes on in the next round", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-minute.C:
		}
	}
}

// Round counts the tenants whose turn it is.
func Round(ctx context.Context, registry *tenants.Registry, turn uint64) error {
	var ids []uuid.UUID
	if err := registry.Platform.Select(ctx, &ids, `select id from tenants`); err != nil {
		return err
	}
	parts := uint64(1 + len(ids)/each)
	for _, id := range ids {
		if (binary.BigEndian.Uint64(id[8:])+turn)%parts != 0 {
			continue
		}
		in, err := registry.ByID(ctx, id)
		if err == nil {
			err = activity.Count(ctx, in)
		}
		if err != nil {
			return err
		}
	}
	return activity.Sum(ctx, registry.Platform)
}
