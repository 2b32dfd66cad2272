package identity

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/blob"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/password"
	"github.com/keyhall/keyhall/tenants/social"
	"github.com/keyhall/keyhall/tenants/token"
)

// Config is what a Service stands on.
type Config struct {
	Tokens  *token.Service
	Box     *outbox.Box
	Blobs   *blob.Store
	Hashes  *password.Pool
	Limiter *limit.Limiter
	Social  *social.Service
	Log     *slog.Logger
	Now     func() time.Time
}

// Service is the identity core. Safe for parallel use.
type Service struct {
	Config
	now func() time.Time
}

// New makes a Service.
func New(c Config) *Service { return &Service{Config: c, now: c.Now} }

// Client is where a call comes from. It is kept with sessions and audit rows and charged by limits; nothing is ever
// allowed because of it.
type Client struct {
	IP        string // as wire decided; never a header's word
	UserAgent string
	RequestID string
	Contract  string // "restauth", "native", ...
	Language  string // Accept-Language of the request, for the mails it causes
}

// Network is what limits count by: an address of IPv4, a /64 of IPv6.
func (c Client) Network() string {
	address, err := netip.ParseAddr(c.IP)
	if err != nil {
		return c.IP
	}
	return limit.Network(address)
}

// unit runs fn in a transaction with the service's own helpers at hand.
func (s *Service) unit(ctx context.Context, in *tenants.Scope, c Client, fn func(u *unit) error) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		u := &unit{Tx: tx, s: s, client: c}
		if err := fn(u); err != nil {
			return err
		}
		return u.tell(ctx)
	})
}

// unit is one transaction of the core: rows, mails and audit entries that stand or fall together.
type unit struct {
	*tenants.Tx
	s      *Service
	client Client
	events []event // noted, and to be told of when all else is done
}

func (u *unit) settings() *tenants.Settings { return u.Scope().Settings() }
