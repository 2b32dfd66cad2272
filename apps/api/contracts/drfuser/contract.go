// Package drfuser is the contract of drf-user: /register/, /login/, /account/, /otp/ and so on, at these paths and below
// /api/user/. It translates; the rules are in tenants/identity, the words of the framework in contracts/drf. NOTES.md tells
// what its document leaves open and what was chosen.
package drfuser

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
		Name:    "drfuser",
		Owns:    []string{"/register/", "/login/", "/account/", "/otp/", "/otpreglogin/", "/password/", "/isunique/", "/upload-image/", "/refresh-token/"},
		Routes:  c.routes(),
		Enabled: func(s *tenants.Settings) bool { return s.Contracts.DrfUser.Enabled },
		Admit:   drf.JWT{Core: core, Schemes: []string{"Bearer"}, Forgiving: true}.Admit,
		Dialect: wire.Dialect{Render: render},
	}
}

// mount is where the guide of drf-user puts its paths, and where all of its clients look for them.
const mount = "/api/user"

func (c contract) routes() []wire.Route {
	const get, post, put, patch = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch
	all := []wire.Route{
		{Method: post, Path: "/register/", Handle: wire.Collect(c.register)},
		{Method: post, Path: "/login/", Handle: wire.Body(c.login)},
		{Method: get, Path: "/account/", Access: wire.User, Handle: c.account},
		{Method: put, Path: "/account/", Access: wire.User, Handle: wire.Collect(c.putAccount)},
		{Method: patch, Path: "/account/", Access: wire.User, Handle: wire.Collect(c.patchAccount)},
		{Method: post, Path: "/otp/", Access: wire.Optional, Handle: wire.Collect(c.otp)},
		{Method: post, Path: "/otpreglogin/", Handle: wire.Collect(c.otpRegLogin)},
		{Method: post, Path: "/password/reset/", Handle: wire.Collect(c.reset)},
		{Method: post, Path: "/isunique/", Handle: wire.Collect(c.isUnique)},
		{Method: post, Path: "/upload-image/", Access: wire.User, Handle: wire.Body(c.uploadImage), MaxFile: maxImage},
		{Method: post, Path: "/refresh-token/", Handle: wire.Body(c.refresh)},
	}
	for i, r := range all {
		all[i].Aliases = []string{mount + r.Path}
	}
	return all
}
