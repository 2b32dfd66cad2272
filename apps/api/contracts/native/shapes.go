package native

import (
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/admin"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/token"
)

// orNull shows an empty text as null.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func inUTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

type page[T any] struct {
	Data       []T     `json:"data"`
	NextCursor *string `json:"next_cursor"`
}

type listing[T any] struct {
	Data []T `json:"data"`
}

func each[A, B any](all []A, show func(A) B) []B {
	shown := make([]B, len(all))
	for i, a := range all {
		shown[i] = show(a)
	}
	return shown
}

type groupRef struct {
	ID          int64    `json:"id"`
	Name        string   `json:"name"`
	Permissions []string `json:"permissions"`
}

type userOut struct {
	ID             int64      `json:"id"`
	Username       string     `json:"username"`
	Email          *string    `json:"email"`
	EmailVerified  bool       `json:"email_verified"`
	PendingEmail   *string    `json:"pending_email"`
	Mobile         *string    `json:"mobile"`
	MobileVerified bool       `json:"mobile_verified"`
	FirstName      string     `json:"first_name"`
	LastName       string     `json:"last_name"`
	UserType       string     `json:"user_type"`
	Group          groupRef   `json:"group"`
	Approval       string     `json:"approval"`
	ApprovalReason *string    `json:"approval_reason"`
	Active         bool       `json:"active"`
	InvitedUntil   *time.Time `json:"invited_until"`
	Avatar         *string    `json:"avatar"`
	Locale         *string    `json:"locale"`
	CreatedAt      time.Time  `json:"created_at"`
	LastLoginAt    *time.Time `json:"last_login_at"`
}

func showUser(in *tenants.Scope, u identity.User) userOut {
	return userOut{
		ID: u.ID, Username: u.Username, Email: orNull(u.Email), EmailVerified: u.EmailVerified, PendingEmail: orNull(u.PendingEmail),
		Mobile: orNull(u.Mobile), MobileVerified: u.MobileVerified, FirstName: u.FirstName, LastName: u.LastName, UserType: u.Type,
		Group:    groupRef{u.Group.ID, u.Group.Name, u.Permissions()},
		Approval: u.Approval, ApprovalReason: orNull(u.ApprovalReason), Active: u.Active, InvitedUntil: inUTC(u.InvitedUntil), Avatar: orNull(u.AvatarURL(in)), Locale: orNull(u.Locale),
		CreatedAt: u.CreatedAt.UTC(), LastLoginAt: inUTC(u.LastLoginAt),
	}
}

type accessTokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
}

type tokens struct {
	accessTokens
	User userOut `json:"user"`
}

func showAccess(g identity.Grant) accessTokens {
	return accessTokens{g.Access, g.Refresh, "Bearer", g.ExpiresIn}
}

func showTokens(in *tenants.Scope, g identity.Grant) tokens {
	return tokens{showAccess(g), showUser(in, g.User)}
}

func showAdminTokens(g admin.Grant) accessTokens {
	return accessTokens{g.Access, g.Refresh, "Bearer", g.ExpiresIn}
}

