package simplejwt

import (
	"cmp"
	"errors"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// profile shows somebody to anybody, and little of who wants it so.
func (c contract) profile(r *wire.Call) (wire.Response, error) {
	u, err := c.core.UserNamed(r.Ctx, r.Scope, r.Param("username"))
	if err != nil {
		return wire.Response{}, err
	}
	return c.shown(r, u)
}

func (c contract) shown(r *wire.Call, u identity.User) (wire.Response, error) {
	p, err := c.core.Profile(r.Ctx, r.Scope, u.ID)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(show(u, p, r.Actor != nil && r.Actor.User.ID == u.ID)), nil
}

// search finds people by a part of their usernames. Who is private is found too; what is shown of all is the same.
func (c contract) search(r *wire.Call) (wire.Response, error) {
	all, err := c.core.SearchUsernames(r.Ctx, r.Scope, r.Query("query"), r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	list := make([]reducedOut, 0, len(all))
	for _, f := range all {
		list = append(list, reducedOut{f.ID, f.Username, f.Avatar, f.Private})
	}
	if r.Scope.Settings().Contracts.SimpleJWT.SearchEnvelope {
		return wire.OK(resultsOut{list}), nil
	}
	return wire.OK(list), nil
}

// editProfile looks at whose profile it is before it looks at the body. Whether somebody else's exists is not told.
func (c contract) editProfile() wire.Handler {
	edit := wire.Collect(c.edit)
	return func(r *wire.Call) (wire.Response, error) {
		u, err := c.core.UserNamed(r.Ctx, r.Scope, r.Param("username"))
		if err != nil && !errors.Is(err, fault.PathUnknown) {
			return wire.Response{}, err
		}
		if err != nil || u.ID != r.Actor.User.ID {
			return wire.Response{}, fault.NotAllowed
		}
		return edit(r)
	}
}

// edit changes what is given, with PUT as with PATCH.
func (c contract) edit(r *wire.Call, in editIn, p fault.Problems) (wire.Response, error) {
	birthday(p)
	u, err := c.core.UpdateProfile(r.Ctx, r.Scope, r.Actor, identity.ProfileChange{
		FirstName: in.FirstName, LastName: in.LastName, Avatar: in.Avatar, About: in.apply, Known: p,
	}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return c.shown(r, u)
}

func (e editIn) apply(p *identity.Profile) {
	set(&p.FavSport1, e.FavSport1)
	set(&p.FavSport2, e.FavSport2)
	set(&p.FavSport3, e.FavSport3)
	set(&p.Private, e.Privacy)
	p.Bio = cmp.Or(e.Bio, p.Bio)
	p.Location = cmp.Or(e.Location, p.Location)
	p.BirthDate = cmp.Or(e.Birthday, p.BirthDate)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
