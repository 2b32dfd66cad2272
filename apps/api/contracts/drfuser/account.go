package drfuser

import (
	"errors"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/contracts/drf"
	"github.com/keyhall/keyhall/apps/api/wire"
)

// register makes an account. It signs nobody in.
func (c contract) register(r *wire.Call, in registerIn, p fault.Problems) (wire.Response, error) {
	rules := r.Scope.Settings().Contracts.DrfUser
	if rules.MobileRequired && in.Mobile == "" && !p.Has("mobile") {
		p.Add("mobile", fault.MobileRequired)
	}
	_, err := c.core.Register(r.Ctx, r.Scope, identity.Registration{
		Username: in.Username, Name: in.Name, Email: in.Email, Mobile: in.Mobile, Password: in.Password,
		Grammar: identity.Loose, Proof: proofOf(rules), Known: p,
	}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return wire.Created(registeredOut{in.Username, in.Name, in.Email, orNull(in.Mobile)}), nil
}

// proofOf: a destination that was proven by a code before counts as verified; where the tenant wants it so, others are refused.
func proofOf(rules tenants.DrfUserContract) identity.Proof {
	if rules.RegistrationRequiresOTP {
		return identity.ProofNeeded
	}
	return identity.ProofWelcome
}

// login takes a username, an address or a number. A number may have separators, unless somebody is called like that.
func (c contract) login(r *wire.Call, in loginIn) (wire.Response, error) {
	g, err := c.signIn(r, in.Username, in.Password)
	if number, ok := identifier.LooseMobile(in.Username); ok && number != in.Username && errors.Is(err, fault.BadCredentials) {
		g, err = c.signIn(r, number, in.Password)
	}
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(pair(g)), nil
}

func (c contract) signIn(r *wire.Call, name, password string) (identity.Grant, error) {
	return c.core.Login(r.Ctx, r.Scope, identity.Credentials{Identifier: name, Password: password, Want: identity.PersonPair}, r.Client())
}

func pair(g identity.Grant) pairOut { return pairOut{g.Refresh, g.Access, g.Mark} }

// refresh gives a new access token. Clients know no other reason against it than the token.
func (c contract) refresh(r *wire.Call, in refreshIn) (wire.Response, error) {
	g, err := c.core.RefreshPersonPair(r.Ctx, r.Scope, in.Refresh, r.Client())
	if err == nil {
		return wire.OK(accessOut{g.Access}), nil
	}
	switch fault.From(err).Code {
	case fault.AccountInactive, fault.Rejected, fault.PendingApproval, fault.EmailUnverified:
		err = fault.TokenInvalid
	}
	return wire.Response{}, err
}

func (c contract) account(r *wire.Call) (wire.Response, error) {
	return wire.OK(show(r.Actor.User)), nil
}

func (c contract) putAccount(r *wire.Call, in putAccountIn, p fault.Problems) (wire.Response, error) {
	return c.patchAccount(r, patchAccountIn(in), p)
}

// patchAccount changes what is given.
func (c contract) patchAccount(r *wire.Call, in patchAccountIn, p fault.Problems) (wire.Response, error) {
	rules := r.Scope.Settings().Contracts.DrfUser
	if rules.MobileRequired && in.Mobile != nil && *in.Mobile == "" {
		p.Add("mobile", fault.MobileRequired)
	}
	u, err := c.core.ChangeAccount(r.Ctx, r.Scope, r.Actor, identity.AccountChange{
		Username: in.Username, Name: in.Name, Email: in.Email, Mobile: in.Mobile, Password: in.Password,
		Grammar: identity.Loose, Proof: proofOf(rules), Known: p,
	}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(show(u)), nil
}

// isUnique answers in the reference's envelope, also about its own fields.
func (c contract) isUnique(r *wire.Call, in isUniqueIn, p fault.Problems) (wire.Response, error) {
	if err := p.Err(); err != nil {
		return enveloped(style.Render(r, fault.From(err)))
	}
	free, err := c.core.IsFree(r.Ctx, r.Scope, in.Prop, in.Value, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(isUniqueOut{Data: [2]any{uniqueOut{free}, 200}, Unique: free}), nil
}

const maxImage = 5 << 20

func (c contract) uploadImage(r *wire.Call, in uploadIn) (wire.Response, error) {
	_, err := c.core.SetPicture(r.Ctx, r.Scope, r.Actor, identity.Picture{
		Name: in.Image.Name, Bytes: in.Image.Bytes, Check: identity.ByBoth, MaxBytes: maxImage,
	}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return wire.Created(drf.DetailOut{Detail: "Profile Image Uploaded."}), nil
}
