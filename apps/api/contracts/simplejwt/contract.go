// Package simplejwt is the contract of a user API on Django REST framework's simplejwt: /api/user/create/, pairs of JWTs
// whose refresh token rotates, password reset by a bare token, and public profiles below /api/users/. It translates; the
// rules are in tenants/identity, the words in contracts/drf. NOTES.md tells what its document leaves open and what was
// chosen.
package simplejwt

import (
	"net/http"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/contracts/drf"
	"github.com/keyhall/keyhall/apps/api/wire"
)

type contract struct{ core *identity.Service }

// New makes the contract on a core.
func New(core *identity.Service) wire.Contract {
	c := contract{core}
	return wire.Contract{
		Name:    "simplejwt",
		Owns:    []string{"/api/user/", "/api/users/", "/api/token/", "/api/password/"},
		Routes:  c.routes(),
		Enabled: func(s *tenants.Settings) bool { return s.Contracts.SimpleJWT.Enabled },
		Admit:   drf.JWT{Core: core, Schemes: []string{"JWT", "Bearer"}}.Admit,
		Dialect: wire.Dialect{Render: render, Untyped: true},
	}
}

func (c contract) routes() []wire.Route {
	const get, post, put, patch = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch
	return []wire.Route{
		{Method: post, Path: "/api/user/create/", Handle: wire.Collect(c.create)},
		{Method: post, Path: "/api/token/obtain/", Handle: wire.Body(c.obtain)},
		{Method: post, Path: "/api/token/refresh/", Handle: wire.Body(c.refresh)},
		{Method: post, Path: "/api/password/reset/", Handle: wire.Body(c.requestReset)},
		{Method: post, Path: "/api/password/reset/confirm/", Handle: wire.Body(c.confirmReset)},
		{Method: get, Path: "/api/users/", Access: wire.Optional, Handle: c.search},
		{Method: get, Path: "/api/users/{username}/", Access: wire.Optional, Handle: c.profile},
		{Method: put, Path: "/api/users/{username}/", Access: wire.User, Handle: c.editProfile()},
		{Method: patch, Path: "/api/users/{username}/", Access: wire.User, Handle: c.editProfile()},
	}
}
