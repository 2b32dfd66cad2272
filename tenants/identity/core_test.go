package identity_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/blob"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/password"
	"github.com/keyhall/keyhall/tenants/social"
	"github.com/keyhall/keyhall/tenants/token"
)

const goodPassword = "Kx9!vortex"

var client = identity.Client{IP: "192.0.2.1", UserAgent: "test", RequestID: "r", Contract: "native"}

var hashes = sync.OnceValue(func() *password.Pool { return password.NewPool(password.PoolOptions{Params: password.Cheap}) })

// world is the core in one fresh tenant.
type world struct {
	*identity.Service
	in *tenants.Scope
	t  *testing.T
}

func newWorld(t *testing.T, settings string) world {
	t.Helper()
	t.Parallel()
	return world{newCore(t), pgtest.Get(t).Tenant(t, settings), t}
}

func newCore(t testing.TB) *identity.Service {
	h := pgtest.Get(t)
	return identity.New(identity.Config{
		Tokens: token.New(h.Sealer, time.Now), Box: outbox.New(h.Sealer), Blobs: blob.InFolder(t.TempDir()), Hashes: hashes(),
		Limiter: limit.New(nil, limit.Options{Off: true}), Social: social.New(h.Registry, true, time.Now), Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
}

func (w world) register(name, userType string) identity.Grant {
	w.t.Helper()
	g, err := w.Register(w.t.Context(), w.in, identity.Registration{
		Username: name, Email: name + "@example.com", Password: goodPassword,
		Type: userType, Want: identity.Opaque,
	}, client)
	if err != nil {
		w.t.Fatalf("register %s: %v", name, err)
	}
	return g
}

func (w world) login(name, pass string, want identity.Shape) (identity.Grant, error) {
	return w.Login(w.t.Context(), w.in, identity.Credentials{Identifier: name, Password: pass, Want: want}, client)
}

func (w world) mustLogin(name string, want identity.Shape) identity.Grant {
	w.t.Helper()
	g, err := w.login(name, goodPassword, want)
	if err != nil {
		w.t.Fatalf("login %s: %v", name, err)
	}
	return g
}

func (w world) actor(g identity.Grant) (*identity.Actor, error) {
	p := identity.Presented{Shape: identity.Opaque, Token: g.Key}
	if g.Access != "" {
		p = identity.Presented{Shape: identity.Pair, Token: g.Access}
	}
	return w.Authenticate(w.t.Context(), w.in, p)
}

// secret opens the newest mail of a kind to an address, as the worker would.
func (w world) secret(message, to string) map[string]string {
	w.t.Helper()
	h := pgtest.Get(w.t)
	var sealed []byte
	var id string
	err := h.Owner(w.t).QueryRowContext(w.t.Context(), `select id, sealed from outbox where tenant_id = $1 and recipient = $2
		and payload ->> 'message' = $3 order by created_at desc, id desc limit 1`, w.in.ID(), to, message).Scan(&id, &sealed)
	if err != nil {
		w.t.Fatalf("no %s to %s: %v", message, to, err)
	}
	if sealed == nil {
		return nil
	}
	plain, err := h.Sealer.Open(sealed, outbox.Place(w.in.ID(), id))
	if err != nil {
		w.t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(plain, &m); err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w world) count(query string, args ...any) (n int) {
	w.t.Helper()
	err := pgtest.Get(w.t).Owner(w.t).QueryRowContext(w.t.Context(), query, append([]any{w.in.ID()}, args...)...).Scan(&n)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func wants(t *testing.T, err error, code *fault.Code) {
	t.Helper()
	if !errors.Is(err, code) {
		t.Fatalf("wanted %s, got %v", code.Name, err)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// race runs fn n times at once and gives the errors.
func race(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func succeeded(errs []error) (n int) {
	for _, err := range errs {
		if err == nil {
			n++
		}
	}
	return n
}

var background = context.Background()
