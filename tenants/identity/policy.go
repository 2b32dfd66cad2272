package identity

import (
	"slices"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// standing is the one answer to "may this account act now?". Every path that lets somebody in or through asks it:
// sign-up, sign-in, refresh, reset and each authenticated request. Faults: AccountInactive, Rejected,
// PendingApproval, EmailUnverified.
func standing(u User, rules *tenants.Settings) error {
	switch {
	case !u.Active:
		return fault.AccountInactive
	case u.Approval == ApprovalRejected:
		return fault.Rejected
	case u.Approval == ApprovalPending && !rules.Approval.PendingMaySignIn:
		return fault.PendingApproval
	case rules.Email.Verification == "mandatory" && !u.EmailVerified:
		return fault.EmailUnverified
	default:
		return nil
	}
}

// mayRecover says who can get a reset link and use it: accounts that an admin has not closed.
func mayRecover(u User) bool {
	return u.Active && u.Approval != ApprovalRejected && u.HasPassword
}

// firstApproval is the state of approval a new account of this type starts in.
func firstApproval(userType string, rules *tenants.Settings) string {
	if slices.Contains(rules.Approval.RequiredFor, userType) {
		return ApprovalPending
	}
	return ApprovalNotRequired
}

// tokenless says that a sign-up gives no token although it succeeded.
func tokenless(u User, rules *tenants.Settings) bool {
	return standing(u, rules) != nil || rules.Privacy.HideAccountExistence
}

// firstGroup is the group a new account of this type starts in.
func firstGroup(userType string) int64 {
	if userType == TypeCoach {
		return groupCoach
	}
	return groupUser
}
