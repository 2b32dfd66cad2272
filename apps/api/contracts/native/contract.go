package native

import (
	"net/http"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/admin"
	"github.com/keyhall/keyhall/tenants/idempotency"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/token"
	"github.com/keyhall/keyhall/tenants/webhooks"
	"github.com/keyhall/keyhall/workers/queues"
)

// Config is what the native contract translates to.
type Config struct {
	Core     *identity.Service
	Admins   *admin.Service
	Tokens   *token.Service
	Registry *tenants.Registry
	Box      *outbox.Box
	Webhooks *webhooks.Service
	Queues   *queues.Service

	PlainCookies bool // browser sessions over http too: for dev on loopback
}

type contract struct {
	Config
	user wire.Guard
	keys wire.Keys
}

// New makes the native contract.
func New(c Config) wire.Contract {
	n := contract{Config: c, keys: wire.Keys{Store: &idempotency.Store{Platform: c.Registry.Platform, Sealer: c.Registry.Sealer}, Caller: callerOf}, user: wire.Guard{Scheme: "Bearer", Shape: identity.Pair, Authenticate: c.Core.Authenticate}}
	return wire.Contract{
		Name: "native", Owns: []string{"/v1/", "/admin/v1/", "/.well-known/", "/pictures/"}, Dialect: wire.Problem, Admit: n.admit,
		Routes: slices.Concat(n.selfService(), n.socialService(), n.administration()),
	}
}

// selfService is the table of /v1: what people do for themselves.
func (n contract) selfService() []wire.Route {
	return []wire.Route{
		{Method: http.MethodPost, Path: "/v1/sign-up", Handle: n.keys.InTenant(wire.Body(n.signUp))},
		{Method: http.MethodPost, Path: "/v1/email-verification/confirm", Handle: wire.Body(n.confirmEmail)},
		{Method: http.MethodPost, Path: "/v1/email-verification/resend", Handle: n.keys.InTenant(wire.Body(n.resendVerification))},
		{Method: http.MethodPost, Path: "/v1/sign-in", Handle: wire.Body(n.signIn)},
		{Method: http.MethodPost, Path: "/v1/codes", Handle: n.keys.InTenant(wire.Body(n.requestCode))},
		{Method: http.MethodPost, Path: "/v1/sign-in/code", Handle: wire.Body(n.signInByCode)},
		{Method: http.MethodPost, Path: "/v1/sign-in/link", Handle: n.keys.InTenant(wire.Body(n.requestSignInLink))},
		{Method: http.MethodPost, Path: "/v1/sign-in/link/confirm", Handle: wire.Body(n.signInByLink)},
		{Method: http.MethodPost, Path: "/v1/token/refresh", Handle: wire.Body(n.refresh)},
		{Method: http.MethodPost, Path: "/v1/sign-out", Access: wire.User, Handle: n.signOut},
		{Method: http.MethodPost, Path: "/v1/password-reset", Handle: n.keys.InTenant(wire.Body(n.requestReset))},
		{Method: http.MethodPost, Path: "/v1/password-reset/confirm", Handle: wire.Body(n.confirmReset)},
		{Method: http.MethodGet, Path: "/.well-known/jwks.json", Handle: n.jwks},
		{Method: http.MethodPost, Path: "/v1/introspect", Access: wire.TenantAdmin, Form: true, Handle: wire.Body(n.introspect)},
		{Method: http.MethodGet, Path: "/v1/me", Access: wire.User, Handle: n.me},
		{Method: http.MethodPatch, Path: "/v1/me", Access: wire.User, Handle: wire.Body(n.changeMe)},
		{Method: http.MethodDelete, Path: "/v1/me", Access: wire.User, Handle: wire.Body(n.deleteMe)},
		{Method: http.MethodGet, Path: "/v1/me/export", Access: wire.User, Handle: n.export},
		{Method: http.MethodGet, Path: "/v1/me/picture", Access: wire.User, Handle: n.myPicture},
		{Method: http.MethodPut, Path: "/v1/me/picture", Access: wire.User, MaxFile: maxPicture, Handle: wire.Body(n.setMyPicture)},
		{Method: http.MethodDelete, Path: "/v1/me/picture", Access: wire.User, Handle: n.removeMyPicture},
		{Method: http.MethodGet, Path: "/pictures/{size}/{file}", Handle: n.picture},
		{Method: http.MethodGet, Path: "/v1/me/sessions", Access: wire.User, Handle: n.mySessions},
		{Method: http.MethodDelete, Path: "/v1/me/sessions", Access: wire.User, Handle: n.endMyOtherSessions},
		{Method: http.MethodDelete, Path: "/v1/me/sessions/{session_id}", Access: wire.User, Handle: n.endMySession},
		{Method: http.MethodPost, Path: "/v1/me/password", Access: wire.User, Handle: wire.Body(n.changeMyPassword)},
		{Method: http.MethodPost, Path: "/v1/me/email", Access: wire.User, Handle: wire.Body(n.changeMyEmail)},
		{Method: http.MethodPost, Path: "/v1/me/email/confirm", Handle: wire.Body(n.confirmMyEmail)},
		{Method: http.MethodPost, Path: "/v1/me/email/code", Access: wire.User, Handle: n.keys.InTenant(n.sendMyEmailCode)},
		{Method: http.MethodPost, Path: "/v1/me/email/code/confirm", Access: wire.User, Handle: wire.Body(n.confirmMyEmailByCode)},
		{Method: http.MethodPost, Path: "/v1/me/mobile", Access: wire.User, Handle: wire.Body(n.changeMyMobile)},
		{Method: http.MethodPost, Path: "/v1/me/mobile/confirm", Access: wire.User, Handle: wire.Body(n.confirmMyMobile)},
		{Method: http.MethodGet, Path: "/v1/groups", Access: wire.User, Handle: n.managedGroups},
		{Method: http.MethodGet, Path: memberPath, Access: wire.User, Handle: n.members},
		{Method: http.MethodDelete, Path: memberPath + "/{user_id}", Access: wire.User, Handle: n.removeMember},
		{Method: http.MethodPost, Path: memberPath + "/{user_id}/decision", Access: wire.User, Handle: wire.Body(n.decideMember)},
	}
}

