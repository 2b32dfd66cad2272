// Package pgtest gives tests a real PostgreSQL: one database a test binary, cloned from a template that is named by
// the hash of the migrations, and one tenant a test. Only tests import it.
package pgtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/migrations"
	"github.com/keyhall/keyhall/tenants"
)

// House is a migrated database with everything that stands directly on it.
type House struct {
	URL      string // the runtime login, as a server would use it
	OwnerURL string // the owner of the schema; sees everything
	App      *tenants.DB
	Platform *tenants.DB
	Registry *tenants.Registry
	Sealer   *seal.Sealer
}

var (
	once  sync.Once
	house *House
	fail  error
	slugs atomic.Int64
)

// Get returns the House of this test binary; the first call makes it.
func Get(t testing.TB) *House {
	t.Helper()
	once.Do(func() { house, fail = build(context.Background()) })
	if fail != nil {
		t.Fatalf("no test database: %v", fail)
	}
	return house
}

// Fresh returns a House of the test's own, for what looks across tenants and would meet those of other tests. The
// database goes with the test.
func Fresh(t testing.TB) *House {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	h, err := build(ctx)
	if err != nil {
		cancel()
		t.Fatalf("no test database: %v", err)
	}
	t.Cleanup(func() {
		cancel()
		_, _ = h.App.Close(), h.Platform.Close()
		if err := h.drop(); err != nil {
			t.Errorf("the test database is left behind: %v", err)
		}
	})
	return h
}

func (h *House) drop() error {
	ctx := context.Background()
	admin, err := serverURL(ctx)
	if err != nil {
		return err
	}
	u, err := url.Parse(h.OwnerURL)
	if err != nil {
		return err
	}
	return exec(ctx, admin, "drop database "+strings.TrimPrefix(u.Path, "/")+" with (force)")
}

// Tenant makes a fresh tenant; patch is a JSON merge patch for its settings, or "".
func (h *House) Tenant(t testing.TB, patch string) *tenants.Scope {
	t.Helper()
	slug := fmt.Sprintf("t%d-%s", slugs.Add(1), uuid.NewString()[:8])
	s, err := h.Registry.Create(t.Context(), tenants.Who{Kind: "system", ID: "test"}, slug, "Tenant "+slug, []byte(patch))
	if err != nil {
		t.Fatalf("no tenant: %v", err)
	}
	return s
}

// Owner opens a connection that sees every tenant's rows, for looking at what the code left behind.
func (h *House) Owner(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", h.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Login is the runtime role of tests: member of both group roles, owner of nothing.
const Login = "keyhall_runtime_test"

func build(ctx context.Context) (*House, error) {
	admin, err := serverURL(ctx)
	if err != nil {
		return nil, err
	}
	template, err := makeTemplate(ctx, admin)
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	name := fmt.Sprintf("kht_%s", strings.ReplaceAll(uuid.NewString(), "-", "")[:16])
	if err := exec(ctx, admin, fmt.Sprintf(`create database %s template %s strategy file_copy`, name, template)); err != nil {
		return nil, fmt.Errorf("clone: %w", err)
	}
	return open(ctx, withDatabase(admin, name))
}

func open(ctx context.Context, owner string) (*House, error) {
	h := &House{OwnerURL: owner, URL: withLogin(owner)}
	var err error
	if h.App, err = tenants.Open(h.URL, tenants.AppRole, 12); err != nil {
		return nil, err
	}
	if h.Platform, err = tenants.Open(h.URL, tenants.PlatformRole, 6); err != nil {
		return nil, err
	}
	if h.Sealer, err = seal.New(seal.Random(seal.KeyBytes)); err != nil {
		return nil, err
	}
	h.Registry = tenants.NewRegistry(tenants.Config{
		App: h.App, Platform: h.Platform, Sealer: h.Sealer,
		PublicURL: "https://id.example.test", BaseDomain: "id.example.test", Log: slog.New(slog.DiscardHandler),
	})
	go func() { _ = h.Registry.Watch(ctx, h.URL) }()
	return h, nil
}

// makeTemplate migrates a template database once; parallel test binaries wait for each other.
func makeTemplate(ctx context.Context, admin string) (string, error) {
	sum, err := migrationsHash()
	if err != nil {
		return "", err
	}
	name := "kht_template_" + sum
	db, err := sql.Open("postgres", admin)
	if err != nil {
		return "", err
	}
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, `select pg_advisory_lock(hashtext($1))`, "keyhall test template"); err != nil {
		return "", err
	}
	defer func() {
		_, _ = conn.ExecContext(ctx, `select pg_advisory_unlock(hashtext($1))`, "keyhall test template")
	}()
	var have bool
	if err := conn.QueryRowContext(ctx, `select exists (select from pg_database where datname = $1)`, name).Scan(&have); err != nil || have {
		return name, err
	}
	return name, fillTemplate(ctx, conn, admin, name)
}

func fillTemplate(ctx context.Context, conn *sql.Conn, admin, name string) error {
	draft := name + "_draft"
	for _, q := range []string{`drop database if exists ` + draft + ` with (force)`, `create database ` + draft} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if _, err := migrations.Up(ctx, withDatabase(admin, draft)); err != nil {
		return err
	}
	if err := migrations.GrantRuntime(ctx, admin, Login, Login); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, `alter database `+draft+` rename to `+name)
	return err
}

func migrationsHash() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := migrations.Files.ReadFile(path)
		h.Write(b)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:12], err
}

func exec(ctx context.Context, url, query string) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, query)
	return err
}

func withDatabase(address, name string) string {
	u, _ := url.Parse(address)
	u.Path = "/" + name
	return u.String()
}

func withLogin(address string) string {
	u, _ := url.Parse(address)
	u.User = url.UserPassword(Login, Login)
	return u.String()
}

// serverURL finds the PostgreSQL to test on: KEYHALL_TEST_DATABASE_URL names a superuser's connection.
func serverURL(context.Context) (string, error) {
	if u := os.Getenv("KEYHALL_TEST_DATABASE_URL"); u != "" {
		return u, nil
	}
	return "", errors.New("set KEYHALL_TEST_DATABASE_URL to a superuser's postgres:// address, or run the tests by `make test`")
}

// Code gives the SQLSTATE of a PostgreSQL error, or "".
func Code(err error) string {
	var e *pq.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	return ""
}
