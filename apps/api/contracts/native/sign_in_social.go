package native

import (
	"net/http"
	"strconv"
	"time"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/social"
)

type providerLink struct {
	Provider string `json:"provider"`
	StartURL string `json:"start_url"`
}

// providers lists with whom one can sign in. Where to: a page, for a browser has to be known when it comes back.
func (n contract) providers(c *wire.Call) (wire.Response, error) {
	all := listing[providerLink]{Data: []providerLink{}}
	for _, name := range tenants.SocialProviderNames {
		if c.Scope.Settings().Social.Providers.Named(name) != nil {
			all.Data = append(all.Data, providerLink{name, c.Scope.Base() + "/pages/social/" + name})
		}
	}
	return wire.OK(all), nil
}

// proofIn is what an app has from a provider.
type proofIn struct {
	AccessToken  string `json:"access_token" wire:"secret" validate:"max=8192"`
	TokenSecret  string `json:"token_secret" wire:"secret" validate:"max=300"`
	IDToken      string `json:"id_token" wire:"secret" validate:"max=8192"`
	Nonce        string `json:"nonce" validate:"max=300"`
	Code         string `json:"code" wire:"secret" validate:"max=2048"`
	CodeVerifier string `json:"code_verifier" wire:"secret" validate:"max=128"`
	RedirectURI  string `json:"redirect_uri" validate:"max=300"`
}

func (i proofIn) proof() social.Proof {
	return social.Proof{
		AccessToken: i.AccessToken, TokenSecret: i.TokenSecret, IDToken: i.IDToken, Nonce: i.Nonce,
		Code: i.Code, Verifier: i.CodeVerifier, CallbackURL: i.RedirectURI,
	}
}

type socialSignInIn struct {
	Provider string `json:"provider" validate:"required,max=40"`
	proofIn
	UserType string `json:"user_type" validate:"oneof=user coach"`
}

func (n contract) signInByProvider(c *wire.Call, in socialSignInIn) (wire.Response, error) {
	g, err := n.Core.SocialSignIn(c.Ctx, c.Scope, identity.SocialLogin{Provider: in.Provider, Proof: in.proof(), Type: in.UserType, Want: identity.Pair}, c.Client())
	return wire.OK(showTokens(c.Scope, g)), err
}

type socialConfirmIn struct {
	Key          string `json:"key" validate:"required,max=200"`
	CodeVerifier string `json:"code_verifier" wire:"secret" validate:"required,max=128"`
	UserType     string `json:"user_type" validate:"oneof=user coach"`
}

func (n contract) confirmProviderSignIn(c *wire.Call, in socialConfirmIn) (wire.Response, error) {
	key := identity.SocialKey{Key: in.Key, Verifier: in.CodeVerifier}
	g, err := n.Core.SocialSignInByKey(c.Ctx, c.Scope, key, identity.SocialLogin{Type: in.UserType, Want: identity.Pair}, c.Client())
	return wire.OK(showTokens(c.Scope, g)), err
}

// socialIdentityOut is an account elsewhere. Its id is a number, by which it is disconnected.
type socialIdentityOut struct {
	ID          int64     `json:"id"`
	Provider    string    `json:"provider"`
	Issuer      string    `json:"issuer"`
	Subject     string    `json:"subject"`
	Email       *string   `json:"email"`
	ConnectedAt time.Time `json:"connected_at"`
	LastLoginAt time.Time `json:"last_login_at"`
}

func showIdentity(one identity.SocialIdentity) socialIdentityOut {
	return socialIdentityOut{one.ID, one.Provider, one.Issuer, one.Subject, orNull(one.Email), one.CreatedAt.UTC(), one.LastLoginAt.UTC()}
}

func (n contract) mySocial(c *wire.Call) (wire.Response, error) {
	all, err := n.Core.SocialIdentities(c.Ctx, c.Scope, c.Actor.User.ID)
	return wire.OK(listing[socialIdentityOut]{each(all, showIdentity)}), err
}

type connectIn struct {
	Key      string `json:"key" validate:"max=200"`
	Provider string `json:"provider" validate:"max=40"`
	proofIn
}

func (n contract) connectMySocial(c *wire.Call, in connectIn) (wire.Response, error) {
	var one identity.SocialIdentity
	var err error
	switch {
	case in.Key != "":
		one, err = n.Core.ConnectSocialByKey(c.Ctx, c.Scope, c.Actor, identity.SocialKey{Key: in.Key, Verifier: in.CodeVerifier}, c.Client())
	case in.Provider == "":
		err = fault.Required.On("provider")
	default:
		one, err = n.Core.ConnectSocial(c.Ctx, c.Scope, c.Actor, in.Provider, in.proof(), c.Client())
	}
	return wire.OK(showIdentity(one)), err
}

func (n contract) disconnectMySocial(c *wire.Call) (wire.Response, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return wire.Response{}, fault.PathUnknown
	}
	return wire.NoContent(), n.Core.DisconnectSocial(c.Ctx, c.Scope, c.Actor.By(), c.Actor.User.ID, id, c.Client())
}

// connectionOut is an account elsewhere as an administrator sees it: he is told beforehand when it has to stay.
type connectionOut struct {
	socialIdentityOut
	LastWayIn bool `json:"last_way_in"`
}

func (n contract) userSocial(c *wire.Call) (wire.Response, error) {
	id, err := numberParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	all, err := n.Core.Connections(c.Ctx, c.Scope, id)
	return wire.OK(listing[connectionOut]{each(all, func(one identity.Connection) connectionOut {
		return connectionOut{showIdentity(one.SocialIdentity), one.LastWayIn}
	})}), err
}

func (n contract) disconnectUserSocial(c *wire.Call) (wire.Response, error) {
	identity, err := numberParam(c, "identity_id")
	if err != nil {
		return wire.Response{}, err
	}
	return n.aUser(c, wire.NoContent(), func(id int64) error {
		return n.Core.DisconnectSocial(c.Ctx, c.Scope, actorOf(c).By(), id, identity, c.Client())
	})
}

// socialService is the part of the table of /v1 about accounts elsewhere.
func (n contract) socialService() []wire.Route {
	return []wire.Route{
		{Method: http.MethodGet, Path: "/v1/sign-in/social", Handle: n.providers},
		{Method: http.MethodPost, Path: "/v1/sign-in/social", Handle: wire.Body(n.signInByProvider)},
		{Method: http.MethodPost, Path: "/v1/sign-in/social/confirm", Handle: wire.Body(n.confirmProviderSignIn)},
		{Method: http.MethodGet, Path: "/v1/me/social", Access: wire.User, Handle: n.mySocial},
		{Method: http.MethodPost, Path: "/v1/me/social", Access: wire.User, Handle: wire.Body(n.connectMySocial)},
		{Method: http.MethodDelete, Path: "/v1/me/social/{id}", Access: wire.User, Handle: n.disconnectMySocial},
	}
}