// A duty is one operation of the administration with the power it takes; none of them is open by default.
type duty struct {
	method, path string
	power        admin.Power // in the tenant named by {slug}; "": any administrator, but no secret key
	handle       wire.Handler
}

const (
	passkeyPath  = "/admin/v1/me/passkeys" //nolint:gosec // G101: a path
	operatorPath = "/admin/v1/operators"
	tenantPath   = "/admin/v1/tenants/{slug}"
	userPath     = tenantPath + "/users/{id}"
	importPath   = tenantPath + "/imports"
	headPath     = tenantPath + "/groups/{id}/managers"
	memberPath   = "/v1/groups/{id}/members"
	decisionPath = tenantPath + "/approvals/runs"
	runPath      = tenantPath + "/runs"
	sentPath     = tenantPath + "/deliveries/{id}"
	queuePath    = "/admin/v1/queues/{queue}"
	hookPath     = tenantPath + "/webhooks/{id}"
	wordPath     = tenantPath + "/templates/{channel}/{kind}/{locale}"
)

// duties is the table of /admin/v1 for signed-in administrators. The permission matrix test walks it.
func (n contract) duties() []duty { return append(n.dutiesOfHouse(), n.dutiesOfPeople()...) }

// dutiesOfHouse are about oneself, the platform, and how a tenant is set up.
func (n contract) dutiesOfHouse() []duty {
	return []duty{
		{http.MethodGet, "/admin/v1/me", "", n.admin},
		{http.MethodPost, "/admin/v1/me/password", "", wire.Body(n.changeAdminPassword)},
		{http.MethodGet, "/admin/v1/me/sessions", "", n.adminSessions},
		{http.MethodDelete, "/admin/v1/me/sessions", "", n.endOtherAdminSessions},
		{http.MethodDelete, "/admin/v1/me/sessions/{session_id}", "", n.endAdminSession},
		{http.MethodGet, "/admin/v1/me/second-factor", "", n.factor},
		{http.MethodPost, "/admin/v1/me/second-factor", "", wire.Body(n.beginFactor)},
		{http.MethodDelete, "/admin/v1/me/second-factor", "", wire.Body(n.removeFactor)},
		{http.MethodPost, "/admin/v1/me/second-factor/confirm", "", wire.Body(n.confirmFactor)},
		{http.MethodPost, "/admin/v1/me/second-factor/recovery-codes", "", wire.Body(n.renewCodes)},
		{http.MethodPost, "/admin/v1/me/second-factor/passkey", "", wire.Body(n.beginPasskey)},
		{http.MethodPost, "/admin/v1/me/second-factor/challenge", "", n.provePasskey},
		{http.MethodGet, passkeyPath, "", n.listPasskeys},
		{http.MethodPost, passkeyPath, "", wire.Body(n.confirmPasskey)},
		{http.MethodPatch, passkeyPath + "/{id}", "", wire.Body(n.renamePasskey)},
		{http.MethodDelete, passkeyPath + "/{id}", "", wire.Body(n.removePasskey)},
		{http.MethodPost, "/admin/v1/auth/logout", "", n.adminLogout},
		{http.MethodGet, "/admin/v1/auth/session", "", n.adminSession},
		{http.MethodDelete, "/admin/v1/auth/session", "", n.closeAdminSession},
		{http.MethodGet, "/admin/v1/audit", admin.PlatformAudit, n.listTrail},
		{http.MethodGet, "/admin/v1/overview", admin.PlatformRead, n.platformOverview},
		{http.MethodGet, "/admin/v1/queues", admin.QueuesManage, n.listQueues},
		{http.MethodGet, queuePath + "/tasks", admin.QueuesManage, n.listTasks},
		{http.MethodPost, queuePath + "/retry", admin.QueuesManage, wire.Body(n.retryTasks)},
		{http.MethodPost, queuePath + "/clear", admin.QueuesManage, wire.Body(n.clearTasks)},
		{http.MethodPost, queuePath + "/pause", admin.QueuesManage, n.pauseQueue},
		{http.MethodPost, queuePath + "/resume", admin.QueuesManage, n.resumeQueue},
		{http.MethodGet, "/admin/v1/settings", admin.PlatformRead, n.platformSettings},
		{http.MethodPut, "/admin/v1/settings", admin.PlatformManage, wire.Body(n.changePlatformSettings)},
		{http.MethodGet, operatorPath, admin.OperatorsRead, n.listOperators},
		{http.MethodPost, operatorPath, admin.OperatorsWrite, n.keys.OnPlatform(wire.Body(n.inviteOperator))},
		{http.MethodPatch, operatorPath + "/{id}", admin.OperatorsWrite, wire.Body(n.changeOperator)},
		{http.MethodDelete, operatorPath + "/{id}", admin.OperatorsWrite, n.removeOperator},
		{http.MethodPost, operatorPath + "/{id}/invitation", admin.OperatorsWrite, n.keys.OnPlatform(n.inviteOperatorAgain)},
		{http.MethodDelete, operatorPath + "/{id}/invitation", admin.OperatorsWrite, n.revokeOperator},
		{http.MethodDelete, operatorPath + "/{id}/second-factor", admin.OperatorsWrite, n.resetOperatorFactor},
		{http.MethodGet, "/admin/v1/tenants", "", n.listTenants},
		{http.MethodPost, "/admin/v1/tenants", admin.TenantsManage, n.keys.OnPlatform(wire.Body(n.createTenant))},
		{http.MethodGet, tenantPath, admin.TenantRead, n.tenant},
		{http.MethodPatch, tenantPath, admin.TenantRename, wire.Body(n.renameTenant)},
		{http.MethodDelete, tenantPath, admin.TenantsManage, wire.Body(n.eraseTenant)},
		{http.MethodGet, "/admin/v1/erasures", admin.TenantsManage, n.listErasures},
		{http.MethodGet, "/admin/v1/erasures/{id}", admin.TenantsManage, n.getErasure},
		{http.MethodPost, tenantPath + "/suspend", admin.TenantsManage, n.suspendTenant},
		{http.MethodPost, tenantPath + "/resume", admin.TenantsManage, n.resumeTenant},
		{http.MethodGet, tenantPath + "/usage", admin.TenantRead, n.usage},
		{http.MethodPut, tenantPath + "/limits", admin.TenantsManage, wire.Body(n.putLimits)},
		{http.MethodGet, tenantPath + "/settings", admin.SettingsRead, n.settings},
		{http.MethodPatch, tenantPath + "/settings", admin.SettingsWrite, wire.Body(n.patchSettings)},
		{http.MethodPut, tenantPath + "/social/{provider}", admin.SettingsWrite, wire.Body(n.putProvider)},
		{http.MethodDelete, tenantPath + "/social/{provider}", admin.SettingsWrite, n.deleteProvider},
		{http.MethodPost, tenantPath + "/social/{provider}/test", admin.SettingsWrite, n.tryProvider},
		{http.MethodPost, tenantPath + "/settings/smtp/test", admin.SettingsWrite, n.keys.InTenant(wire.Body(n.tryMail))},
		{http.MethodGet, tenantPath + "/templates", admin.TemplatesRead, n.listTemplates},
		{http.MethodGet, wordPath, admin.TemplatesRead, n.getTemplate},
		{http.MethodPut, wordPath, admin.TemplatesWrite, wire.Body(n.putTemplate)},
		{http.MethodDelete, wordPath, admin.TemplatesWrite, n.resetTemplate},
		{http.MethodGet, wordPath + "/versions", admin.TemplatesRead, n.listTemplateVersions},
		{http.MethodPost, wordPath + "/restore", admin.TemplatesWrite, n.keys.InTenant(wire.Body(n.restoreTemplate))},
		{http.MethodPost, wordPath + "/preview", admin.TemplatesRead, wire.Body(n.previewTemplate)},
		{http.MethodPost, wordPath + "/test", admin.TemplatesWrite, n.keys.InTenant(wire.Body(n.tryTemplate))},
	}
}

