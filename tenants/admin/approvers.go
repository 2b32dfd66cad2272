package admin

import (
	"context"
	"slices"

	"github.com/keyhall/keyhall/tenants"
)

const selectApprovers = `select a.email, r.role from admin_roles r join admins a on a.id = r.admin_id
	where r.tenant_id = $1 and a.password_hash is not null order by r.created_at, a.id`

// Approvers gives the addresses of the tenant's admins who may decide about applicants, and have accepted their invitation.
func Approvers(ctx context.Context, platform *tenants.DB, in *tenants.Scope) ([]string, error) {
	var rows []struct {
		Email string `db:"email"`
		Role  string `db:"role"`
	}
	if err := platform.Select(ctx, &rows, selectApprovers, in.ID()); err != nil {
		return nil, err
	}
	var addresses []string
	for _, row := range rows {
		if slices.Contains(powersOf[row.Role], ApprovalsDecide) {
			addresses = append(addresses, row.Email)
		}
	}
	return addresses, nil
}
