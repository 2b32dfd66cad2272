// Package coach is the contract of the coach and user API: /auth/... and /registration/..., token keys, user types and
// approval. It translates; the rules are in tenants/identity, the words in contracts/drf. NOTES.md tells what its
// document leaves open and what was chosen.
package coach

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
		Name:    "coach",
		Owns:    []string{"/auth/", "/registration/"},
		Routes:  c.routes(),
		Enabled: func(s *tenants.Settings) bool { return s.Contracts.Coach.Enabled },
		Admit:   drf.Admit(core, scheme, identity.Opaque),
		Dialect: wire.Dialect{Render: drf.Style{Scheme: scheme}.Render},
	}
}

func (c contract) routes() []wire.Route {
	a := c.accounts
	const get, post, put, patch = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch
	return []wire.Route{
		{Method: post, Path: "/registration/", Handle: wire.Collect(c.register)},
		{Method: post, Path: "/registration/verify-email/", Handle: wire.Body(a.VerifyEmail), Allow: "POST, OPTIONS, HEAD"},
		{Method: post, Path: "/registration/facebook/", Handle: wire.Body(c.social("facebook"))},
		{Method: post, Path: "/registration/google/", Handle: wire.Body(c.social("google"))},
		{Method: post, Path: "/auth/login/", Handle: wire.Collect(c.login)},
		{Method: post, Path: "/auth/logout/", Access: wire.Optional, Handle: a.Logout},
		{Method: post, Path: "/auth/password/reset/", Handle: wire.Body(a.RequestReset)},
		{Method: post, Path: "/auth/password/reset/confirm/", Handle: wire.Body(c.confirmReset)},
		{Method: post, Path: "/auth/password/change/", Access: wire.User, Handle: wire.Collect(a.ChangePassword)},
		{Method: get, Path: "/auth/user/", Access: wire.User, Handle: a.User},
		{Method: put, Path: "/auth/user/", Access: wire.User, Handle: wire.Collect(a.PutUser)},
		{Method: patch, Path: "/auth/user/", Access: wire.User, Handle: wire.Collect(a.PatchUser)},
	}
}