// dutiesOfPeople are about a tenant's users, what is sent to them, and who looks after them.
func (n contract) dutiesOfPeople() []duty {
	return []duty{
		{http.MethodGet, tenantPath + "/overview", admin.UsersRead, n.overview},
		{http.MethodGet, tenantPath + "/activity", admin.UsersRead, n.activity},
		{http.MethodGet, tenantPath + "/users", admin.UsersRead, n.listUsers},
		{http.MethodPost, tenantPath + "/users", admin.UsersWrite, n.keys.InTenant(wire.Body(n.createUser))},
		{http.MethodPost, importPath, admin.UsersWrite, n.keys.InTenant(wire.Body(n.importUsers))},
		{http.MethodGet, userPath, admin.UsersRead, n.getUser},
		{http.MethodPatch, userPath, admin.UsersWrite, wire.Body(n.changeUser)},
		{http.MethodDelete, userPath, admin.UsersWrite, n.eraseUser},
		{http.MethodPut, userPath + "/counters", admin.UsersWrite, wire.Body(n.setCounters)},
		{http.MethodGet, userPath + "/sessions", admin.UsersRead, n.userSessions},
		{http.MethodDelete, userPath + "/sessions", admin.UsersWrite, n.endUserSessions},
		{http.MethodDelete, userPath + "/sessions/{session_id}", admin.UsersWrite, n.endUserSession},
		{http.MethodDelete, userPath + "/picture", admin.UsersWrite, n.removePicture},
		{http.MethodGet, userPath + "/social", admin.UsersRead, n.userSocial},
		{http.MethodDelete, userPath + "/social/{identity_id}", admin.UsersWrite, n.disconnectUserSocial},
		{http.MethodPost, userPath + "/password-reset", admin.UsersWrite, n.keys.InTenant(n.startReset)},
		{http.MethodPost, userPath + "/invitation", admin.UsersWrite, n.keys.InTenant(n.invite)},
		{http.MethodDelete, userPath + "/invitation", admin.UsersWrite, n.uninvite},
		{http.MethodPost, userPath + "/verification", admin.UsersWrite, n.keys.InTenant(n.sendVerification)},
		{http.MethodPost, tenantPath + "/approvals", admin.ApprovalsDecide, wire.Body(n.decide)},
		{http.MethodGet, tenantPath + "/approvals/candidates", admin.UsersRead, n.countApprovalCandidates},
		{http.MethodGet, decisionPath, admin.UsersRead, n.listApprovalRuns},
		{http.MethodPost, decisionPath, admin.ApprovalsDecide, n.keys.InTenant(wire.Body(n.startApprovals))},
		{http.MethodGet, decisionPath + "/{id}", admin.UsersRead, n.getApprovalRun},
		{http.MethodGet, tenantPath + "/candidates", admin.UsersRead, n.countCandidates},
		{http.MethodGet, runPath, admin.UsersRead, n.listRuns},
		{http.MethodPost, runPath, admin.UsersWrite, n.keys.InTenant(wire.Body(n.startRun))},
		{http.MethodGet, runPath + "/{id}", admin.UsersRead, n.getRun},
		{http.MethodGet, tenantPath + "/groups", admin.GroupsRead, n.listGroups},
		{http.MethodPost, tenantPath + "/groups", admin.GroupsWrite, n.keys.InTenant(wire.Body(n.createGroup))},
		{http.MethodGet, tenantPath + "/groups/{id}", admin.GroupsRead, n.getGroup},
		{http.MethodPatch, tenantPath + "/groups/{id}", admin.GroupsWrite, wire.Body(n.changeGroup)},
		{http.MethodDelete, tenantPath + "/groups/{id}", admin.GroupsWrite, n.deleteGroup},
		{http.MethodGet, headPath, admin.GroupsRead, n.listManagers},
		{http.MethodPut, headPath + "/{user_id}", admin.GroupsWrite, n.addManager},
		{http.MethodDelete, headPath + "/{user_id}", admin.GroupsWrite, n.removeManager},
		{http.MethodGet, tenantPath + "/admins", admin.AdminsRead, n.listAdmins},
		{http.MethodPost, tenantPath + "/admins", admin.AdminsWrite, n.keys.InTenant(wire.Body(n.inviteAdmin))},
		{http.MethodPatch, tenantPath + "/admins/{id}", admin.AdminsWrite, wire.Body(n.changeAdmin)},
		{http.MethodDelete, tenantPath + "/admins/{id}", admin.AdminsWrite, n.removeAdmin},
		{http.MethodDelete, tenantPath + "/admins/{id}/second-factor", admin.AdminsWrite, n.resetAdminFactor},
		{http.MethodGet, tenantPath + "/keys", admin.KeysRead, n.listKeys},
		{http.MethodPost, tenantPath + "/keys", admin.KeysWrite, n.keys.OnPlatform(wire.Body(n.createKey))},
		{http.MethodDelete, tenantPath + "/keys/{id}", admin.KeysWrite, n.deleteKey},
		{http.MethodGet, tenantPath + "/domains", admin.DomainsRead, n.listDomains},
		{http.MethodGet, tenantPath + "/domains/{host}", admin.DomainsRead, n.getDomain},
		{http.MethodPut, tenantPath + "/domains/{host}", admin.DomainsWrite, n.putDomain},
		{http.MethodDelete, tenantPath + "/domains/{host}", admin.DomainsWrite, n.deleteDomain},
		{http.MethodGet, tenantPath + "/deliveries", admin.DeliveriesRead, n.listDeliveries},
		{http.MethodGet, sentPath + "/preview", admin.DeliveriesRead, n.previewDelivery},
		{http.MethodPost, sentPath + "/resend", admin.DeliveriesWrite, n.keys.InTenant(n.resendDelivery)},
		{http.MethodPost, sentPath + "/cancel", admin.DeliveriesWrite, n.cancelDelivery},
		{http.MethodGet, tenantPath + "/webhooks", admin.WebhooksRead, n.listWebhooks},
		{http.MethodPost, tenantPath + "/webhooks", admin.WebhooksWrite, n.keys.InTenant(wire.Body(n.createWebhook))},
		{http.MethodGet, hookPath, admin.WebhooksRead, n.getWebhook},
		{http.MethodPatch, hookPath, admin.WebhooksWrite, wire.Body(n.changeWebhook)},
		{http.MethodDelete, hookPath, admin.WebhooksWrite, n.deleteWebhook},
		{http.MethodPost, hookPath + "/rotate", admin.WebhooksWrite, n.keys.InTenant(n.rotateWebhook)},
		{http.MethodPost, hookPath + "/test", admin.WebhooksWrite, n.keys.InTenant(n.tryWebhook)},
		{http.MethodGet, hookPath + "/deliveries", admin.WebhooksRead, n.listWebhookDeliveries},
		{http.MethodPost, hookPath + "/deliveries/{delivery_id}/resend", admin.WebhooksWrite, n.keys.InTenant(n.resendWebhookDelivery)},
		{http.MethodPost, hookPath + "/resend", admin.WebhooksWrite, n.keys.InTenant(wire.Body(n.resendWebhookDeliveries))},
		{http.MethodGet, tenantPath + "/audit", admin.AuditRead, n.listAudit},
		{http.MethodGet, tenantPath + "/signing-keys", admin.SigningKeysRead, n.listSigningKeys},
		{http.MethodPost, tenantPath + "/signing-keys/rotate", admin.SigningKeysWrite, n.keys.InTenant(n.rotateSigningKey)},
	}
}

