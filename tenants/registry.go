package tenants

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/seal"
)

// Config is what a Registry needs.
type Config struct {
	App        *DB          // pool under AppRole
	Platform   *DB          // pool under PlatformRole
	Sealer     *seal.Sealer // seals what tenants keep secret
	PublicURL  string       // base of links and issuers, no trailing slash
	BaseDomain string       // "{slug}.<base domain>" names a tenant; empty: host names do not
	Log        *slog.Logger
}

// Registry knows the tenants and hands out their Scopes. What it looked up it remembers until the database says that
// the tenant changed; while that news cannot arrive, it remembers nothing. Names that do not exist are never
// remembered. Safe for parallel use.
type Registry struct {
	Config
	mu        sync.RWMutex
	found     map[hint]cached
	listening bool
	epoch     uint64 // grows with each invalidation, so that a look-up begun before one is not kept after it
}

type hint struct{ kind, value string }

type cached struct {
	scope *Scope
	until time.Time
}

// remember is the longest a look-up is believed even without news.
const remember = 30 * time.Second

// maxRemembered bounds the memory; past it the Registry starts over.
const maxRemembered = 20_000

// NewRegistry makes a Registry. Until Watch runs, it remembers nothing.
func NewRegistry(c Config) *Registry {
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	return &Registry{Config: c, found: map[hint]cached{}}
}

// Hints are the ways a request can name its tenant.
type Hints struct {
	Path   string // slug of the /t/{slug} prefix
	Host   string // Host header; counts only if it is a tenant's
	Header string // X-Keyhall-Tenant
	Key    string // X-Keyhall-Key, a publishable key
}

// Resolve finds the one tenant that all hints mean. Without any hint it returns fault.TenantMissing, for an unknown
// one fault.TenantUnknown, for a suspended one fault.TenantSuspended, and fault.TenantConflict when two hints
// disagree.
func (r *Registry) Resolve(ctx context.Context, h Hints) (*Scope, error) {
	var scope *Scope
	for _, one := range r.hints(h) {
		s, err := r.find(ctx, one)
		if one.kind == byHost && errors.Is(err, fault.TenantUnknown) {
			continue // some other name of this server; not a hint
		}
		if err != nil {
			return nil, err
		}
		if scope != nil && scope.tenant.ID != s.tenant.ID {
			return nil, fault.TenantConflict
		}
		scope = s
	}
	switch {
	case scope == nil:
		return nil, fault.TenantMissing
	case scope.tenant.Suspended():
		return nil, fault.TenantSuspended
	default:
		return scope, nil
	}
}

const (
	bySlug = "slug"
	byHost = "host"
	byKey  = "key"
	byID   = "id"
)

func (r *Registry) hints(h Hints) []hint {
	var all []hint
	if h.Path != "" {
		all = append(all, hint{bySlug, h.Path})
	}
	if host := hostname(h.Host); host != "" {
		slug, isSub := strings.CutSuffix(host, "."+r.BaseDomain)
		if isSub && r.BaseDomain != "" && ValidSlug(slug) {
			all = append(all, hint{bySlug, slug})
		} else if !ownHost(host, r.PublicURL) {
			all = append(all, hint{byHost, host})
		}
	}
	if h.Header != "" {
		all = append(all, hint{bySlug, h.Header})
	}
	if h.Key != "" {
		all = append(all, hint{byKey, h.Key})
	}
	return all
}

func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// ownHost spares the look-up for the host of the public URL and for literal addresses, which name no tenant.
func ownHost(host, publicURL string) bool {
	_, rest, _ := strings.Cut(publicURL, "://")
	return host == hostname(strings.SplitN(rest, "/", 2)[0]) || host == "localhost" || net.ParseIP(strings.Trim(host, "[]")) != nil
}

// BySlug finds a tenant by its slug, suspended or not.
func (r *Registry) BySlug(ctx context.Context, slug string) (*Scope, error) {
	return r.find(ctx, hint{bySlug, slug})
}

