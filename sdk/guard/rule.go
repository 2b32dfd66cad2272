package guard

import (
	"slices"
	"strings"

	"github.com/keyhall/keyhall/sdk/verify"
)

// Rule says what a token has to be, besides good. It gives nil, or why not; a program may have rules of its own. An error that is
// no *Refusal is answered with 403 and not shown.
type Rule func(*verify.Token) error

// RequireGroup wants the user to be in one of these groups.
func RequireGroup(groups ...string) Rule {
	return func(t *verify.Token) error {
		if slices.Contains(groups, t.Group) {
			return nil
		}
		return forbidden("not_allowed", "This is for the group "+strings.Join(groups, " or ")+".")
	}
}

// RequirePermission wants the user's group to have all of these permissions.
func RequirePermission(permissions ...string) Rule {
	return func(t *verify.Token) error {
		for _, p := range permissions {
			if !t.Allows(p) {
				return forbidden("not_allowed", "This takes the permission "+p+".")
			}
		}
		return nil
	}
}

// RequireApproved wants somebody to have approved the user.
func RequireApproved() Rule {
	return func(t *verify.Token) error {
		if t.Approved {
			return nil
		}
		return forbidden("pending_approval", "The account is waiting for approval.")
	}
}

// RequireVerifiedEmail wants the user to have proved their address.
func RequireVerifiedEmail() Rule {
	return func(t *verify.Token) error {
		if t.EmailVerified {
			return nil
		}
		return forbidden("email_unverified", "The e-mail address is not confirmed.")
	}
}

// RequireTenant wants the token to be of one of these tenants. A verifier for all tenants of a Keyhall needs it, or TenantOf, wherever
// not everybody may enter.
func RequireTenant(slugs ...string) Rule {
	return func(t *verify.Token) error {
		if t.Tenant != "" && slices.Contains(slugs, t.Tenant) { // no tenant is not the tenant of no name
			return nil
		}
		return forbidden("not_allowed", "This is not for your tenant.")
	}
}
