package restauth

import (
	"net/http"
	"slices"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/contracts/drf"
	"github.com/keyhall/keyhall/apps/api/wire"
)

// Values of the setting login_method.
const (
	byUsername = "username"
	byEmail    = "email"
)

// login takes what one client in the wild sends: the same text as username and as e-mail.
func (c contract) login(r *wire.Call, in loginIn, p fault.Problems) (wire.Response, error) {
	method := r.Scope.Settings().Contracts.RestAuth.LoginMethod
	if in.Username != "" && method != byEmail {
		p = slices.DeleteFunc(p, func(f fault.Field) bool { return f.Code == fault.BadEmail })
	}
	if err := p.Err(); err != nil {
		return wire.Response{}, err
	}
	cr, err := in.credentials(method)
	if err != nil {
		return wire.Response{}, err
	}
	cr.Want = drf.Want(r)
	g, err := c.core.Login(r.Ctx, r.Scope, cr, r.Client())
	return drf.SignedIn(r, http.StatusOK, g), err
}

// credentials picks the name to sign in with. Where both are allowed the e-mail wins, and a username may be an e-mail.
func (l loginIn) credentials(method string) (identity.Credentials, error) {
	switch {
	case l.Email != "" && method != byUsername:
		return identity.Credentials{Email: l.Email, Password: l.Password}, nil
	case l.Username != "" && method != byEmail:
		return identity.Credentials{Username: l.Username, AnyName: method != byUsername, Password: l.Password}, nil
	default:
		return identity.Credentials{}, fault.IdentifierMissing.With("method", method)
	}
}

// logoutOnGet is there for the tenants that ask for it. The reference lists GET in Allow even where it is off.
func (c contract) logoutOnGet(r *wire.Call) (wire.Response, error) {
	if !r.Scope.Settings().Contracts.RestAuth.LogoutOnGet {
		return wire.Response{}, fault.MethodUnknown.With("method", http.MethodGet)
	}
	return c.accounts.Logout(r)
}

func (c contract) register() wire.Handler {
	full := wire.Collect(c.signUp)
	bare := wire.Collect(func(r *wire.Call, in registerBareIn, p fault.Problems) (wire.Response, error) {
		return c.signUp(r, registerIn(in), p)
	})
	return func(r *wire.Call) (wire.Response, error) {
		if r.Scope.Settings().Contracts.RestAuth.EmailRequired {
			return full(r)
		}
		return bare(r)
	}
}

func (c contract) signUp(r *wire.Call, in registerIn, p fault.Problems) (wire.Response, error) {
	g, err := c.core.Register(r.Ctx, r.Scope, identity.Registration{
		Username: in.Username, Email: in.Email, Password: in.Password1,
		Again: &in.Password2, Known: p, Want: drf.Want(r),
	}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return drf.SignedUp(r, g), nil
}

func (c contract) confirmReset(r *wire.Call, in confirmResetIn) (wire.Response, error) {
	return c.accounts.ConfirmReset(r, in.UID, in.Token, in.NewPassword1, in.NewPassword2)
}
