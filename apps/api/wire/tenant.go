package wire

import (
	"net"
	"regexp"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// cutTenant takes the /t/{slug} prefix off a raw path. Without the prefix the slug is "".
func cutTenant(path string) (slug, rest string) {
	after, ok := strings.CutPrefix(path, "/t/")
	if !ok {
		return "", path
	}
	slug, rest, _ = strings.Cut(after, "/")
	return slug, "/" + rest
}

// enter opens the tenant that the request names and looks whether the contract is switched on there. A Platform route
// lives in no tenant, so below a tenant's prefix there is none.
func (x *exchange) enter() error {
	if x.at.reach == Platform {
		if x.slug != "" {
			return fault.PathUnknown
		}
		return nil
	}
	hints, err := x.hints()
	if err != nil {
		return err
	}
	x.Scope, err = x.Resolve(x.Ctx, hints)
	if err != nil {
		return err
	}
	if on := x.at.contract.Enabled; on != nil && !on(x.Scope.Settings()) {
		return fault.ContractOff
	}
	return nil
}

// Headers that name the tenant. Nothing else ever does: no body, no query, no forwarded host.
const (
	headerTenant = "X-Keyhall-Tenant"
	headerKey    = "X-Keyhall-Key"
)

func (x *exchange) hints() (tenants.Hints, error) {
	slugs, keys := headers(x.http, headerTenant), headers(x.http, headerKey)
	if len(slugs) > 1 || len(keys) > 1 {
		return tenants.Hints{}, fault.TenantConflict
	}
	host, ok := hostOf(x.http)
	if !ok {
		return tenants.Hints{}, fault.RequestUnreadable
	}
	return tenants.Hints{Path: x.slug, Host: host, Header: first(slugs), Key: first(keys)}, nil
}

var plainHost = regexp.MustCompile(`^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

// hostOf gives the Host header if it is a plain host with a possible port, and the host of the request line if that has
// one: fasthttp itself would cut user-info off and take what is left.
func hostOf(f *fiber.Ctx) (string, bool) {
	host := string(f.Request().Header.Host())
	if host == "" {
		return "", true // HTTP/1.0
	}
	if _, port, err := net.SplitHostPort(host); err == nil {
		if n, err := strconv.Atoi(port); err != nil || n > 65535 {
			return "", false
		}
	}
	return host, plainHost.MatchString(host) && strings.EqualFold(host, string(f.Request().URI().Host()))
}

// headers gives copies of all values of a request header.
func headers(f *fiber.Ctx, name string) []string {
	var all []string
	for _, v := range f.Request().Header.PeekAll(name) {
		all = append(all, string(v))
	}
	return all
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}
