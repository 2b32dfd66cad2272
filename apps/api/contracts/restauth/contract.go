// Package restauth is the contract of django-rest-auth: /rest-auth/..., token keys, and browser sessions where a tenant
// wants them. It translates; the rules are in tenants/identity, the words in contracts/drf. NOTES.md tells what its
// document leaves open and what was chosen.
package restauth

import (
	"net/http"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/contracts/drf"
	"github.com/keyhall/keyhall/apps/api/wire"
)

const scheme = "Token"

type contract struct {
	core     *identity.Service
	accounts drf.Accounts
}

// New makes the contract on a core.
func New(core *identity.Service) wire.Contract {
	c := contract{core, drf.Accounts{Core: core, Show: show}}
	return wire.Contract{
		Name:    "restauth",
		Owns:    []string{"/rest-auth/", "/socialaccounts/"},
		Routes:  c.routes(),
		Enabled: func(s *tenants.Settings) bool { return s.Contracts.RestAuth.Enabled },
		Admit:   drf.Admit(core, scheme, identity.Opaque),
		Dialect: wire.Dialect{
			Render:  drf.Style{Scheme: scheme}.Render,
			Cookies: func(s *tenants.Settings) bool { return s.Contracts.RestAuth.SessionCookies },
		},
	}
}

func (c contract) routes() []wire.Route {
	a := c.accounts
	const get, post, put, patch = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch
	return []wire.Route{
		{Method: post, Path: "/rest-auth/login/", Handle: wire.Collect(c.login)},
		{Method: post, Path: "/rest-auth/logout/", Access: wire.Optional, Handle: a.Logout},
		{Method: get, Path: "/rest-auth/logout/", Access: wire.Optional, Handle: c.logoutOnGet, Changes: true, Allow: "GET, POST, HEAD, OPTIONS"},
		{Method: post, Path: "/rest-auth/password/reset/", Handle: wire.Body(a.RequestReset)},
		{Method: post, Path: "/rest-auth/password/reset/confirm/", Handle: wire.Body(c.confirmReset)},
		{Method: post, Path: "/rest-auth/password/change/", Access: wire.User, Handle: wire.Collect(a.ChangePassword)},
		{Method: get, Path: "/rest-auth/user/", Access: wire.User, Handle: a.User},
		{Method: put, Path: "/rest-auth/user/", Access: wire.User, Handle: wire.Collect(a.PutUser)},
		{Method: patch, Path: "/rest-auth/user/", Access: wire.User, Handle: wire.Collect(a.PatchUser)},
		{Method: post, Path: "/rest-auth/registration/", Handle: c.register()},
		{Method: post, Path: "/rest-auth/registration/verify-email/", Handle: wire.Body(a.VerifyEmail), Allow: "POST, OPTIONS, HEAD"},
		{Method: post, Path: "/rest-auth/registration/resend-email/", Handle: wire.Body(a.ResendEmail)},
		{Method: post, Path: "/rest-auth/facebook/", Handle: a.SocialLogin("facebook")},
		{Method: post, Path: "/rest-auth/google/", Handle: a.SocialLogin("google")},
		{Method: post, Path: "/rest-auth/twitter/", Handle: wire.Body(c.twitter)},
		{Method: post, Path: "/rest-auth/facebook/connect/", Access: wire.User, Handle: c.connect("facebook")},
		{Method: post, Path: "/rest-auth/google/connect/", Access: wire.User, Handle: c.connect("google")},
		{Method: post, Path: "/rest-auth/twitter/connect/", Access: wire.User, Handle: wire.Body(c.connectTwitter)},
		{Method: get, Path: "/socialaccounts/", Access: wire.User, Handle: c.socialAccounts},
		{Method: post, Path: "/socialaccounts/{id}/disconnect/", Access: wire.User, Handle: c.disconnect},
	}
}
