// Package keyhall is the Go client of Keyhall, a multi-tenant identity platform.
//
//	client, err := keyhall.New("https://keyhall.example", keyhall.WithSecretKey(os.Getenv("KEYHALL_SECRET_KEY")))
//	...
//	acme := client.Tenant("acme")
//	page, err := acme.Users.List(ctx, &keyhall.UsersListParams{Status: new(keyhall.UserStatusPending)})
//
// Calls are grouped as the API is: what belongs to the platform is on the Client, what belongs to one tenant on a TenantClient.
// Every call takes a context first and returns a value and an error; errors that the server sent are an *Error
// and match the sentinels of this package with errors.Is. Clients are safe for concurrent use.
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
	Admins      AdminsService
	Keys        KeysService
	Domains     DomainsService
	Templates   TemplatesService
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
		Admins:      AdminsService{at},
		Keys:        KeysService{at},
		Domains:     DomainsService{at},
		Templates:   TemplatesService{at},
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
