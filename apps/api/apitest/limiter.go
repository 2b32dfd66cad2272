package apitest

import (
	"testing"

	"github.com/keyhall/keyhall/apps/dev/redis"
	"github.com/keyhall/keyhall/internal/redisurl"
	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/tenants/limit"
)

// Limiter gives request limits that are on, over a Redis of their own.
func Limiter(t testing.TB) *limit.Limiter {
	t.Helper()
	server, err := redis.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := redisurl.Open(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return limit.New(client, limit.Options{Key: seal.Random(seal.KeyBytes)})
}
