package wire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Config is what a Mount needs.
type Config struct {
	Contracts []Contract
	Resolve   func(context.Context, tenants.Hints) (*tenants.Scope, error) // Registry.Resolve
	Proxies   []netip.Prefix                                               // networks whose X-Forwarded-For is believed
	HTTPS     bool                                                         // the public address is https
	Log       *slog.Logger
	Observe   func(contract, route string, status int, took time.Duration) // for metrics; nil: nobody
}

// Mount serves all contracts. Make the app with its Fiber() and mount it once, last: app.Use(m.Handle).
type Mount struct {
	Config
	table *table
}

// deadline bounds a request; fasthttp does not notice when a client leaves.
const deadline = 10 * time.Second

// New makes a Mount, or says which two routes are at the same place.
func New(c Config) (*Mount, error) {
	t, err := newTable(c.Contracts)
	if err != nil {
		return nil, err
	}
	return &Mount{c, t}, nil
}

// Fiber gives the settings that the contracts rest on; the server may add to them.
func (m *Mount) Fiber() fiber.Config {
	return fiber.Config{
		DisableStartupMessage: true,
		Immutable:             true, // the second belt: wire copies what it takes out of Fiber
		ErrorHandler:          m.Fail,
		ReadBufferSize:        16 << 10, // the whole header, with a token and a CSRF cookie; more is a 431
		BodyLimit:             serverMaxBody,
		ReadTimeout:           15 * time.Second, // Fiber itself waits for ever
		WriteTimeout:          30 * time.Second,
		IdleTimeout:           60 * time.Second,
		// fasthttp would parse forms by its own rules, with files on disk, before anybody asked for them.
		DisablePreParseMultipartForm: true,
	}
}

// serverMaxBody is what a connection may send at all. It is above every Route.MaxBody, so that a body too large for its
// route is still answered in the contract's shape.
const serverMaxBody = 8 << 20

// Handle answers every request that reaches it; paths of nobody get a 404. It never returns an error.
func (m *Mount) Handle(f *fiber.Ctx) error {
	began := time.Now()
	ctx, cancel := context.WithTimeout(f.UserContext(), deadline)
	defer cancel()
	x := m.open(ctx, f)
	answer := x.answer()
	x.write(answer)
	x.report(answer.Status, time.Since(began))
	return nil
}

// exchange is one request on its way through.
type exchange struct {
	*Mount
	*Call
	at      *endpoint // nil: no such path
	speaker *Contract // whose dialect; nil: nobody's, so Problem
	slug    string    // of the /t/{slug} prefix
}

func (m *Mount) open(ctx context.Context, f *fiber.Ctx) *exchange {
	slug, path := cutTenant(string(f.Request().URI().PathOriginal()))
	x := &exchange{Mount: m, slug: slug}
	x.Call = &Call{Ctx: ctx, RequestID: uuid.Must(uuid.NewV7()).String(), Method: methodOf(f), HTTPS: m.HTTPS, http: f}
	x.IP = clientIP(f.Context().RemoteIP(), headers(f, fiber.HeaderXForwardedFor), m.Proxies)
	x.UserAgent, x.Language = text(x.Header(fiber.HeaderUserAgent)), text(x.Header(fiber.HeaderAcceptLanguage))
	x.at, x.params = m.table.find(path)
	if x.at != nil {
		x.speaker = x.at.contract
	} else {
		x.speaker = m.table.owner(path)
	}
	if x.speaker != nil {
		x.Contract = x.speaker.Name
	}
	x.dialect = x.dialectOf()
	return x
}

// text mends what a header holds of bytes that are no UTF-8: these are stored, and PostgreSQL refuses such texts.
func text(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

func (x *exchange) dialectOf() *Dialect {
	if x.speaker == nil {
		return &Problem
	}
	return &x.speaker.Dialect
}

// answer turns errors and panics into the dialect's answers.
func (x *exchange) answer() (r Response) {
	defer func() {
		if p := recover(); p != nil {
			r = x.refuse(fault.Unexpected.Because(fmt.Errorf("panic: %v\n%s", p, debug.Stack())))
		}
	}()
	r, err := x.run()
	if err != nil {
		return x.refuse(err)
	}
	return r
}

// run takes the steps in the order in which Django REST framework takes them: path, who calls, method, body.
func (x *exchange) run() (Response, error) {
	if x.at == nil {
		return Response{}, fault.PathUnknown
	}
	if err := x.enter(); err != nil {
		return Response{}, err
	}
	if x.Method == fiber.MethodOptions {
		return NoContent(), nil
	}
	if err := x.admit(); err != nil {
		return Response{}, err
	}
	return x.route.Handle(x.Call)
}

// admit finds the route and the caller. On a path that is closed to strangers, a stranger's wrong method is a 401.
func (x *exchange) admit() error {
	x.route = x.at.route(x.Method)
	need := x.at.guard
	switch {
	case x.route != nil:
		need = x.route.Access
	case x.dialect.Methods:
		return fault.MethodUnknown.With("method", x.Method)
	}
	if err := x.at.contract.Admit(x.Call, need); err != nil {
		return err
	}
	if x.route == nil {
		return fault.MethodUnknown.With("method", x.Method)
	}
	return nil
}

// refuse renders an error. What is our fault, or a dependency's, is logged with its cause; the client learns the
// request id and nothing else.
func (x *exchange) refuse(err error) Response {
	f := fault.From(err)
	if f.Code.Kind == fault.Internal && errors.Is(err, context.DeadlineExceeded) {
		f = fault.DependencyDown.Because(err)
	}
	if f.Code.Kind == fault.Internal || f.Code.Kind == fault.Unavailable {
		x.Log.ErrorContext(x.Ctx, "request failed", "request_id", x.RequestID, "route", x.pattern(), "error", f)
	}
	return x.dialect.Render(x.Call, f)
}

func (x *exchange) pattern() string {
	if x.at == nil {
		return "none"
	}
	return x.at.pattern
}

// report writes the access log: patterns instead of paths, and neither queries nor bodies, since those hold secrets.
func (x *exchange) report(status int, took time.Duration) {
	slug := ""
	if x.Scope != nil {
		slug = x.Scope.Slug()
	}
	x.Log.InfoContext(x.Ctx, "request", "method", x.Method, "route", x.pattern(), "status", status,
		"duration_ms", float64(took.Microseconds())/1000, "tenant", slug, "contract", x.Contract, "request_id", x.RequestID)
	if x.Observe != nil {
		x.Observe(x.Contract, x.pattern(), status, took)
	}
}
