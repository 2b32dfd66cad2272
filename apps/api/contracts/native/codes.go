package native

import (
	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
)

type destinationIn struct {
	Destination string `json:"destination" validate:"required,max=254"`
}

// requestCode sends a code to sign in with.
func (n contract) requestCode(c *wire.Call, in destinationIn) (wire.Response, error) {
	to, ok := identity.ReadDestination(in.Destination)
	if !ok {
		return wire.Response{}, fault.BadDestination.On("destination")
	}
	return accepted(), n.Core.SendCode(c.Ctx, c.Scope, to, identity.ForSignIn, c.Client())
}

type codeSignInIn struct {
	Destination string `json:"destination" validate:"required,max=254"`
	Code        string `json:"code" wire:"secret" validate:"required,max=10"`
}

func (n contract) signInByCode(c *wire.Call, in codeSignInIn) (wire.Response, error) {
	to, ok := identity.ReadDestination(in.Destination)
	if !ok {
		return wire.Response{}, fault.BadDestination.On("destination")
	}
	g, err := n.Core.LoginByCode(c.Ctx, c.Scope, to, in.Code, identity.Pair, c.Client())
	return wire.OK(showTokens(c.Scope, g)), err
}

func (n contract) requestSignInLink(c *wire.Call, in emailIn) (wire.Response, error) {
	return accepted(), n.Core.RequestSignInLink(c.Ctx, c.Scope, in.Email, c.Client())
}

func (n contract) signInByLink(c *wire.Call, in keyIn) (wire.Response, error) {
	g, err := n.Core.LoginByLink(c.Ctx, c.Scope, in.Key, identity.Pair, c.Client())
	return wire.OK(showTokens(c.Scope, g)), err
}

func (n contract) sendMyEmailCode(c *wire.Call) (wire.Response, error) {
	return accepted(), n.Core.SendEmailCode(c.Ctx, c.Scope, c.Actor, c.Client())
}

type codeProofIn struct {
	Code string `json:"code" wire:"secret" validate:"required,max=10"`
}

func (n contract) confirmMyEmailByCode(c *wire.Call, in codeProofIn) (wire.Response, error) {
	u, err := n.Core.ConfirmEmailByCode(c.Ctx, c.Scope, c.Actor, in.Code, c.Client())
	return wire.OK(showUser(c.Scope, u)), err
}

type mobileIn struct {
	Mobile   string `json:"mobile" validate:"required,max=32"`
	Password string `json:"password" wire:"secret" validate:"required"`
}

func (n contract) changeMyMobile(c *wire.Call, in mobileIn) (wire.Response, error) {
	return accepted(), n.Core.RequestMobile(c.Ctx, c.Scope, c.Actor, in.Mobile, in.Password, c.Client())
}

func (n contract) confirmMyMobile(c *wire.Call, in codeProofIn) (wire.Response, error) {
	u, err := n.Core.ConfirmMobile(c.Ctx, c.Scope, c.Actor, in.Code, c.Client())
	return wire.OK(showUser(c.Scope, u)), err
}
