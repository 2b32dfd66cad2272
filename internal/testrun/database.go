package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/keyhall/keyhall/apps/dev/postgres"
)

// startDatabase starts the PostgreSQL that all Go tests share and gives its superuser's URL. Each test binary makes
// a database of its own in it; all is gone at the end.
func (r *run) startDatabase(ctx context.Context) (string, error) {
	begun := time.Now()
	dir := filepath.Join(r.temp, "postgres")
	server, err := postgres.Start(ctx, postgres.Options{DataDir: dir, InstallDir: filepath.Join(r.cache, "postgres")})
	if err != nil {
		return "", err
	}
	r.atEnd(func(ctx context.Context) error { return postgres.Remove(ctx, dir) })
	r.atEnd(func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, grace)
		defer cancel()
		return server.Stop(ctx)
	})
	r.tally.add(result{name: "PostgreSQL started", took: time.Since(begun)})
	return server.URL("postgres"), nil
}
