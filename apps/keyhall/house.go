package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/keyhall/keyhall/internal/redisurl"
	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/migrations"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/admin"
	"github.com/keyhall/keyhall/tenants/blob"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/password"
	"github.com/keyhall/keyhall/tenants/social"
	"github.com/keyhall/keyhall/tenants/token"
	"github.com/keyhall/keyhall/tenants/webhooks"
)

// house is everything that stands on the two stores; what serves and what works is built from it.
type house struct {
	app, platform *tenants.DB
	databaseURL   string
	redis         redis.UniversalClient
	sealer        *seal.Sealer
	registry      *tenants.Registry
	tokens        *token.Service
	box           *outbox.Box
	blobs         *blob.Store
	hashes        *password.Pool
	limiter       *limit.Limiter
	core          *identity.Service
	admins        *admin.Service
	log           *slog.Logger

	watch sync.WaitGroup
	leave context.CancelFunc
}

// Pools are small: a statement takes a fraction of a millisecond, and hashing holds no connection.
const (
	appConns      = 12
	platformConns = 6
)

// openHouse connects, and refuses a database that could let one tenant see another's rows or has another schema.
func openHouse(ctx context.Context, s stores, a address, e effort, log *slog.Logger) (*house, error) {
	h := &house{databaseURL: s.DatabaseURL, log: log}
	var err error
	if h.sealer, err = s.sealer(); err != nil {
		return nil, err
	}
	if h.blobs, err = s.blobs(); err != nil {
		return nil, err
	}
	if h.redis, err = redisurl.Open(s.RedisURL); err != nil {
		return nil, fmt.Errorf("KEYHALL_REDIS_URL: %w", err)
	}
	if err := h.openDatabase(ctx); err != nil {
		return nil, errors.Join(err, h.redis.Close())
	}
	h.furnish(a, e)
	watch, leave := context.WithCancel(context.WithoutCancel(ctx))
	h.leave = leave
	h.watch.Go(func() { _ = h.registry.Watch(watch, s.DatabaseURL) }) // the address was good enough for the pools
	return h, nil
}

func (h *house) openDatabase(ctx context.Context) (err error) {
	if h.app, err = tenants.Open(h.databaseURL, tenants.AppRole, appConns); err != nil {
		return fmt.Errorf("KEYHALL_DATABASE_URL: %w", err)
	}
	if h.platform, err = tenants.Open(h.databaseURL, tenants.PlatformRole, platformConns); err != nil {
		return fmt.Errorf("KEYHALL_DATABASE_URL: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := h.platform.Ping(ctx); err != nil {
		return fmt.Errorf("the database does not answer: %w. Check KEYHALL_DATABASE_URL, and that `keyhall migrate` ran", errors.Unwrap(err))
	}
	if err := migrations.CheckRuntime(ctx, h.app.Raw()); err != nil {
		return err
	}
	pending, err := migrations.Pending(ctx, h.platform.Raw())
	if err != nil {
		return fmt.Errorf("the database has no schema that this program knows: %w. Run `keyhall migrate`", err)
	}
	if pending > 0 {
		return fmt.Errorf("the database lacks %d migrations; run `keyhall migrate`", pending)
	}
	return nil
}

func (h *house) furnish(a address, e effort) {
	h.registry = tenants.NewRegistry(tenants.Config{App: h.app, Platform: h.platform, Sealer: h.sealer, PublicURL: a.PublicURL, BaseDomain: a.BaseDomain, Log: h.log})
	h.tokens = token.New(h.sealer, time.Now)
	h.box = outbox.New(h.sealer)
	params := password.Recommended
	if e.HashCost == "test" {
		params = password.Cheap
	}
	h.hashes = password.NewPool(password.PoolOptions{Params: params})
	password.MakeRoom(password.Hashers())
	h.limiter = limit.New(h.redis, limit.Options{Key: h.sealer.Derive("limits"), Off: e.RateLimits == "off", Log: h.log})
	h.core = identity.New(identity.Config{Tokens: h.tokens, Box: h.box, Blobs: h.blobs, Hashes: h.hashes, Limiter: h.limiter, Social: social.New(h.registry, e.private, time.Now), Log: h.log, Now: time.Now})
	h.admins = admin.New(admin.Config{Platform: h.platform, Registry: h.registry, Sealer: h.sealer, Box: h.box, Hashes: h.hashes, Limiter: h.limiter, Now: time.Now})
}

// webhooks keeps tenants' endpoints; in dev they may be on this machine.
func (h *house) webhooks(dev bool) *webhooks.Service {
	return &webhooks.Service{Box: h.box, Sealer: h.sealer, Limiter: h.limiter, Private: receiversHere(dev)}
}

// receivers is set by the linker, and only for the program that tests kill: with "here" what webhooks tell may be on this
// machine though it is not dev. No setting does that.
var receivers string

func receiversHere(dev bool) bool { return dev || receivers == "here" }

func (h *house) close() error {
	h.leave()
	h.watch.Wait()
	h.hashes.Close()
	return errors.Join(h.app.Close(), h.platform.Close(), h.redis.Close())
}
