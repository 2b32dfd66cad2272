// Package fittrackee is the contract of FitTrackee's accounts, a Flask server: /api/auth/..., one long-lived JWT, envelopes
// with a status and a message, HTTP dates, and pictures below /api/users/. It translates; the rules are in
// tenants/identity. NOTES.md tells what its document leaves open and what was chosen.
package fittrackee

import (
	"net/http"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

type contract struct{ core *identity.Service }

// New makes the contract on a core.
func New(core *identity.Service) wire.Contract {
	c := contract{core}
	return wire.Contract{
		Name:    "fittrackee",
		Owns:    []string{"/api/auth/"},
		Routes:  c.routes(),
		Enabled: func(s *tenants.Settings) bool { return s.Contracts.FitTrackee.Enabled },
		Admit:   c.admit,
		Dialect: wire.Dialect{Render: render, JSON: true, Methods: true},
	}
}

const (
	maxPicture = 1 << 20 // bytes
	// maxUpload is read before the file's name and size are looked at, in this order.
	maxUpload = 4 << 20
)

func (c contract) routes() []wire.Route {
	const get, post, del = http.MethodGet, http.MethodPost, http.MethodDelete
	return []wire.Route{
		{Method: post, Path: "/api/auth/register", Handle: c.register()},
		{Method: post, Path: "/api/auth/login", Handle: wire.Body(c.login)},
		{Method: get, Path: "/api/auth/logout", Access: wire.User, Handle: c.logout, Changes: true},
		{Method: post, Path: "/api/auth/logout", Access: wire.User, Handle: c.logout},
		{Method: get, Path: "/api/auth/profile", Access: wire.User, Handle: c.profile},
		{Method: post, Path: "/api/auth/profile/edit", Access: wire.User, Handle: wire.Body(c.edit)},
		{Method: post, Path: "/api/auth/picture", Access: wire.User, Handle: c.setPicture(), MaxFile: maxPicture, MaxBody: maxUpload},
		{Method: del, Path: "/api/auth/picture", Access: wire.User, Handle: c.removePicture},
		{Method: get, Path: "/api/users/{user}/picture", Handle: c.picture},
	}
}
