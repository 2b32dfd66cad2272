package contracts_test

import (
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/contracts"
	"github.com/keyhall/keyhall/apps/api/contracts/coach"
	"github.com/keyhall/keyhall/apps/api/contracts/drfuser"
	"github.com/keyhall/keyhall/apps/api/contracts/fittrackee"
	"github.com/keyhall/keyhall/apps/api/contracts/restauth"
	"github.com/keyhall/keyhall/apps/api/contracts/simplejwt"
	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants/admin"
	"github.com/keyhall/keyhall/tenants/blob"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/password"
	"github.com/keyhall/keyhall/tenants/social"
	"github.com/keyhall/keyhall/tenants/token"
)

// server is all contracts on a real listener and a real database. app.Test would not do: with the fasthttp in use it
// sends no Host and hides what a connection does to borrowed strings.
type server struct {
	house *pgtest.House
	contracts.Config
	url string
}

var (
	once   sync.Once
	shared *server
)

// serve gives the one server of this test binary.
func serve(t testing.TB) *server {
	t.Helper()
	h := pgtest.Get(t)
	once.Do(func() {
		shared = &server{house: h, Config: furnish(h)}
		_, err := shared.Admins.CreateOperator(t.Context(), admin.NewOperator{Email: operatorEmail, Password: operatorPassword, Role: admin.RoleOwner, Check: admin.TrustPassword})
		if err != nil {
			t.Fatal(err)
		}
		all := append(contracts.All(shared.Config), shared.sink())
		shared.url = listen(t, wire.Config{Contracts: all, Resolve: h.Registry.Resolve, Log: slog.New(slog.DiscardHandler)})
	})
	return shared
}

// blobs is where this test binary keeps pictures.
var blobs = filepath.Join(os.TempDir(), "keyhall-contracts-"+uuid.NewString())

// furnish makes the core without limits and with cheap hashes.
func furnish(h *pgtest.House) contracts.Config {
	limiter := limit.New(nil, limit.Options{Off: true})
	hashes := password.NewPool(password.PoolOptions{Params: password.Cheap})
	tokens, box := token.New(h.Sealer, time.Now), outbox.New(h.Sealer)
	return contracts.Config{
		Core: identity.New(identity.Config{Tokens: tokens, Box: box, Blobs: blob.InFolder(blobs), Hashes: hashes, Limiter: limiter, Social: social.New(h.Registry, true, time.Now), Log: slog.New(slog.DiscardHandler), Now: time.Now}),
		Admins: admin.New(admin.Config{
			Platform: h.Platform, Registry: h.Registry, Sealer: h.Sealer, Box: box, Hashes: hashes, Limiter: limiter,
			Now: time.Now,
		}),
		Tokens: tokens, Registry: h.Registry, Box: box,
	}
}

// older are the contracts of other servers.
func (s *server) older() []wire.Contract {
	return []wire.Contract{coach.New(s.Core), restauth.New(s.Core), fittrackee.New(s.Core), simplejwt.New(s.Core), drfuser.New(s.Core)}
}

const (
	operatorEmail    = "operator@example.com"
	operatorPassword = "Kx9!vortex-operator"
)

func listen(t testing.TB, c wire.Config) string {
	t.Helper()
	m, err := wire.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New(m.Fiber())
	app.Use(m.Handle)
	go func() { _ = app.Listener(wire.Lingering(ln)) }() // ends with the test binary
	return "http://" + ln.Addr().String()
}
