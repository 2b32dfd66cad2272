package api

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/apps/api/pages"
	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// Config is what a Server serves and stands on.
type Config struct {
	Contracts []wire.Contract
	Core      *identity.Service // what the hosted pages do
	Registry  *tenants.Registry
	Platform  *tenants.DB // for the message sink, in dev
	Proxies   []netip.Prefix
	HTTPS     bool   // the public address is https
	AdminUI   fs.FS  // built files of the dashboard; nil: not built
	Spec      []byte // openapi.yaml
	Docs      fs.FS  // Swagger UI's files; nil: none
	Dev       bool   // serve /dev/messages
	Metrics   *Metrics
	Ready     []Check
	Log       *slog.Logger
}

// Server is the HTTP server.
type Server struct {
	app *fiber.App
}

// New assembles a Server, or says which two routes are at the same place or what is wrong with an embedded page.
func New(c Config) (*Server, error) {
	mount, err := c.mount(c.Contracts...)
	if err != nil {
		return nil, err
	}
	hosted, err := c.mount(pages.New(c.Core))
	if err != nil {
		return nil, err
	}
	settings := mount.Fiber()
	settings.CaseSensitive, settings.StrictRouting = true, true // for the few paths that Fiber routes itself
	app := fiber.New(settings)
	if err := c.own(app); err != nil {
		return nil, err
	}
	app.All("/pages/*", hosted.Handle) // beside the contracts, whose paths are all in openapi.yaml
	app.All("/t/:slug/pages/*", hosted.Handle)
	app.Use(mount.Handle)
	wire.TakeAnyMethod(app)
	return &Server{app}, nil
}

func (c Config) mount(contracts ...wire.Contract) (*wire.Mount, error) {
	return wire.New(wire.Config{Contracts: contracts, Resolve: c.Registry.Resolve, Proxies: c.Proxies, HTTPS: c.HTTPS, Log: c.Log, Observe: c.Metrics.observe})
}

// own adds what is the platform's own, at paths that no contract has.
func (c Config) own(app *fiber.App) error {
	app.Use(onlyOneLength, onlyKnownEncodings)
	app.Get("/livez", live)
	app.Get("/readyz", ready(c.Ready))
	app.Get("/metrics", c.Metrics.serve)
	app.Get("/openapi.yaml", file(c.Spec, "application/yaml"))
	if err := serveDocs(app, c.Docs, c.HTTPS); err != nil {
		return err
	}
	serveAdminUI(app, c.AdminUI, c.HTTPS)
	if c.Dev {
		app.Get("/dev/messages", c.messages)
	}
	return nil
}

// Serve answers on the listener until Shutdown.
func (s *Server) Serve(l net.Listener) error { return s.app.Listener(wire.Lingering(l)) }

// Shutdown stops accepting, lets running requests finish until ctx ends, and closes.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.app.ShutdownWithContext(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil // what still ran has had its time
	}
	return err
}

// Handler gives the fasthttp handler, for tests that count allocations or drive the server without a port.
func (s *Server) Handler() *fiber.App { return s.app }

// onlyOneLength refuses a body whose end is told in two ways, and what follows on the connection: a proxy that believes the
// other way takes the rest of the body for a request of somebody else's.
func onlyOneLength(f *fiber.Ctx) error {
	head := &f.Context().Request.Header
	if head.ContentLength() == chunked && bytes.Contains(bytes.ToLower(head.RawHeaders()), []byte("content-length")) {
		f.Context().SetConnectionClose()
		return fault.RequestUnreadable
	}
	return f.Next()
}

// chunked is fasthttp's length of a body that tells its end itself.
const chunked = -1

// onlyKnownEncodings refuses compressed requests before anything reads the body: Fiber v2 would unpack them without
// a limit, and one of 2 kB can hold a gigabyte.
func onlyKnownEncodings(f *fiber.Ctx) error {
	if e := f.Get(fiber.HeaderContentEncoding); e != "" && e != "identity" {
		return wire.Packed(e)
	}
	return f.Next()
}

func file(content []byte, mediaType string) fiber.Handler {
	return func(f *fiber.Ctx) error {
		f.Set(fiber.HeaderContentType, mediaType)
		return f.Send(content)
	}
}

func (c Config) messages(f *fiber.Ctx) error {
	all, err := outbox.DevMessages(f.UserContext(), c.Platform, f.Query("tenant"), f.Query("to"))
	if err != nil {
		return err
	}
	f.Set(fiber.HeaderCacheControl, "no-store")
	return f.Status(http.StatusOK).JSON(all)
}
