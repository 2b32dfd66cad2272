package tenants

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/seal"
)

// Kinds of API keys. A publishable key only names its tenant and may sit in a web page; a secret key acts for the
// tenant and stays on a server.
const (
	KeyPublishable = "publishable"
	KeySecret      = "secret"
)

var keyPrefix = map[string]string{KeyPublishable: "pk_", KeySecret: "sk_"}

// APIKey describes a key; the key itself is shown once, when it is made.
type APIKey struct {
	ID         uuid.UUID  `db:"id"`
	Kind       string     `db:"kind"`
	Name       string     `db:"name"`
	Hint       string     `db:"hint"` // "sk_…a1b2"
	CreatedAt  time.Time  `db:"created_at"`
	LastUsedAt *time.Time `db:"last_used_at"`
}

// CreateKey makes an API key and gives it in clear, for the only time. Faults: NotChoice on "kind", Required or
// TooLong on "name".
func (r *Registry) CreateKey(ctx context.Context, who Who, s *Scope, kind, name string) (APIKey, string, error) {
	var p fault.Problems
	if keyPrefix[kind] == "" {
		p.Add("kind", fault.NotChoice, "value", kind)
	}
	checkName(&p, name)
	if err := p.Err(); err != nil {
		return APIKey{}, "", err
	}
	key := keyPrefix[kind] + base64.RawURLEncoding.EncodeToString(seal.Random(24))
	k := APIKey{ID: uuid.Must(uuid.NewV7()), Kind: kind, Name: strings.TrimSpace(name), Hint: keyPrefix[kind] + "…" + key[len(key)-4:]}
	err := r.Platform.Tx(ctx, func(tx *PlatformTx) error {
		err := tx.Get(ctx, &k.CreatedAt, `insert into api_keys (id, tenant_id, kind, name, hint, key_hash) values ($1, $2, $3, $4, $5, $6) returning created_at`,
			k.ID, s.tenant.ID, k.Kind, k.Name, k.Hint, KeyHash(key))
		if err != nil {
			return err
		}
		return tx.Note(ctx, s.tenant.ID, who, "key.created", map[string]any{"key": k.ID, "kind": kind})
	})
	return k, key, err
}

// Keys lists a tenant's API keys, newest first.
func (r *Registry) Keys(ctx context.Context, s *Scope) ([]APIKey, error) {
	keys := []APIKey{}
	err := r.Platform.Select(ctx, &keys, `select id, kind, name, hint, created_at, last_used_at from api_keys where tenant_id = $1 order by id desc`, s.tenant.ID)
	return keys, err
}

// DeleteKey revokes a key at once. Fault: PathUnknown.
func (r *Registry) DeleteKey(ctx context.Context, who Who, s *Scope, id uuid.UUID) error {
	err := r.Platform.Tx(ctx, func(tx *PlatformTx) error {
		n, err := tx.Exec(ctx, `delete from api_keys where tenant_id = $1 and id = $2`, s.tenant.ID, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.PathUnknown
		}
		return tx.Note(ctx, s.tenant.ID, who, "key.deleted", map[string]any{"key": id})
	})
	r.forget(s.id)
	return err
}

// SecretKey finds the tenant a secret key acts for, and the key's id, or returns fault.TokenInvalid. It notes the use
// at most once a minute.
func (r *Registry) SecretKey(ctx context.Context, key string) (*Scope, uuid.UUID, error) {
	var row struct {
		ID       uuid.UUID `db:"id"`
		TenantID uuid.UUID `db:"tenant_id"`
		Stale    bool      `db:"stale"`
	}
	err := r.Platform.Get(ctx, &row, `select id, tenant_id, coalesce(last_used_at < now() - interval '1 minute', true) as stale
		from api_keys where key_hash = $1 and kind = 'secret'`, KeyHash(key))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, uuid.Nil, fault.TokenInvalid
	}
	if err != nil {
		return nil, uuid.Nil, err
	}
	if row.Stale {
		if _, err := r.Platform.Exec(ctx, `update api_keys set last_used_at = now() where id = $1`, row.ID); err != nil {
			return nil, uuid.Nil, err
		}
	}
	s, err := r.ByID(ctx, row.TenantID)
	return s, row.ID, err
}

// Domain is a host name that means a tenant.
type Domain struct {
	Host      string    `db:"host"`
	CreatedAt time.Time `db:"created_at"`
}

// PutDomain makes a host name mean the tenant. Putting it twice is one domain. Faults: BadFormat on "host" (a DNS
// name of two labels or more), HostTaken.
func (r *Registry) PutDomain(ctx context.Context, who Who, s *Scope, host string) (Domain, error) {
	host = strings.ToLower(host)
	if !isHost(host) || !strings.Contains(host, ".") || r.BaseDomain != "" && strings.HasSuffix(host, "."+r.BaseDomain) || ownHost(host, r.PublicURL) {
		return Domain{}, fault.BadFormat.On("host")
	}
	d := Domain{Host: host}
	err := r.Platform.Tx(ctx, func(tx *PlatformTx) error {
		err := tx.Get(ctx, &d.CreatedAt, `insert into domains (host, tenant_id) values ($1, $2)
			on conflict (host) do update set host = excluded.host where domains.tenant_id = excluded.tenant_id returning created_at`, host, s.tenant.ID)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.HostTaken.On("host")
		}
		if err != nil {
			return err
		}
		return tx.Note(ctx, s.tenant.ID, who, "domain.added", map[string]any{"host": host})
	})
	return d, err
}

// Domains lists a tenant's host names.
func (r *Registry) Domains(ctx context.Context, s *Scope) ([]Domain, error) {
	all := []Domain{}
	err := r.Platform.Select(ctx, &all, `select host, created_at from domains where tenant_id = $1 order by host`, s.tenant.ID)
	return all, err
}

// DeleteDomain takes a host name away. Fault: PathUnknown.
func (r *Registry) DeleteDomain(ctx context.Context, who Who, s *Scope, host string) error {
	err := r.Platform.Tx(ctx, func(tx *PlatformTx) error {
		n, err := tx.Exec(ctx, `delete from domains where tenant_id = $1 and host = $2`, s.tenant.ID, strings.ToLower(host))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.PathUnknown
		}
		return tx.Note(ctx, s.tenant.ID, who, "domain.removed", map[string]any{"host": host})
	})
	r.forget(s.id)
	return err
}
