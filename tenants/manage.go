package tenants

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
)

// Who does something to a tenant, and from where; it goes into the audit trail.
type Who struct {
	Kind      string // operator, admin, key, system
	ID        string
	IP        string
	RequestID string
}

const insertNote = `insert into audit (tenant_id, id, actor_kind, actor_id, action, details, ip, request_id) values ($1, $2, $3, $4, $5, $6, $7, $8)`

// Note writes a row of the tenant's audit trail in the transaction of the change it tells about. Details hold no
// secrets.
func (t *PlatformTx) Note(ctx context.Context, tenant uuid.UUID, who Who, action string, details map[string]any) error {
	if details == nil {
		details = map[string]any{}
	}
	raw, err := json.Marshal(details)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, insertNote, tenant, uuid.Must(uuid.NewV7()), who.Kind, who.ID, action, string(raw), who.IP, who.RequestID)
	return err
}

// Note writes a row of the audit trail in a tenant's own transaction.
func (t *Tx) Note(ctx context.Context, who Who, action string, details map[string]any) error {
	raw, err := json.Marshal(details)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, insertNote, uuid.Must(uuid.NewV7()), who.Kind, who.ID, action, string(raw), who.IP, who.RequestID)
	return err
}

// Create makes a tenant with its default groups. patch holds the settings that differ from the defaults, or nil.
// Faults: BadFormat on "slug", Required or TooLong on "name", SlugTaken, and those of PatchSettings.
func (r *Registry) Create(ctx context.Context, who Who, slug, name string, patch []byte) (*Scope, error) {
	if err := checkNames(slug, name); err != nil {
		return nil, err
	}
	id := uuid.Must(uuid.NewV7())
	stored, err := r.merged(id, document{}, patch)
	if err != nil {
		return nil, err
	}
	err = r.Platform.Tx(ctx, func(tx *PlatformTx) error {
		_, err := tx.Exec(ctx, `insert into tenants (id, slug, name, settings) values ($1, $2, $3, $4)`, id, slug, strings.TrimSpace(name), stored)
		if err != nil {
			return err
		}
		return tx.Note(ctx, id, who, "tenant.created", map[string]any{"slug": slug})
	})
	if Constraint(err) == "tenants_slug_key" {
		return nil, fault.SlugTaken.On("slug")
	}
	if err != nil {
		return nil, err
	}
	return r.ByID(ctx, id)
}

// reserved slugs would read like a part of Keyhall.
var reserved = map[string]bool{"admin": true, "api": true, "docs": true, "dev": true, "platform": true, "t": true, "www": true}

func checkNames(slug, name string) error {
	var p fault.Problems
	switch {
	case !ValidSlug(slug):
		p.Add("slug", fault.BadFormat)
	case reserved[slug]:
		p.Add("slug", fault.ReservedName)
	}
	checkName(&p, name)
	return p.Err()
}

// maxName is the longest name of a tenant, a key or a sender, in characters.
const maxName = 100

func checkName(p *fault.Problems, name string) {
	switch {
	case strings.TrimSpace(name) == "":
		p.Add("name", fault.Required)
	case len([]rune(name)) > maxName:
		p.Add("name", fault.TooLong, "limit", maxName)
	case strings.ContainsFunc(name, func(c rune) bool { return c < ' ' || c == 0x7f }):
		p.Add("name", fault.BadCharacters)
	}
}

// Rename changes what people read.
func (r *Registry) Rename(ctx context.Context, who Who, id uuid.UUID, name string) (*Scope, error) {
	var p fault.Problems
	checkName(&p, name)
	if err := p.Err(); err != nil {
		return nil, err
	}
	old, err := r.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	details := map[string]any{"from": old.tenant.Name, "to": strings.TrimSpace(name)}
	return r.change(ctx, who, id, "tenant.renamed", details, `update tenants set name = $2, updated_at = now() where id = $1`, strings.TrimSpace(name))
}

