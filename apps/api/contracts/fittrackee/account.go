package fittrackee

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// register looks whether anybody may sign up before it looks at the body, as the reference does.
func (c contract) register() wire.Handler {
	register := wire.Body(c.signUp)
	return func(r *wire.Call) (wire.Response, error) {
		if !r.Scope.Settings().Registration.Open {
			return wire.Response{}, fault.RegistrationClosed
		}
		return register(r)
	}
}

func (c contract) signUp(r *wire.Call, raw json.RawMessage) (wire.Response, error) {
	in, ok := read(raw)
	username, isName := in.text("username")
	email, isEmail := in.text("email")
	password, isPassword := in.text("password")
	again, isAgain := in.text("password_conf")
	if !ok || !isName || !isEmail || !isPassword || !isAgain {
		return wire.Response{}, fault.NoData
	}
	zone := r.Scope.Settings().Contracts.FitTrackee.Timezone
	g, err := c.core.Register(r.Ctx, r.Scope, identity.Registration{
		Username: username, Email: email, Password: password, AnyPassword: true, Grammar: identity.Loose,
		Profile: &identity.Profile{Timezone: &zone}, Want: identity.LoneJWT,
		Known: complaints(r.Scope, username, email, password, again),
	}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return wire.Created(tokenOut{g.Access, "Successfully registered.", success}), nil
}

// address is what the reference takes for an e-mail address; it also bounds its length.
var address = regexp.MustCompile(`\A[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+\z`)

const longestAddress = 120

// complaints are those of the document, in its order; they are stricter than the core's.
func complaints(in *tenants.Scope, username, email, password, again string) (p fault.Problems) {
	if n := utf8.RuneCountInString(username); n < 3 || n > 12 || strings.Contains(username, "/") {
		p.Add("username", fault.BadUsername)
	}
	if !address.MatchString(email) || len(email) > longestAddress {
		p.Add("email", fault.BadEmail)
	}
	return append(p, passwordComplaints(in, password, again)...)
}

// leastPassword is the document's; a tenant may ask for more.
const leastPassword = 8

func passwordComplaints(in *tenants.Scope, password, again string) (p fault.Problems) {
	if password != again {
		p.Add("password_again", fault.PasswordsDiffer)
	}
	if least := max(leastPassword, in.Settings().Password.MinLength); utf8.RuneCountInString(password) < least {
		p.Add("password", fault.PasswordShort, "limit", least)
	}
	return p
}

// login signs in by e-mail alone. Whatever is missing or of a wrong type is as wrong as a wrong password; clients of the
// document's words send the password as its confirmation.
func (c contract) login(r *wire.Call, raw json.RawMessage) (wire.Response, error) {
	in, ok := read(raw)
	if !ok {
		return wire.Response{}, fault.NoData
	}
	email, _ := in.text("email")
	password, _ := in.text("password")
	if _, given := in["password"]; !given {
		password, _ = in.text("password_conf")
	}
	if email == "" || password == "" {
		return wire.Response{}, fault.BadCredentials
	}
	g, err := c.core.Login(r.Ctx, r.Scope, identity.Credentials{Email: email, Password: password, Want: identity.LoneJWT}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(tokenOut{g.Access, "Successfully logged in.", success}), nil
}

func (c contract) logout(r *wire.Call) (wire.Response, error) {
	if err := c.core.Logout(r.Ctx, r.Scope, r.Actor, r.Client()); err != nil {
		return wire.Response{}, err
	}
	return wire.OK(saidOut{"Successfully logged out.", success}), nil
}
