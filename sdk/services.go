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

// The groups of calls, one for each tag of openapi.yaml.
type (
	AdminAuthService   struct{ service } // administrators signing in
	TenantsService     struct{ service } // the tenants and their settings
	SystemService      struct{ service } // the program itself
	AuthService        struct{ service } // a tenant's users signing up and in
	MeService          struct{ service } // a signed-in user's own account
	UsersService       struct{ service } // a tenant's users, seen by its admins
	ApprovalsService   struct{ service } // decisions about users who wait
	GroupsService      struct{ service } // groups and their permissions
	AdminsService      struct{ service } // who administers a tenant
	KeysService        struct{ service } // API keys of a tenant
	DomainsService     struct{ service } // host names that mean a tenant
	TemplatesService   struct{ service } // a tenant's own wording of its messages
	DeliveriesService  struct{ service } // each mail and SMS with its attempts
	AuditService       struct{ service } // what happened, and who did it
	SigningKeysService struct{ service } // the keys that sign a tenant's tokens
	RestAuthService    struct{ service } // the interface of django-rest-auth
	CoachService       struct{ service } // users and coaches
	FitTrackeeService  struct{ service } // accounts with one long-lived JWT, profiles and pictures
	SimpleJWTService   struct{ service } // accounts with pairs of JWTs and public profiles
	DrfUserService     struct{ service } // accounts with one-time codes
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
		case s.tenant != "":
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
	return path, nil
}