func (n contract) administration() []wire.Route {
	routes := []wire.Route{
		{Method: http.MethodPost, Path: "/admin/v1/auth/login", Reach: wire.Platform, Handle: wire.Body(n.adminLogin)},
		{Method: http.MethodPost, Path: "/admin/v1/auth/refresh", Reach: wire.Platform, Handle: wire.Body(n.adminRefresh)},
		{Method: http.MethodPost, Path: "/admin/v1/auth/session", Reach: wire.Platform, Handle: wire.Body(n.openAdminSession)},
		{Method: http.MethodPost, Path: "/admin/v1/auth/passkey", Reach: wire.Platform, Handle: wire.Body(n.askForPasskey)},
		{Method: http.MethodPost, Path: "/admin/v1/auth/session/passkey", Reach: wire.Platform, Handle: wire.Body(n.openAdminSessionByPasskey)},
		{Method: http.MethodPost, Path: "/admin/v1/invitations/accept", Reach: wire.Platform, Handle: wire.Body(n.acceptInvitation)},
	}
	for _, d := range n.duties() {
		routes = append(routes, wire.Route{Method: d.method, Path: d.path, Reach: wire.Platform, Access: wire.TenantAdmin, MaxFile: fileOf[d.path], Handle: n.may(d)})
	}
	return routes
}

// may lets a handler run only for an administrator with the duty's power in the tenant that the path names. A tenant
// that is none of the administrator's answers as one that does not exist.
func (n contract) may(d duty) wire.Handler {
	return func(c *wire.Call) (wire.Response, error) {
		if err := n.allow(c, d); err != nil {
			return wire.Response{}, err
		}
		return d.handle(c)
	}
}

func (n contract) allow(c *wire.Call, d duty) error {
	a := actorOf(c)
	if !strings.Contains(d.path, "{slug}") {
		if a.IsKey() || d.power != "" && !a.MayOnPlatform(d.power) {
			return fault.NotAllowed
		}
		if strings.HasPrefix(d.path, "/admin/v1/me") || strings.HasPrefix(d.path, "/admin/v1/auth/") { // where a second factor is set up
			return nil
		}
		return a.Enough(nil)
	}
	scope, err := n.Registry.BySlug(c.Ctx, c.Param("slug"))
	switch {
	case err != nil:
		return err
	case !a.Sees(scope.ID()):
		return fault.TenantUnknown
	case !a.May(d.power, scope.ID()):
		return fault.NotAllowed
	}
	c.Scope = scope
	return a.Enough(scope)
}
