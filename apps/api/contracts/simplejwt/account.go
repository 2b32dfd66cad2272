package simplejwt

import (
	"errors"
	"strings"
	"unicode"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// create makes an account. It signs nobody in.
func (c contract) create(r *wire.Call, in createIn, p fault.Problems) (wire.Response, error) {
	checkUsername(&p, &in.Username)
	birthday(p)
	g, err := c.core.Register(r.Ctx, r.Scope, identity.Registration{
		Username: in.Username, UsernameRequired: true, Email: in.Email, Password: in.Password, AnyPassword: true,
		FirstName: in.FirstName, LastName: in.LastName, Profile: in.profile(), Known: p,
	}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return wire.Created(createdOut{
		Username: g.User.Username, Email: g.User.Email, FirstName: g.User.FirstName, LastName: g.User.LastName,
		Location: orEmpty(in.Location), Birthday: in.Birthday,
	}), nil
}

// profile is nil when nothing was told.
func (i createIn) profile() *identity.Profile {
	if i.Location == nil && i.Birthday == nil {
		return nil
	}
	return &identity.Profile{Location: i.Location, BirthDate: i.Birthday}
}

const longestUsername = 150

// checkUsername asks for letters, digits and underscores, not digits alone: less than the core takes. Both complaints
// can come together, so they are not left to it.
func checkUsername(p *fault.Problems, name *string) {
	before := len(*p)
	if *name != "" && !wellFormed(*name) {
		p.Add("username", fault.BadUsername)
	}
	if len([]rune(*name)) > longestUsername {
		p.Add("username", fault.TooLong, "limit", longestUsername)
	}
	if len(*p) > before {
		*name = ""
	}
}

func wellFormed(name string) bool {
	strange := func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsNumber(c) }
	return !strings.ContainsFunc(name, strange) && strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsDigit(c) })
}

// birthday: a date that is no text has the wrong format too.
func birthday(p fault.Problems) {
	for i, f := range p {
		if f.Name == "birth_date" && f.Code == fault.NotString {
			p[i].Code = fault.BadDate
		}
	}
}

// obtain signs in by username alone.
func (c contract) obtain(r *wire.Call, in obtainIn) (wire.Response, error) {
	g, err := c.core.Login(r.Ctx, r.Scope, identity.Credentials{Username: in.Username, Password: in.Password, Want: identity.UserIDPair}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(pairOut{g.Refresh, g.Access}), nil
}

// refresh trades a refresh token for a new pair. The reference does not look at the account, so its clients know no other
// reason than the token.
func (c contract) refresh(r *wire.Call, in refreshIn) (wire.Response, error) {
	g, err := c.core.RefreshUserIDPair(r.Ctx, r.Scope, in.Refresh, r.Client())
	if err == nil {
		return wire.OK(pairOut{g.Refresh, g.Access}), nil
	}
	switch fault.From(err).Code {
	case fault.AccountInactive, fault.Rejected, fault.PendingApproval, fault.EmailUnverified:
		err = fault.TokenInvalid
	}
	return wire.Response{}, err
}

func (c contract) requestReset(r *wire.Call, in resetIn) (wire.Response, error) {
	if err := c.core.RequestResetOfAccount(r.Ctx, r.Scope, in.Email, r.Client()); err != nil {
		return wire.Response{}, err
	}
	return wire.OK(statusOut{"OK"}), nil
}

// confirmReset sets a password by the token alone, which may come in the joined form in which the mail shows it:
// <uid>-<token>. A token that is not good is not there.
func (c contract) confirmReset(r *wire.Call, in confirmIn) (wire.Response, error) {
	err := c.core.ConfirmReset(r.Ctx, r.Scope, identity.ResetConfirmation{ByToken: true, Token: bare(in.Token), Password: in.Password}, r.Client())
	if errors.Is(err, fault.ResetTokenInvalid) {
		return wire.Response{}, fault.KeyInvalid
	}
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(statusOut{"OK"}), nil
}

// bare takes the uid off: what is left has one dash.
func bare(token string) string {
	if _, rest, _ := strings.Cut(token, "-"); strings.Contains(rest, "-") {
		return rest
	}
	return token
}
