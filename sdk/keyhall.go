// Package keyhall is the Go client of Keyhall, a multi-tenant identity platform.
//
//	client, err := keyhall.New("https://keyhall.example", keyhall.WithSecretKey(os.Getenv("KEYHALL_SECRET_KEY")))
//	...
//	acme := client.Tenant("acme")
//	page, err := acme.Users.List(ctx, &keyhall.UsersListParams{Status: new(keyhall.UserStatusPending)})
//
// Calls are grouped as the API is: what belongs to the platform is on the Client, what belongs to one tenant on a TenantClient.
// Every call takes a context first, and options for this one call last. Clients are safe for concurrent use, and there is no
// state but in them.
//
// # Who calls
//
// Servers act for a tenant by its secret key (WithSecretKey). Users act by the tokens of a sign-in; a Refresher renews these before they run
// out, once for all goroutines (WithTokenSource). Keys of the older interfaces go into WithTokenKey. With makes a client for somebody else that
// shares the connections.
//
// # Errors
//
// What the server answers instead is an *Error with status, code, fields and the request's id, whichever of the interfaces it
// spoke. Kinds are asked for by errors.Is:
//
//	switch {
//	case errors.Is(err, keyhall.ErrPendingApproval):
//	case errors.Is(err, keyhall.ErrRateLimited):
//	}
//
// # Repeats
//
// Calls that have the same effect when made twice are repeated if no answer came or it was "not now", after pauses of chance and not
// before Retry-After (Retry, WithRetry). What creates or sends something has an idempotency
// key in all its attempts, so it is done once; CallIdempotencyKey sets one that outlives the process. A password or a code is never tried twice. CallRepeated says of one POST that
// it may be repeated.
//
// # Lists
//
// List gives a page, All goes through all of them:
//
//	for user, err := range acme.Users.All(ctx, nil) {
//
// # Patches
//
// A member that can be set to null is an Optional: left out, Some or Null.
//
// # Beside the client
//
// Package verify checks access tokens offline, guard keeps requests without them out, webhook receives events, and
// keyhalltest is a Keyhall for tests.
//
// The files gen_*.go are written from openapi.yaml, the rest by hand.
package keyhall

import (
	"fmt"
	"net/url"
	"strings"
)

// Client speaks to one Keyhall.
type Client struct {
	AdminAuth AdminAuthService
	Tenants   TenantsService
	System    SystemService
	Audit     AuditService // for Platform; the rest of it is on a TenantClient
	Queues    QueuesService
	Operators OperatorsService

	settings settings
}

// TenantClient speaks to one Keyhall about one of its tenants. RestAuth, Coach, FitTrackee, SimpleJWT and DrfUser are its older
// interfaces; keys of the first two go into WithTokenKey, tokens of the others into WithToken.
type TenantClient struct {
	Slug string

	Auth        AuthService
	Me          MeService
	Users       UsersService
	Approvals   ApprovalsService
	Groups      GroupsService
	Managing    ManagingService
	Admins      AdminsService
	Keys        KeysService
	Domains     DomainsService
	Templates   TemplatesService
	Webhooks    WebhooksService
	Deliveries  DeliveriesService
	Audit       AuditService
	SigningKeys SigningKeysService
	RestAuth    RestAuthService
	Coach       CoachService
	FitTrackee  FitTrackeeService
	SimpleJWT   SimpleJWTService
	DrfUser     DrfUserService

	settings settings
}

// New makes a client of the Keyhall at baseURL, "https://keyhall.example". It fails when that is no http or https
// address.
func New(baseURL string, options ...Option) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(baseURL, "/"))
	if err != nil {
		return nil, fmt.Errorf("keyhall: base URL: %w", err)
	}
	if base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("keyhall: base URL %q is no http or https address", baseURL)
	}
	return newClient(defaults(base).with(options)), nil
}

func newClient(s settings) *Client {
	at := service{settings: s}
	return &Client{
		AdminAuth: AdminAuthService{at},
		Tenants:   TenantsService{at},
		System:    SystemService{at},
		Audit:     AuditService{at},
		Queues:    QueuesService{at},
		Operators: OperatorsService{at},
		settings:  s,
	}
}

// With gives a client that differs by these options, as another user's token. The one it is called on stays as it is.
func (c *Client) With(options ...Option) *Client { return newClient(c.settings.with(options)) }

// Tenant gives access to one tenant. The slug may be empty when the base URL's host or a publishable key names the
// tenant; then only Auth, Me, RestAuth, Coach, FitTrackee, SimpleJWT and DrfUser work.
func (c *Client) Tenant(slug string) *TenantClient { return newTenant(c.settings, slug) }

// With gives a tenant that differs by these options, as another user's token. The one it is called on stays as it is.
func (t *TenantClient) With(options ...Option) *TenantClient {
	return newTenant(t.settings.with(options), t.Slug)
}

func newTenant(s settings, slug string) *TenantClient {
	at := service{settings: s, tenant: slug, scoped: true}
	return &TenantClient{
		Slug:        slug,
		Auth:        AuthService{at},
		Me:          MeService{at},
		Users:       UsersService{at},
		Approvals:   ApprovalsService{at},
		Groups:      GroupsService{at},
		Managing:    ManagingService{at},
		Admins:      AdminsService{at},
		Keys:        KeysService{at},
		Domains:     DomainsService{at},
		Templates:   TemplatesService{at},
		Webhooks:    WebhooksService{at},
		Deliveries:  DeliveriesService{at},
		Audit:       AuditService{at},
		SigningKeys: SigningKeysService{at},
		RestAuth:    RestAuthService{at},
		Coach:       CoachService{at},
		FitTrackee:  FitTrackeeService{at},
		SimpleJWT:   SimpleJWTService{at},
		DrfUser:     DrfUserService{at},
		settings:    s,
	}
}
