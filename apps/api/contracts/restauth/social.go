package restauth

import (
	"net/http"
	"strconv"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/social"

	"github.com/keyhall/keyhall/apps/api/contracts/drf"
	"github.com/keyhall/keyhall/apps/api/wire"
)

type twitterIn struct {
	AccessToken string `json:"access_token" validate:"required" wire:"secret"`
	TokenSecret string `json:"token_secret" validate:"required" wire:"secret"`
}

func (t twitterIn) proof() social.Proof {
	return social.Proof{AccessToken: t.AccessToken, TokenSecret: t.TokenSecret}
}

func (c contract) twitter(r *wire.Call, in twitterIn) (wire.Response, error) {
	return c.accounts.SignInSocially(r, identity.SocialLogin{Provider: "twitter", Proof: in.proof()})
}

// connect answers with a key, as the reference does.
func (c contract) connect(provider string) wire.Handler {
	return wire.Body(func(r *wire.Call, in drf.SocialIn) (wire.Response, error) {
		return c.connected(r, provider, in.Proof())
	})
}

func (c contract) connectTwitter(r *wire.Call, in twitterIn) (wire.Response, error) {
	return c.connected(r, "twitter", in.proof())
}

func (c contract) connected(r *wire.Call, provider string, proof social.Proof) (wire.Response, error) {
	if _, err := c.core.ConnectSocial(r.Ctx, r.Scope, r.Actor, provider, proof, r.Client()); err != nil {
		return wire.Response{}, err
	}
	g, err := c.core.ReconnectGrant(r.Ctx, r.Scope, r.Actor, identity.Opaque, r.Client())
	return drf.SignedIn(r, http.StatusOK, g), err
}

type socialAccountOut struct {
	ID         int64     `json:"id"`
	Provider   string    `json:"provider"`
	UID        string    `json:"uid"`
	LastLogin  time.Time `json:"last_login"`
	DateJoined time.Time `json:"date_joined"`
}

func (c contract) socialAccounts(r *wire.Call) (wire.Response, error) {
	all, err := c.core.SocialIdentities(r.Ctx, r.Scope, r.Actor.User.ID)
	out := []socialAccountOut{}
	for _, one := range all {
		out = append(out, socialAccountOut{one.ID, one.Provider, one.Subject, one.LastLoginAt.UTC(), one.CreatedAt.UTC()})
	}
	return wire.OK(out), err
}

func (c contract) disconnect(r *wire.Call) (wire.Response, error) {
	id, err := strconv.ParseInt(r.Param("id"), 10, 64)
	if err != nil {
		return wire.Response{}, fault.PathUnknown
	}
	if err := c.core.DisconnectSocial(r.Ctx, r.Scope, r.Actor.By(), r.Actor.User.ID, id, r.Client()); err != nil {
		return wire.Response{}, err
	}
	return drf.Said("The social account has been disconnected.")
}
