package keyhall

import (
	"fmt"
	"net/url"
	"strings"
)

// service is what all groups of calls are made of. The generated methods hang on the types below.
type service struct {
	settings settings
	tenant   string
	scoped   bool // belongs to a TenantClient
}

// One group of calls for each tag of openapi.yaml.
type (
	// AdminAuthService is about administrators signing in.
	AdminAuthService struct{ service }
	// TenantsService is about the tenants and their settings.
	TenantsService struct{ service }
	// SystemService is about the program itself.
	SystemService struct{ service }
	// AuthService is about a tenant's users signing up and in.
	AuthService struct{ service }
	// MeService is about a signed-in user's own account.
	MeService struct{ service }
	// UsersService is about a tenant's users, seen by its admins.
	UsersService struct{ service }
	// ApprovalsService is about decisions about users who wait.
	ApprovalsService struct{ service }
	// GroupsService is about groups and their permissions.
	GroupsService struct{ service }
	// ManagingService is what users do who manage a group.
	ManagingService struct{ service }
	// OperatorsService is about who operates the platform.
	OperatorsService struct{ service }
	// AdminsService is about who administers a tenant.
	AdminsService struct{ service }
	// KeysService is about API keys of a tenant.
	KeysService struct{ service }
	// DomainsService is about host names that mean a tenant.
	DomainsService struct{ service }
	// TemplatesService is about a tenant's own wording of its messages.
	TemplatesService struct{ service }
	// WebhooksService is about a tenant's own servers that are told of events.
	WebhooksService struct{ service }
	// DeliveriesService is about each mail and SMS with its attempts.
	DeliveriesService struct{ service }
	// AuditService is about what happened, and who did it.
	AuditService struct{ service }
	// QueuesService is what the workers have to do, and how they are; for operators.
	QueuesService struct{ service }
	// SigningKeysService is about the keys that sign a tenant's tokens.
	SigningKeysService struct{ service }
	// RestAuthService is about the interface of django-rest-auth.
	RestAuthService struct{ service }
	// CoachService is about users and coaches.
	CoachService struct{ service }
	// FitTrackeeService is about accounts with one long-lived JWT, profiles and pictures.
	FitTrackeeService struct{ service }
	// SimpleJWTService is about accounts with pairs of JWTs and public profiles.
	SimpleJWTService struct{ service }
	// DrfUserService is about accounts with one-time codes.
	DrfUserService struct{ service }
)

// url makes the address of a call: the placeholders of the path are filled in order, {slug} by the service's own tenant.
// A tenant's paths that do not name it get /t/{slug} in front.
func (s service) url(path string, args []any, query url.Values) (string, error) {
	if s.scoped {
		named := strings.Contains(path, "{slug}")
		switch {
		case named && s.tenant == "":
			return "", fmt.Errorf("keyhall: %s needs a tenant's slug", path)
		case named:
			args = append([]any{s.tenant}, args...)
		case s.tenant != "" && !strings.HasPrefix(path, "/admin/"): // the platform's own
			path, args = "/t/{slug}"+path, append([]any{s.tenant}, args...)
		}
	}
	filled, err := fill(path, args)
	if err != nil {
		return "", err
	}
	address := s.settings.base.String() + filled
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address, nil
}

// fill replaces {placeholders} in order. An empty value would mean another address, so it is refused.
func fill(path string, args []any) (string, error) {
	for _, arg := range args {
		before, rest, _ := strings.Cut(path, "{")
		name, after, found := strings.Cut(rest, "}")
		value := fmt.Sprint(arg)
		if !found || value == "" || value == "." || value == ".." {
			return "", fmt.Errorf("keyhall: %q cannot be the %s in an address", value, name)
		}
		path = before + url.PathEscape(value) + after
	}
	if _, name, missing := strings.Cut(path, "{"); missing {
		return "", fmt.Errorf("keyhall: the %s of an address is missing; Client.Tenant has the calls of one tenant", strings.Trim(name, "}"))
	}
	return path, nil
}
