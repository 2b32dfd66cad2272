package apitest

import (
	"context"
	"database/sql"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	keyhall "github.com/keyhall/keyhall"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/redisurl"
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
	"github.com/keyhall/keyhall/workers/queues"

	"github.com/keyhall/keyhall/apps/api"
	"github.com/keyhall/keyhall/apps/api/contracts"
	"github.com/keyhall/keyhall/apps/api/wire"
	devredis "github.com/keyhall/keyhall/apps/dev/redis"
)

// Options are what differs from a server in production; the zero value has no limits and cheap hashes.
type Options struct {
	House   *pgtest.House         // nil: the one of the test binary
	Limiter *limit.Limiter        // nil: off
	Redis   redis.UniversalClient // of the queues; nil: one of the test binary's
	Blobs   *blob.Store           // nil: a folder of the test binary's
	Hashes  *password.Pool        // nil: cheap ones
	Proxies []netip.Prefix        // whose X-Forwarded-For is believed
	HTTPS   bool                  // cookies are Secure
	Dev     bool                  // with the message sink, and with cookies over http
	Down    bool                  // the database cannot be reached
	Now     func() time.Time      // nil: time.Now
}

// Server is a running server and what it stands on.
type Server struct {
	*pgtest.House
	Core      *identity.Service
	Admins    *admin.Service
	Box       *outbox.Box
	Blobs     *blob.Store
	Contracts []wire.Contract
	URL       string // http://127.0.0.1:port
	Owner     *sql.DB

	operator sync.Once
	chief    Admin // the first operator
	tables   sync.Once
	allRows  string // the query for all rows of a tenant
}

var (
	once   sync.Once
	shared *Server
	failed error
)

// Shared gives the one server of this test binary.
func Shared(t testing.TB) *Server {
	t.Helper()
	h := pgtest.Get(t)
	once.Do(func() { shared, failed = start(Options{House: h}) })
	if failed != nil {
		t.Fatal(failed)
	}
	return shared
}

// Start runs a server of the test's own. Like the shared one it ends with the test binary.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	if o.House == nil {
		o.House = pgtest.Get(t)
	}
	s, err := start(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// cheap is the hash pool of all servers that bring none.
var cheap = sync.OnceValue(func() *password.Pool {
	return password.NewPool(password.PoolOptions{Params: password.Cheap, Hashers: 2})
})

// queue is the Redis of all servers that bring none; it ends with the test binary.
var queue = sync.OnceValues(func() (redis.UniversalClient, error) {
	s, err := devredis.Start(context.Background(), "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return redisurl.Open(s.URL())
})

// blobsFolder is where all servers that bring no store keep files; Main removes it.
var blobsFolder = filepath.Join(os.TempDir(), "keyhall-test-"+uuid.NewString())

func (o Options) withDefaults() (Options, error) {
	if o.Limiter == nil {
		o.Limiter = limit.New(nil, limit.Options{Off: true})
	}
	if o.Hashes == nil {
		o.Hashes = cheap()
	}
	if o.Blobs == nil {
		o.Blobs = blob.InFolder(blobsFolder)
	}
	if o.Redis == nil {
		var err error
		if o.Redis, err = queue(); err != nil {
			return o, err
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if !o.Down {
		return o, nil
	}
	house, err := unreachable(*o.House)
	o.House = house
	return o, err
}

// unreachable is a house with the same keys on a database where nobody listens.
func unreachable(h pgtest.House) (*pgtest.House, error) {
	const nowhere = "postgres://nobody@127.0.0.1:1/nothing?sslmode=disable&connect_timeout=1"
	var err error
	if h.App, err = tenants.Open(nowhere, tenants.AppRole, 2); err != nil {
		return nil, err
	}
	if h.Platform, err = tenants.Open(nowhere, tenants.PlatformRole, 2); err != nil {
		return nil, err
	}
	return At(h, h.Registry.PublicURL), nil
}

// At is a house whose public address is another.
func At(h pgtest.House, publicURL string) *pgtest.House {
	h.Registry = tenants.NewRegistry(tenants.Config{
		App: h.App, Platform: h.Platform, Sealer: h.Sealer, PublicURL: publicURL,
		BaseDomain: h.Registry.BaseDomain, Log: slog.New(slog.DiscardHandler),
	})
	return &h
}

func start(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	h, tokens, log := o.House, token.New(o.House.Sealer, o.Now), slog.New(slog.NewJSONHandler(&written, nil))
	s := &Server{House: h, Box: outbox.New(h.Sealer), Blobs: o.Blobs}
	s.Core = identity.New(identity.Config{Tokens: tokens, Box: s.Box, Blobs: o.Blobs, Hashes: o.Hashes, Limiter: o.Limiter, Social: social.New(h.Registry, true, o.Now), Log: log, Now: o.Now})
	s.Admins = admin.New(admin.Config{Platform: h.Platform, Registry: h.Registry, Sealer: h.Sealer, Box: s.Box, Hashes: o.Hashes, Limiter: o.Limiter, Now: o.Now})
	s.Contracts = contracts.All(contracts.Config{
		Core: s.Core, Admins: s.Admins, Tokens: tokens, Registry: h.Registry, Box: s.Box, PlainCookies: o.Dev,
		Webhooks: &webhooks.Service{Box: s.Box, Sealer: h.Sealer, Limiter: o.Limiter, Private: o.Dev},
		Queues:   queues.New(h.Registry, o.Redis),
	})
	if s.Owner, err = sql.Open("postgres", h.OwnerURL); err != nil {
		return nil, err
	}
	return s, s.listen(o, log)
}

func (s *Server) listen(o Options, log *slog.Logger) error {
	server, err := api.New(api.Config{
		Contracts: s.Contracts, Core: s.Core, Registry: s.Registry, Platform: s.Platform, Proxies: o.Proxies, HTTPS: o.HTTPS,
		Spec: keyhall.OpenAPI, Dev: o.Dev, Metrics: api.NewMetrics(), Log: log,
		Ready: []api.Check{{Name: "database", Probe: s.App.Ping}, {Name: "redis", Optional: true, Probe: func(context.Context) error { return nil }}},
	})
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.URL = "http://" + ln.Addr().String()
	go func() { _ = server.Serve(ln) }() // ends with the test binary
	return nil
}
