package drf

import (
	"net/http"
	"strings"

	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/social"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// SocialIn is what a client brings from a provider; one of the two is enough, and the token counts.
type SocialIn struct {
	AccessToken string `json:"access_token" wire:"blank,secret"`
	Code        string `json:"code" wire:"blank,secret"`
}

// Proof is what the core takes.
func (s SocialIn) Proof() social.Proof {
	return social.Proof{AccessToken: strings.TrimSpace(s.AccessToken), Code: strings.TrimSpace(s.Code)}
}

// SocialLogin signs in, or up, with an account at a provider.
func (a Accounts) SocialLogin(provider string) wire.Handler {
	return wire.Body(func(r *wire.Call, in SocialIn) (wire.Response, error) {
		return a.SignInSocially(r, identity.SocialLogin{Provider: provider, Proof: in.Proof()})
	})
}

// SignInSocially answers 200 for new and old accounts alike.
func (a Accounts) SignInSocially(r *wire.Call, l identity.SocialLogin) (wire.Response, error) {
	l.Want = Want(r)
	g, err := a.Core.SocialSignIn(r.Ctx, r.Scope, l, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return SignedIn(r, http.StatusOK, g), nil
}
