package identity

import (
	"strings"
	"time"
)

// User types a sign-up can ask for. A coach has a coach's powers only once approved.
const (
	TypeUser  = "user"
	TypeCoach = "coach"
)

// States of approval.
const (
	ApprovalNotRequired = "not_required"
	ApprovalPending     = "pending"
	ApprovalApproved    = "approved"
	ApprovalRejected    = "rejected"
)

// User is an account of one tenant.
type User struct {
	ID             int64  // sequential in the tenant
	ExternalID     string // in the system it was imported from; "": made here
	Username       string
	Email          string // as given; matched by its canonical form
	EmailVerified  bool
	PendingEmail   string // asked for, not proven: shown, never used
	Mobile         string
	MobileVerified bool
	PendingMobile  string // asked for, not proven: shown, never used
	FirstName      string
	LastName       string
	Name           string // the whole name, where it was given as one; see FullName
	Type           string
	Group          Group
	Approval       string
	ApprovalReason string
	Active         bool
	InvitedUntil   *time.Time // invited and not joined yet; the link works until then
	HasPassword    bool
	Avatar         string // URL of a picture elsewhere, in the user's own words; see PictureURL
	HasPicture     bool   // there is an uploaded picture
	pictureFile    string // its variants' file name; empty: not made (yet)
	Locale         string // BCP 47; empty: nobody said
	CreatedAt      time.Time
	LastLoginAt    *time.Time
}

// FullName is the name that was given as one, else the first and last name.
func (u User) FullName() string {
	if u.Name != "" {
		return u.Name
	}
	return strings.TrimSpace(u.FirstName + " " + u.LastName)
}

// Approved reports whether nobody has to decide about the account any more.
func (u User) Approved() bool {
	return u.Approval == ApprovalApproved || u.Approval == ApprovalNotRequired
}

// Permissions are the powers in force: those of the group, and none while approval is open or refused. Never nil.
func (u User) Permissions() []string {
	if !u.Approved() || len(u.Group.Permissions) == 0 {
		return []string{}
	}
	return u.Group.Permissions
}

// Group is a set of users with the same permissions. Ids are sequential in the tenant; 1 is user, 2 is coach.
type Group struct {
	ID          int64
	Name        string
	Permissions []string
	Fixed       bool  // user and coach
	Members     int64 // filled by lists of groups only, as Managers
	Managers    int64
}

const (
	groupUser  = 1
	groupCoach = 2
)