type sessionOut struct {
	ID         uuid.UUID `json:"id"`
	Contract   string    `json:"contract"`
	UserAgent  string    `json:"user_agent"`
	IP         string    `json:"ip"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	Current    bool      `json:"current"`
}

// showSessions marks the session that asks; uuid.Nil marks none.
func showSessions(all []identity.Session, current uuid.UUID) listing[sessionOut] {
	return listing[sessionOut]{each(all, func(s identity.Session) sessionOut {
		return sessionOut{s.ID, s.Contract, s.UserAgent, s.IP, s.CreatedAt.UTC(), s.LastSeenAt.UTC(), s.ExpiresAt.UTC(), s.ID == current}
	})}
}

type tenantSummary struct {
	ID          uuid.UUID  `json:"id"`
	Slug        string     `json:"slug"`
	Name        string     `json:"name"`
	Status      string     `json:"status"`
	CreatedAt   time.Time  `json:"created_at"`
	SuspendedAt *time.Time `json:"suspended_at"`
}

type tenantOut struct {
	tenantSummary
	Issuer   string      `json:"issuer"`
	Settings settingsOut `json:"settings"`
}

func showSummary(t tenants.Tenant) tenantSummary {
	status := "active"
	if t.Suspended() {
		status = "suspended"
	}
	return tenantSummary{t.ID, t.Slug, t.Name, status, t.CreatedAt, t.SuspendedAt}
}

func showTenant(s *tenants.Scope) tenantOut {
	return tenantOut{showSummary(s.Tenant()), s.Issuer(), showSettings(s)}
}

// settingsOut is a tenant's settings without what is write-only.
type settingsOut struct {
	tenants.Settings
	SMTP *smtpOut `json:"smtp"`
	SMS  smsOut   `json:"sms"`

	Social socialOut `json:"social"`
}

type socialOut struct {
	Providers map[string]*providerOut `json:"providers"`
	ReturnTo  []string                `json:"return_to"`
}

// providerOut is a tenant's app at a provider without its secret.
type providerOut struct {
	ClientID    string                  `json:"client_id"`
	AlsoFor     []string                `json:"also_for"`
	CallbackURL string                  `json:"callback_url"`
	TrustEmail  bool                    `json:"trust_email"`
	Issuer      string                  `json:"issuer"`
	TeamID      string                  `json:"team_id"`
	KeyID       string                  `json:"key_id"`
	Endpoints   tenants.SocialEndpoints `json:"endpoints"`
}

func showProvider(s *tenants.SocialProvider) *providerOut {
	if s == nil {
		return nil
	}
	return &providerOut{s.ClientID, append([]string{}, s.AlsoFor...), s.CallbackURL, s.TrustEmail, s.Issuer, s.TeamID, s.KeyID, s.Endpoints}
}

type smtpOut struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Username string `json:"username"`
	TLS      string `json:"tls"`
}

type smsOut struct {
	tenants.SMS
	Provider *smsProviderOut `json:"provider"`
}

type smsProviderOut struct {
	Name    string `json:"name"`
	Account string `json:"account"`
	Sender  string `json:"sender"`
	URL     string `json:"url"`
}

func showSettings(s *tenants.Scope) settingsOut {
	out := settingsOut{Settings: *s.Settings(), SMS: smsOut{SMS: s.Settings().SMS}}
	if m := out.SMS.SMS.Provider; m != nil {
		out.SMS.Provider = &smsProviderOut{m.Name, m.Account, m.Sender, m.URL}
	}
	out.Social.ReturnTo = append([]string{}, s.Settings().Social.ReturnTo...)
	out.Social.Providers = map[string]*providerOut{}
	for _, name := range tenants.SocialProviderNames {
		out.Social.Providers[name] = showProvider(s.Settings().Social.Providers.Named(name))
	}
	if m := out.Settings.SMTP; m != nil {
		out.SMTP = &smtpOut{m.Host, m.Port, m.Username, m.TLS}
	}
	return out
}

type adminOut struct {
	ID       uuid.UUID    `json:"id"`
	Email    string       `json:"email"`
	Name     string       `json:"name"`
	Operator bool         `json:"operator"`
	Role     *string      `json:"operator_role"`
	Tenants  []tenantRole `json:"tenants"`
}

type tenantRole struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	Role string `json:"role"`
}

func showAdmin(a admin.Admin) adminOut {
	return adminOut{a.ID, a.Email, a.Name, a.Operator, orNull(a.OperatorRole()), each(a.Roles, func(r admin.Role) tenantRole {
		return tenantRole{r.Slug, r.TenantName, r.Role}
	})}
}

type memberOut struct {
	ID          uuid.UUID  `json:"id"`
	Email       string     `json:"email"`
	Name        string     `json:"name"`
	Role        string     `json:"role"`
	State       string     `json:"state"`
	Factor      bool       `json:"second_factor"`
	CreatedAt   time.Time  `json:"created_at"`
	LastLoginAt *time.Time `json:"last_login_at"`
}

func showMember(m admin.Member) memberOut {
	state := "active"
	if m.Invited {
		state = "invited"
	}
	return memberOut{m.ID, m.Email, m.Name, m.Role, state, m.Enrolled, m.CreatedAt.UTC(), inUTC(m.LastLoginAt)}
}

type keyOut struct {
	ID         uuid.UUID  `json:"id"`
	Kind       string     `json:"kind"`
	Name       string     `json:"name"`
	Hint       string     `json:"hint"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
}

func showKey(k tenants.APIKey) keyOut {
	return keyOut{k.ID, k.Kind, k.Name, k.Hint, k.CreatedAt.UTC(), inUTC(k.LastUsedAt)}
}

type domainOut struct {
	Host      string    `json:"host"`
	CreatedAt time.Time `json:"created_at"`
}

func showDomain(d tenants.Domain) domainOut { return domainOut{d.Host, d.CreatedAt.UTC()} }

type signingKeyOut struct {
	KID       string     `json:"kid"`
	Algorithm string     `json:"alg"`
	State     string     `json:"state"`
	CreatedAt time.Time  `json:"created_at"`
	RetiredAt *time.Time `json:"retired_at"`
}

func showSigningKey(k token.SigningKey) signingKeyOut {
	state := "active"
	if k.RetiredAt != nil {
		state = "retired"
	}
	return signingKeyOut{k.ID, k.Algorithm, state, k.CreatedAt.UTC(), inUTC(k.RetiredAt)}
}
