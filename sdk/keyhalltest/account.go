package keyhalltest

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// account is a user of the fake. What is behind it is guarded by its tenant's lock.
type account struct {
	keyhall.User
	password string
	sessions []string // ids of sign-ins that have not ended
	gone     bool     // deleted; numbers are not given twice
}

// session is a sign-in, found by its refresh tokens.
type session struct {
	id      string
	user    int64
	refresh string // the one that is good; others were used

	last     string         // the one before
	lastAt   time.Time      // when it was used
	lastPair keyhall.Tokens // what it was answered with
}

// fake is what a tenant of the fake remembers.
type fake struct {
	accounts  []*account
	refresh   map[string]*session // by every refresh token there was
	fixed     string              // secret of mails
	codes     map[int64]*code     // by user
	fixedCode string
	keys      map[string]int64 // users by the secrets of mails
	messages  []Message
	settings  Settings
	answers   map[string]kept // by caller and Idempotency-Key
}

// Settings of the fake, which behave as those of a tenant. The zero value is what a new tenant has.
type Settings struct {
	PendingMayNotSignIn  bool // approval.pending_may_sign_in is false
	VerificationRequired bool // nobody signs in before the address is proven
	// Permissions are those of groups, by name; nil is those that a new tenant's groups have.
	Permissions map[string][]string
}

// Set changes the settings of the fake.
func (t *Tenant) Set(s Settings) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.settings = s
}

// minPassword is the shortest password that is taken, in characters; other rules are for the real program.
const minPassword = 8

func (t *Tenant) byID(id int64) *account {
	for _, a := range t.accounts {
		if a.ID == id && !a.gone {
			return a
		}
	}
	return nil
}

// byName finds by username or e-mail address.
func (t *Tenant) byName(name string) *account {
	for _, a := range t.accounts {
		if !a.gone && strings.EqualFold(a.Username, name) || a.Email != nil && strings.EqualFold(*a.Email, name) {
			return a
		}
	}
	return nil
}

// add makes an account, or says what is wrong with it.
func (t *Tenant) add(in keyhall.SignUp, byAdmin bool) (*account, *problem) {
	var wrong []keyhall.FieldError
	if !strings.Contains(in.Email, "@") {
		wrong = append(wrong, field("email", "invalid_email", "Enter a valid e-mail address."))
	}
	if !byAdmin && len(in.Password) < minPassword {
		wrong = append(wrong, field("password", "password_too_short", "Use at least 8 characters."))
	}
	if len(wrong) > 0 {
		return nil, invalidFields(400, wrong...)
	}
	name, _, _ := strings.Cut(strings.ToLower(in.Email), "@")
	if in.Username != nil {
		name = *in.Username
	}
	if t.byName(in.Email) != nil {
		wrong = append(wrong, field("email", "email_taken", "There is already an account with this e-mail address."))
	}
	if t.byName(name) != nil {
		wrong = append(wrong, field("username", "username_taken", "This username is taken."))
	}
	if len(wrong) > 0 {
		return nil, invalidFields(409, wrong...)
	}
	email := in.Email
	a := &account{password: in.Password, User: keyhall.User{
		ID: int64(len(t.accounts)) + 1, Username: name, Email: &email, Active: true, CreatedAt: t.server.Clock.Now(), Locale: in.Locale,
		UserType: keyhall.UserTypeUser, Approval: keyhall.ApprovalStateNotRequired, Group: keyhall.GroupRef{ID: 1, Name: "user"},
		FirstName: value(in.FirstName), LastName: value(in.LastName),
	}}
	if value(in.UserType) == keyhall.UserTypeCoach {
		a.UserType, a.Approval, a.Group = keyhall.UserTypeCoach, keyhall.ApprovalStatePending, keyhall.GroupRef{ID: 2, Name: "coach"}
	}
	t.accounts = append(t.accounts, a)
	return a, nil
}

func value[T any](p *T) T {
	var v T
	if p != nil {
		v = *p
	}
	return v
}

// permissions are those of the groups that a new tenant has.
var permissions = map[string][]string{"coach": {"members.read"}}

// shown is the account as the API shows it.
func (t *Tenant) shown(a *account) keyhall.User {
	u := a.User
	u.Group.Permissions = []keyhall.Permission{}
	of := t.settings.Permissions
	if of == nil {
		of = permissions
	}
	if a.approved() {
		u.Group.Permissions = append(u.Group.Permissions, of[u.Group.Name]...)
	}
	return u
}

func (a *account) approved() bool {
	return a.Approval == keyhall.ApprovalStateApproved || a.Approval == keyhall.ApprovalStateNotRequired
}

// sessionOf reports whether a sign-in has had this id; tokens that a test made with Token are of none, and good without.
func (t *Tenant) sessionOf(id string) bool {
	for _, s := range t.refresh {
		if s.id == id {
			return true
		}
	}
	return false
}

// standing says why an account may not act; nil when it may.
func (t *Tenant) standing(a *account) *problem {
	switch {
	case !a.Active:
		return &problem{Status: 401, Code: "account_inactive", Title: "The account is disabled."}
	case a.Approval == keyhall.ApprovalStateRejected:
		return &problem{Status: 403, Code: "rejected", Title: "The account was not approved."}
	case t.settings.VerificationRequired && !a.EmailVerified:
		return &problem{Status: 403, Code: "email_unverified", Title: "Confirm the e-mail address first."}
	case t.settings.PendingMayNotSignIn && a.Approval == keyhall.ApprovalStatePending:
		return &problem{Status: 403, Code: "pending_approval", Title: "The account is waiting for approval."}
	default:
		return nil
	}
}

// accessLife is how long access tokens live.
const accessLife = 15 * time.Minute

// open signs an account in.
func (t *Tenant) open(a *account) keyhall.Tokens {
	s := &session{id: rand.Text(), user: a.ID}
	a.sessions = append(a.sessions, s.id)
	now := t.server.Clock.Now()
	a.LastLoginAt = &now
	return t.grant(a, s)
}

// grant makes a pair of tokens for a session.
func (t *Tenant) grant(a *account, s *session) keyhall.Tokens {
	if t.refresh == nil {
		t.refresh = map[string]*session{}
	}
	s.refresh = "rt_" + rand.Text()
	t.refresh[s.refresh] = s
	u := t.shown(a)
	access := t.Token(Claims{
		UserID: a.ID, Email: value(a.Email), Verified: a.EmailVerified, Group: u.Group.Name, Permissions: u.Group.Permissions, Approved: a.approved(),
		Life: accessLife, Extra: map[string]any{"sid": s.id},
	})
	return keyhall.Tokens{AccessToken: access, RefreshToken: s.refresh, ExpiresIn: int(accessLife.Seconds()), TokenType: keyhall.Bearer, User: u}
}

func (a *account) has(id string) bool { return slices.Contains(a.sessions, id) }

func (a *account) end(id string) {
	a.sessions = slices.DeleteFunc(a.sessions, func(s string) bool { return s == id })
}