// Suspend closes a tenant: from the next request on every call answers as if it did not exist. Suspending twice is
// one suspension.
func (r *Registry) Suspend(ctx context.Context, who Who, id uuid.UUID) (*Scope, error) {
	return r.change(ctx, who, id, "tenant.suspended", nil, `update tenants set suspended_at = coalesce(suspended_at, now()), updated_at = now() where id = $1`)
}

const endAllSessions = `update sessions set revoked_at = now(), revoked_why = 'tenant suspended' where tenant_id = $1 and revoked_at is null`

// Resume opens a suspended tenant again. Its old sessions are ended first, so that none comes back to life. Fault:
// TenantErasing for one that is being deleted.
func (r *Registry) Resume(ctx context.Context, who Who, id uuid.UUID) (*Scope, error) {
	s, err := r.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if !s.tenant.Suspended() {
		return s, nil
	}
	if gone, err := r.erasing(ctx, id); err != nil || gone {
		return nil, cmp.Or(err, error(fault.TenantErasing))
	}
	err = s.Tx(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, endAllSessions)
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.change(ctx, who, id, "tenant.resumed", nil, `update tenants set suspended_at = null, updated_at = now() where id = $1`)
}

func (r *Registry) change(ctx context.Context, who Who, id uuid.UUID, action string, details map[string]any, query string, args ...any) (*Scope, error) {
	err := r.Platform.Tx(ctx, func(tx *PlatformTx) error {
		n, err := tx.Exec(ctx, query, append([]any{id}, args...)...)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.TenantUnknown
		}
		return tx.Note(ctx, id, who, action, details)
	})
	if err != nil {
		return nil, err
	}
	r.forget(id.String())
	return r.ByID(ctx, id)
}

// PatchSettings applies a JSON merge patch (RFC 7396) to a tenant's settings and returns the tenant with all of them.
// Unknown names and values out of range come back as faults that name the setting by its path.
func (r *Registry) PatchSettings(ctx context.Context, who Who, id uuid.UUID, patch []byte) (*Scope, error) {
	err := r.Platform.Tx(ctx, func(tx *PlatformTx) error {
		var raw []byte
		if err := tx.Get(ctx, &raw, `select settings from tenants where id = $1 for update`, id); err != nil {
			return err
		}
		old, err := decodeDocument(raw)
		if err != nil {
			return err
		}
		stored, err := r.merged(id, old, patch)
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `update tenants set settings = $2, updated_at = now() where id = $1`, id, stored); err != nil {
			return err
		}
		return tx.Note(ctx, id, who, "settings.changed", changes(old, stored))
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.TenantUnknown
	}
	if err != nil {
		return nil, err
	}
	r.forget(id.String())
	return r.ByID(ctx, id)
}

// changes tells old and new of each top-level setting that differs; sealed values stay sealed.
func changes(old document, stored string) map[string]any {
	now, err := decodeDocument([]byte(stored))
	if err != nil {
		return map[string]any{}
	}
	from, to := document{}, document{}
	for name := range mergePatch(maps.Clone(old), now) {
		if !reflect.DeepEqual(old[name], now[name]) && name != "smtp" {
			from[name], to[name] = withoutSealed(old[name]), withoutSealed(now[name])
		}
	}
	return map[string]any{"from": from, "to": to, "smtp_changed": !reflect.DeepEqual(old["smtp"], now["smtp"])}
}

// merged is the document to store after the patch.
func (r *Registry) merged(id uuid.UUID, old document, patch []byte) (string, error) {
	if len(patch) == 0 {
		patch = []byte("{}")
	}
	p, err := decodeDocument(patch)
	if err != nil {
		return "", err
	}
	for _, s := range secrets {
		if err := s.seal(r.Sealer, id, old, p); err != nil {
			return "", err
		}
	}
	doc, _, err := mergeSettings(old, p)
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(doc)
	return string(raw), err
}
