package native

import (
	"strings"

	"github.com/keyhall/keyhall/tenants/admin"
)

// Duties gives the table of the administration as "GET /admin/v1/me", with the power each takes.
func Duties() map[string]admin.Power {
	all := map[string]admin.Power{}
	for _, d := range (contract{}).duties() {
		all[d.method+" "+d.path] = d.power
	}
	return all
}

// Open gives the operations of the administration for which nobody has to be signed in.
func Open() []string {
	duties := Duties()
	var all []string
	for _, r := range (contract{}).administration() {
		if _, found := duties[r.Method+" "+r.Path]; !found && strings.HasPrefix(r.Path, "/admin/") {
			all = append(all, r.Method+" "+r.Path)
		}
	}
	return all
}
