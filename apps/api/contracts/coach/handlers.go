package coach

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/contracts/drf"
	"github.com/keyhall/keyhall/apps/api/wire"
)

func (c contract) register(r *wire.Call, in registerIn, p fault.Problems) (wire.Response, error) {
	userType := identity.TypeUser
	if in.UserType == 1 {
		userType = identity.TypeCoach
	}
	g, err := c.core.Register(r.Ctx, r.Scope, identity.Registration{
		Username: in.Username, Email: in.Email, Password: in.Password1,
		Again: &in.Password2, Type: userType, Known: p, Want: identity.Opaque,
	}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return drf.SignedUp(r, g), nil
}

// login takes every name that is given. An e-mail that is none gives way to a username.
func (c contract) login(r *wire.Call, in loginIn, p fault.Problems) (wire.Response, error) {
	if in.Username != "" {
		p = slices.DeleteFunc(p, func(f fault.Field) bool { return f.Code == fault.BadEmail })
	}
	password := in.password(&p)
	if err := p.Err(); err != nil {
		return wire.Response{}, err
	}
	if in.Email == "" && in.Username == "" {
		return wire.Response{}, fault.IdentifierMissing.With("method", "username_email")
	}
	byEmail := identity.Credentials{Email: in.Email, Password: password, Want: identity.Opaque}
	byName := identity.Credentials{Username: in.Username, AnyName: true, Password: password, Want: identity.Opaque}
	g, err := c.firstOf(r, byEmail, byName)
	return drf.SignedIn(r, http.StatusOK, g), err
}

// firstOf tries the credentials that name somebody, in order; a bad sign-in passes on to the next.
func (c contract) firstOf(r *wire.Call, all ...identity.Credentials) (g identity.Grant, err error) {
	for _, cr := range all {
		if cr.Email == "" && cr.Username == "" {
			continue
		}
		g, err = c.core.Login(r.Ctx, r.Scope, cr, r.Client())
		if !errors.Is(err, fault.BadCredentials) {
			return g, err
		}
	}
	return g, err
}

// password is the one of the real clients, else the documented pair, whose second half has to agree if it is there.
func (l loginIn) password(p *fault.Problems) string {
	switch {
	case l.Password != nil && strings.TrimSpace(*l.Password) != "":
		return *l.Password
	case p.Has("password"):
	case l.Password1 == "" && l.Password != nil:
		p.Add("password", fault.Blank)
	case l.Password1 == "":
		p.Add("password", fault.Required)
	case len(*p) == 0 && l.Password2 != nil && *l.Password2 != l.Password1:
		p.Add("", fault.PasswordsDiffer)
	}
	return l.Password1
}

// confirmReset also takes the joined form in which the mail shows the secret: <uid>-<token>.
func (c contract) confirmReset(r *wire.Call, in confirmResetIn) (wire.Response, error) {
	token := strings.TrimPrefix(in.Token, in.UID+"-")
	return c.accounts.ConfirmReset(r, in.UID, token, in.Password1, in.Password2)
}