// ByID finds a tenant by its id, suspended or not.
func (r *Registry) ByID(ctx context.Context, id uuid.UUID) (*Scope, error) {
	return r.find(ctx, hint{byID, id.String()})
}

func (r *Registry) find(ctx context.Context, h hint) (*Scope, error) {
	r.mu.RLock()
	c, ok := r.found[h]
	epoch := r.epoch
	r.mu.RUnlock()
	if ok && time.Now().Before(c.until) {
		return c.scope, nil
	}
	t, err := r.load(ctx, h)
	if err != nil {
		return nil, err
	}
	scope := &Scope{tenant: t, id: t.ID.String(), db: r.App, base: r.PublicURL}
	if r.Platform.joined(ctx) == nil { // else it may be of rows that are not committed
		r.keep(h, scope, epoch)
	}
	return scope, nil
}

func (r *Registry) keep(h hint, s *Scope, epoch uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.listening || epoch != r.epoch {
		return
	}
	if len(r.found) >= maxRemembered {
		clear(r.found)
	}
	r.found[h] = cached{s, time.Now().Add(remember)}
}

// forget drops what is remembered of one tenant, or of all with an empty id.
func (r *Registry) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.epoch++
	for h, c := range r.found {
		if id == "" || c.scope.id == id {
			delete(r.found, h)
		}
	}
}

const tenantColumns = `t.id, t.slug, t.name, t.settings, t.max_users, t.suspended_at, t.created_at, t.updated_at`

var loadBy = map[string]string{
	bySlug: `select ` + tenantColumns + ` from tenants t where t.slug = $1`,
	byID:   `select ` + tenantColumns + ` from tenants t where t.id = $1`,
	byHost: `select ` + tenantColumns + ` from domains d join tenants t on t.id = d.tenant_id where d.host = $1`,
	byKey:  `select ` + tenantColumns + ` from api_keys k join tenants t on t.id = k.tenant_id where k.key_hash = $1 and k.kind = 'publishable'`,
}

type tenantRow struct {
	ID          uuid.UUID    `db:"id"`
	Slug        string       `db:"slug"`
	Name        string       `db:"name"`
	Settings    []byte       `db:"settings"`
	MaxUsers    *int64       `db:"max_users"`
	SuspendedAt sql.NullTime `db:"suspended_at"`
	CreatedAt   time.Time    `db:"created_at"`
	UpdatedAt   time.Time    `db:"updated_at"`
}

func (r tenantRow) tenant() (Tenant, error) {
	settings, err := readSettings(r.Settings)
	t := Tenant{ID: r.ID, Slug: r.Slug, Name: r.Name, Settings: settings, MaxUsers: r.MaxUsers, CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC()}
	if r.SuspendedAt.Valid {
		at := r.SuspendedAt.Time.UTC()
		t.SuspendedAt = &at
	}
	return t, err
}

func (r *Registry) load(ctx context.Context, h hint) (Tenant, error) {
	var value any = h.value
	switch {
	case h.kind == byKey:
		value = KeyHash(h.value)
	case h.kind == bySlug && !ValidSlug(h.value), h.kind == byHost && !isHost(h.value):
		return Tenant{}, fault.TenantUnknown
	}
	var row tenantRow
	err := r.Platform.Get(ctx, &row, loadBy[h.kind], value)
	if errors.Is(err, sql.ErrNoRows) {
		return Tenant{}, fault.TenantUnknown
	}
	if err != nil {
		return Tenant{}, err
	}
	return row.tenant()
}

// isHost keeps what cannot be a DNS name (RFC 1123 2.1) away from the database.
func isHost(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !ValidSlug(label) {
			return false
		}
	}
	return true
}

// KeyHash is how an API key is stored: its SHA-256. Keys are random, so no slow hash is needed.
func KeyHash(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return sum[:]
}
