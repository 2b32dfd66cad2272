package admin

import (
	"slices"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

// Power is one thing an administrator may be allowed to do.
type Power string

// The powers. Routes name the one they need; nothing is allowed without.
const (
	TenantRead       Power = "tenant.read"
	TenantRename     Power = "tenant.rename"
	TenantsManage    Power = "tenants.manage"  // create, suspend, resume: operators
	PlatformAudit    Power = "platform.audit"  // what operators did: operators
	PlatformRead     Power = "platform.read"   // all tenants in numbers: operators
	QueuesManage     Power = "queues.manage"   // the workers' queues: operators
	PlatformManage   Power = "platform.manage" // what is asked of operators: owners of the platform
	OperatorsRead    Power = "operators.read"  // who operates the platform: operators
	OperatorsWrite   Power = "operators.write" // owners of the platform
	UsersRead        Power = "users.read"
	UsersWrite       Power = "users.write"
	ApprovalsDecide  Power = "approvals.decide"
	GroupsRead       Power = "groups.read"
	GroupsWrite      Power = "groups.write"
	SettingsRead     Power = "settings.read"
	SettingsWrite    Power = "settings.write"
	TemplatesRead    Power = "templates.read"
	TemplatesWrite   Power = "templates.write"
	KeysRead         Power = "keys.read"
	KeysWrite        Power = "keys.write"
	DomainsRead      Power = "domains.read"
	DomainsWrite     Power = "domains.write"
	AdminsRead       Power = "admins.read"
	AdminsWrite      Power = "admins.write"
	DeliveriesRead   Power = "deliveries.read"
	DeliveriesWrite  Power = "deliveries.write"
	WebhooksRead     Power = "webhooks.read"
	WebhooksWrite    Power = "webhooks.write"
	AuditRead        Power = "audit.read"
	SigningKeysRead  Power = "signing_keys.read"
	SigningKeysWrite Power = "signing_keys.write"
)

// RoleOperator is what an operator is who is no owner: he does everything but look after the operators themselves.
const RoleOperator = "operator"

// OperatorRoles lists what an operator can be, from most to least.
var OperatorRoles = []string{RoleOwner, RoleOperator}

// ofOwners are the platform's powers that an operator does not have by himself.
var ofOwners = []Power{PlatformManage, OperatorsWrite}

// Roles of a tenant admin, from most to least.
const (
	RoleOwner    = "owner"
	RoleAdmin    = "admin"
	RoleApprover = "approver"
	RoleViewer   = "viewer"
)

// Roles lists them.
var Roles = []string{RoleOwner, RoleAdmin, RoleApprover, RoleViewer}

var (
	viewerPowers   = []Power{TenantRead, UsersRead, GroupsRead, DeliveriesRead, AuditRead}
	approverPowers = append(slices.Clone(viewerPowers), ApprovalsDecide)
	adminPowers    = append(slices.Clone(approverPowers), TenantRename, UsersWrite, GroupsWrite, SettingsRead, SettingsWrite, TemplatesRead, TemplatesWrite, KeysRead, KeysWrite,
		DomainsRead, DomainsWrite, AdminsRead, DeliveriesWrite, WebhooksRead, WebhooksWrite, SigningKeysRead, SigningKeysWrite)
	ownerPowers = append(slices.Clone(adminPowers), AdminsWrite)
	// keyPowers are what a program with a secret key may do: look after people, not after the tenant itself.
	keyPowers = []Power{TenantRead, UsersRead, UsersWrite, ApprovalsDecide, GroupsRead, GroupsWrite, DeliveriesRead, AuditRead}
)

var powersOf = map[string][]Power{RoleOwner: ownerPowers, RoleAdmin: adminPowers, RoleApprover: approverPowers, RoleViewer: viewerPowers, roleKey: keyPowers}

// roleKey is what a secret key has in its tenant; nobody can be given it.
const roleKey = "key"

// Actor is an administrator, or a program with a secret key, whose credentials were checked in this very request.
type Actor struct {
	Admin     Admin
	SessionID uuid.UUID
	KeyID     uuid.UUID // set for a secret key
	CSRF      string    // the anti-forgery token of a browser session; "" for a token
	Enrolled  bool      // has a second factor
	demanded  bool      // an operator, and the platform demands one
	roles     map[uuid.UUID]string
}

// May reports whether the actor has the power in the tenant. Operators have every power everywhere.
func (a *Actor) May(p Power, tenant uuid.UUID) bool {
	return a.Admin.Operator || slices.Contains(powersOf[a.roles[tenant]], p)
}

// MayOnPlatform reports whether the actor has a power that is about no tenant.
func (a *Actor) MayOnPlatform(p Power) bool {
	return a.Admin.Operator && (a.Admin.Owner || !slices.Contains(ofOwners, p))
}

// Sees reports whether the tenant exists for the actor at all; to others it is as good as unknown.
func (a *Actor) Sees(tenant uuid.UUID) bool { return a.Admin.Operator || a.roles[tenant] != "" }

// IsKey reports whether a program with a secret key acts, who is no person and has no account to look after.
func (a *Actor) IsKey() bool { return a.KeyID != uuid.Nil }

// Tenants lists the ids of the tenants the actor sees; nil for an operator, who sees all.
func (a *Actor) Tenants() []uuid.UUID {
	if a.Admin.Operator {
		return nil
	}
	ids := make([]uuid.UUID, 0, len(a.roles))
	for id := range a.roles {
		ids = append(ids, id)
	}
	return ids
}

// By names the actor for the core's audit rows.
func (a *Actor) By() identity.By {
	switch {
	case a.IsKey():
		return identity.By{Kind: "key", ID: a.KeyID.String()}
	case a.Admin.Operator:
		return identity.By{Kind: "operator", ID: a.Admin.ID.String()}
	default:
		return identity.By{Kind: "admin", ID: a.Admin.ID.String()}
	}
}

// Who names the actor for the platform's audit rows.
func (a *Actor) Who(c identity.Client) tenants.Who {
	by := a.By()
	return tenants.Who{Kind: by.Kind, ID: by.ID, IP: c.IP, RequestID: c.RequestID}
}
