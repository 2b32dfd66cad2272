package native

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/social"

	"github.com/keyhall/keyhall/apps/api/wire"
)

type providerIn struct {
	ClientID     string      `json:"client_id" validate:"required"`
	ClientSecret string      `json:"client_secret" validate:"required" wire:"secret"`
	CallbackURL  string      `json:"callback_url"`
	AlsoFor      []string    `json:"also_for"`
	TrustEmail   bool        `json:"trust_email"`
	Issuer       string      `json:"issuer"`
	TeamID       string      `json:"team_id"`
	KeyID        string      `json:"key_id"`
	Endpoints    endpointsIn `json:"endpoints"`
}

type endpointsIn struct {
	Authorize string `json:"authorize"`
	Token     string `json:"token"`
	UserInfo  string `json:"userinfo"`
	Inspect   string `json:"inspect"`
	JWKS      string `json:"jwks"`
}

// putProvider replaces the tenant's app at a provider as a whole.
func (n contract) putProvider(c *wire.Call, in providerIn) (wire.Response, error) {
	return n.patchProvider(c, map[string]any{
		"client_id": in.ClientID, "client_secret": in.ClientSecret, "callback_url": in.CallbackURL,
		"also_for": append([]string{}, in.AlsoFor...), "trust_email": in.TrustEmail,
		"issuer": in.Issuer, "team_id": in.TeamID, "key_id": in.KeyID, "endpoints": tenants.SocialEndpoints(in.Endpoints),
	})
}

// deleteProvider ends sign-in by a provider. Who is connected stays connected, and signs in again once it is set up again.
func (n contract) deleteProvider(c *wire.Call) (wire.Response, error) {
	if !slices.Contains(tenants.SocialProviderNames, c.Param("provider")) || c.Scope.Settings().Social.Providers.Named(c.Param("provider")) == nil {
		return wire.Response{}, fault.PathUnknown
	}
	if _, err := n.patchProvider(c, nil); err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), nil
}

func (n contract) patchProvider(c *wire.Call, app map[string]any) (wire.Response, error) {
	name := c.Param("provider")
	if !slices.Contains(tenants.SocialProviderNames, name) {
		return wire.Response{}, fault.PathUnknown
	}
	patch, err := json.Marshal(map[string]any{"social": map[string]any{"providers": map[string]any{name: app}}})
	if err != nil {
		return wire.Response{}, err
	}
	s, err := n.Registry.PatchSettings(c.Ctx, who(c), c.Scope.ID(), patch)
	if err != nil {
		return wire.Response{}, asOwn(err, "social.providers."+name+".")
	}
	return wire.OK(showProvider(s.Settings().Social.Providers.Named(name))), nil
}

type socialTestOut struct {
	Works       bool       `json:"works"`
	CallbackURL string     `json:"callback_url"`
	Checks      []checkOut `json:"checks"`
}

type checkOut struct {
	Name    string        `json:"name"`
	Outcome string        `json:"outcome"`
	Reason  social.Reason `json:"reason,omitempty"`
	Detail  string        `json:"detail,omitempty"`
	Message string        `json:"message"`
}

// tryProvider looks whether a provider that is set up can be signed in with.
func (n contract) tryProvider(c *wire.Call) (wire.Response, error) {
	name := c.Param("provider")
	if c.Scope.Settings().Social.Providers.Named(name) == nil {
		return wire.Response{}, fault.PathUnknown
	}
	out := socialTestOut{Works: true, CallbackURL: c.Scope.Base() + "/pages/social/" + name + "/callback"}
	checks, err := n.Core.TrySocial(c.Ctx, c.Scope, name, out.CallbackURL)
	for _, one := range checks {
		out.Works = out.Works && one.Outcome != social.Failed
		out.Checks = append(out.Checks, checkOut{one.Name, one.Outcome, one.Reason, one.Detail, social.Words(one)})
	}
	return wire.OK(out), err
}

// asOwn gives complaints about settings the path they have in a body that is a part of them.
func asOwn(err error, prefix string) error {
	var p fault.Problems
	if !p.AddErr(err) {
		return err
	}
	for i := range p {
		p[i].Name = strings.TrimPrefix(p[i].Name, prefix)
	}
	return p.Err()
}
