package tenants

import (
	"regexp"
	"time"

	"github.com/google/uuid"
)

// Tenant is one customer of the platform.
type Tenant struct {
	ID          uuid.UUID
	Slug        string // names it in addresses; never changes
	Name        string // for people
	Settings    Settings
	MaxUsers    *int64 // how many users it may have; nil: as many as come
	SuspendedAt *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Suspended reports whether the platform has closed the tenant for now.
func (t Tenant) Suspended() bool { return t.SuspendedAt != nil }

var slugForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)

// ValidSlug reports whether s can name a tenant: 1 to 63 of a-z, 0-9 and inner hyphens, so that it is also a DNS
// label (RFC 1035 2.3.1).
func ValidSlug(s string) bool { return slugForm.MatchString(s) }
