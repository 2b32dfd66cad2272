package fittrackee

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

func (c contract) profile(r *wire.Call) (wire.Response, error) { return c.shown(r, r.Actor.User, "") }

func (c contract) shown(r *wire.Call, u identity.User, message string) (wire.Response, error) {
	p, err := c.core.Profile(r.Ctx, r.Scope, u.ID)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(dataOut{show(u, p), message, success}), nil
}

// edit changes what is given and leaves what is not. Clients post the whole profile back, so that what nobody may change is
// not even looked at.
func (c contract) edit(r *wire.Call, raw json.RawMessage) (wire.Response, error) {
	in, ok := read(raw)
	if !ok {
		return wire.Response{}, fault.NoData
	}
	e := edition{body: in}
	first, last := e.text("first_name", 80), e.text("last_name", 80)
	about := e.about(first, last)
	ch := identity.ProfileChange{FirstName: name(first), LastName: name(last), About: about, AnyPassword: true}
	password := e.text("password", longestPassword)
	again, _ := in.text("password_conf")
	if e.wrong {
		return wire.Response{}, fault.NoData
	}
	if password.isGiven() {
		ch.Password, ch.Known = password.value, passwordComplaints(r.Scope, *password.value, again)
	}
	u, err := c.core.UpdateProfile(r.Ctx, r.Scope, r.Actor, ch, r.Client())
	if err != nil {
		return wire.Response{}, editRefused(err)
	}
	return c.shown(r, u, "User profile updated.")
}

// longestPassword keeps nobody from a password: the core says what is too long.
const longestPassword = 10_000

// edition reads the members of an edit. One of a wrong type or length makes the whole wrong.
type edition struct {
	body
	wrong bool
}

// member is a text, null, or not there.
type member struct {
	value *string
	there bool
}

func (m member) isGiven() bool { return m.value != nil && *m.value != "" }

func (e *edition) text(name string, limit int) member {
	value, there := e.body[name]
	text, isText := value.(string)
	switch {
	case !there || value == nil:
		return member{nil, there}
	case !isText || utf8.RuneCountInString(text) > limit:
		e.wrong = true
		return member{}
	}
	return member{&text, true}
}

// name is the new name, if there is one. Null and "" both empty it.
func name(m member) *string {
	if m.there && m.value == nil {
		return new(string)
	}
	return m.value
}

// about gives the change to what is not a name.
func (e *edition) about(first, last member) func(*identity.Profile) {
	bio, location := e.text("bio", 200), e.text("location", 80)
	zone, birth := e.text("timezone", 50), e.text("birth_date", len("1980-01-01"))
	return func(p *identity.Profile) {
		bio.into(&p.Bio)
		location.into(&p.Location)
		zone.orNull().into(&p.Timezone)
		birth.orNull().into(&p.BirthDate)
		emptied(&p.BlankFirstName, first)
		emptied(&p.BlankLastName, last)
	}
}

func (m member) into(field **string) {
	if m.there {
		*field = m.value
	}
}

// orNull reads an empty text as null.
func (m member) orNull() member {
	if !m.isGiven() {
		m.value = nil
	}
	return m
}

func emptied(blank *bool, m member) {
	if m.there {
		*blank = m.value != nil && *m.value == ""
	}
}
