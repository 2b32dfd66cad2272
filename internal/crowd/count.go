package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/activity"
)

// count does at once what the workers do in turns: adds up the trails by day, for the overviews.
func count(ctx context.Context, url string) error {
	began := time.Now()
	app, err := tenants.Open(url, tenants.AppRole, 2)
	if err != nil {
		return err
	}
	platform, err := tenants.Open(url, tenants.PlatformRole, 2)
	if err != nil {
		return errors.Join(err, app.Close())
	}
	n, err := countAll(ctx, tenants.NewRegistry(tenants.Config{App: app, Platform: platform, Log: slog.Default()}))
	fmt.Printf("%-16s %9d tenants counted in %s\n", "activity", n, time.Since(began).Round(time.Second/10))
	return errors.Join(err, app.Close(), platform.Close())
}

func countAll(ctx context.Context, registry *tenants.Registry) (n int, err error) {
	var ids []uuid.UUID
	if err := registry.Platform.Select(ctx, &ids, `select id from tenants`); err != nil {
		return 0, err
	}
	for _, id := range ids {
		in, err := registry.ByID(ctx, id)
		if err == nil {
			err = activity.Count(ctx, in)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, activity.Sum(ctx, registry.Platform)
}
