package message

import "slices"

// Kind names a message. The text is stored with outbox rows and shown to administrators; it never changes.
type Kind string

// The mails there are.
const (
	VerifyEmail          Kind = "verify_email"           // a new address, to be confirmed
	PasswordReset        Kind = "password_reset"         // a link and a code for a new password
	PasswordChanged      Kind = "password_changed"       // afterwards
	EmailChange          Kind = "email_change"           // to the new address, to be proven
	EmailChangeRequested Kind = "email_change_requested" // to the present address, while it can still be stopped
	EmailChangedNotice   Kind = "email_changed_notice"   // to the old address, afterwards
	Approved             Kind = "approved"               //
	Rejected             Kind = "rejected"               // with or without a reason
	ApprovalPending      Kind = "approval_pending"       // the applicant waits
	ApprovalsWaiting     Kind = "approvals_waiting"      // to admins: applicants have waited for long
	AdminInvitation      Kind = "admin_invitation"       //
	UserInvitation       Kind = "user_invitation"        //
	SignUpAttempt        Kind = "sign_up_attempt"        // to the holder of an address somebody registered again
	OTP                  Kind = "otp"                    // a one-time code
	SignInLink           Kind = "sign_in_link"           // signs in, once
	MailTest             Kind = "mail_test"              // an administrator tries the mail server
)

// The mails of the platform itself, which no tenant words.
const (
	OperatorInvitation Kind = "operator_invitation" //
	FactorReset        Kind = "factor_reset"        // to an administrator whose second factors somebody has taken away
)

// KindInfo says what a message is made of.
type KindInfo struct {
	Kind  Kind
	Needs []string // placeholders without which Render fails
	Takes []string // placeholders that may be missing or empty
}

var kinds = []KindInfo{
	kind(VerifyEmail, needs("link"), "lifetime"),
	kind(PasswordReset, needs("link"), "uid", "token", "lifetime"),
	kind(PasswordChanged, nil, "link"),
	kind(EmailChange, needs("link"), "lifetime"),
	kind(EmailChangeRequested, nil, "new_email"),
	kind(EmailChangedNotice, nil, "new_email"),
	kind(Approved, nil, "link"),
	kind(Rejected, nil, "reason"),
	kind(ApprovalPending, nil),
	kind(ApprovalsWaiting, needs("link", "count", "lifetime")),
	kind(AdminInvitation, needs("link"), "inviter", "lifetime"),
	kind(UserInvitation, needs("link"), "inviter", "lifetime"),
	kind(SignUpAttempt, nil, "link"),
	kind(OTP, needs("otp"), "lifetime"),
	kind(SignInLink, needs("link"), "lifetime"),
	kind(MailTest, nil),
}

var platformKinds = []KindInfo{
	kind(OperatorInvitation, needs("link"), "inviter", "lifetime"),
	kind(FactorReset, needs("moment"), "actor", "link"),
}

// PlatformKinds lists the mails of the platform itself.
func PlatformKinds() []KindInfo { return copies(platformKinds) }

// Kinds lists all mails of tenants with their placeholders.
func Kinds() []KindInfo { return copies(kinds) }

func copies(of []KindInfo) []KindInfo {
	list := slices.Clone(of)
	for i := range list {
		list[i].Needs, list[i].Takes = slices.Clone(list[i].Needs), slices.Clone(list[i].Takes)
	}
	return list
}

// Essential are the placeholders that the message is sent for: a wording without them is of no use.
func (k KindInfo) Essential() []string {
	return slices.DeleteFunc(slices.Clone(k.Needs), func(name string) bool { return name == "site" || name == "lifetime" })
}

// Known finds a mail of tenants by its name.
func Known(k Kind) (KindInfo, bool) { return find(kinds, k) }

// kind adds what every message has: the site's name and address, and for the greeting the person's name and
// username. The recipient's own e-mail address is known too, so that a username equal to it may be shown.
func kind(k Kind, need []string, take ...string) KindInfo {
	return KindInfo{Kind: k, Needs: append([]string{"site"}, need...), Takes: append([]string{"site_url", "name", "username", "email"}, take...)}
}

func needs(names ...string) []string { return names }

// info finds a mail of a tenant or of the platform.
func info(k Kind) (KindInfo, bool) { return find(every(), k) }

func every() []KindInfo { return slices.Concat(kinds, platformKinds) }
