package drf

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// Accounts are the operations that every descendant of django-rest-auth has in the same words.
type Accounts struct {
	Core *identity.Service
	Show func(*tenants.Scope, identity.User) any // the user object of the contract
}

type keyIn struct {
	Key string `json:"key" validate:"required"`
}

// VerifyEmail spends the key of a confirmation mail. It signs nobody in.
func (a Accounts) VerifyEmail(r *wire.Call, in keyIn) (wire.Response, error) {
	if _, err := a.Core.VerifyEmail(r.Ctx, r.Scope, in.Key, r.Client()); err != nil {
		return wire.Response{}, err
	}
	return Said("ok")
}

type emailIn struct {
	Email string `json:"email" validate:"required,django_email"`
}

// ResendEmail sends a fresh confirmation mail, and answers alike when there is nobody to send it to.
func (a Accounts) ResendEmail(r *wire.Call, in emailIn) (wire.Response, error) {
	if err := a.Core.ResendVerification(r.Ctx, r.Scope, in.Email, r.Client()); err != nil {
		return wire.Response{}, err
	}
	return Said("ok")
}

// RequestReset mails a reset link, and answers alike when there is nobody to send it to.
func (a Accounts) RequestReset(r *wire.Call, in emailIn) (wire.Response, error) {
	if err := a.Core.RequestReset(r.Ctx, r.Scope, in.Email, r.Client()); err != nil {
		return wire.Response{}, err
	}
	return Said("Password reset e-mail has been sent.")
}

// ConfirmReset sets the password with what came back from a reset link.
func (a Accounts) ConfirmReset(r *wire.Call, uid, token, password, again string) (wire.Response, error) {
	err := a.Core.ConfirmReset(r.Ctx, r.Scope, identity.ResetConfirmation{UserID: UserID(uid), Token: token, Password: password, Again: &again}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return Said("Password has been reset with the new password.")
}

// UserID reads the uid of a reset link: base64url (RFC 4648 5) of the decimal id. Padding is tolerated; anything but
// the one way to write an id gives 0, which is nobody.
func UserID(uid string) int64 {
	uid = strings.TrimRight(uid, "=")
	text, err := base64.RawURLEncoding.DecodeString(uid)
	if err != nil {
		return 0
	}
	id, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(id, 10))) != uid {
		return 0
	}
	return id
}

type changeIn struct {
	Old   *string `json:"old_password" validate:"max=128" wire:"secret"`
	New   string  `json:"new_password1" alias:"password1" validate:"required,max=128" wire:"secret"`
	Again string  `json:"new_password2" alias:"password2" core:"password,password_again" validate:"required,max=128" wire:"secret"`
}

// ChangePassword asks for the old password only where the tenant says so, and does not even look at it elsewhere.
func (a Accounts) ChangePassword(r *wire.Call, in changeIn, p fault.Problems) (wire.Response, error) {
	rules := r.Scope.Settings().Contracts.RestAuth
	if !rules.OldPasswordFieldEnabled {
		in.Old, p = nil, without(p, "old_password")
	}
	err := a.Core.ChangePassword(r.Ctx, r.Scope, r.Actor, identity.PasswordChange{
		Old: in.Old, OldRequired: rules.OldPasswordFieldEnabled,
		New: in.New, Again: &in.Again, Known: p, EndOwnSession: rules.LogoutOnPasswordChange,
	}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return Said("New password has been saved.")
}

func without(p fault.Problems, field string) fault.Problems {
	return slices.DeleteFunc(p, func(f fault.Field) bool { return f.Name == field })
}

// Logout ends the caller's session. A caller without one is logged out already.
func (a Accounts) Logout(r *wire.Call) (wire.Response, error) {
	if r.Actor != nil {
		if err := a.Core.Logout(r.Ctx, r.Scope, r.Actor, r.Client()); err != nil {
			return wire.Response{}, err
		}
	}
	out, err := Said("Successfully logged out.")
	out.Cookies = forgetSession(r)
	return out, err
}

// User shows the caller's own account.
func (a Accounts) User(r *wire.Call) (wire.Response, error) {
	return wire.OK(a.Show(r.Scope, r.Actor.User)), nil
}

type putUserIn struct {
	Username  *string `json:"username" validate:"required,django_username,max=150"`
	FirstName *string `json:"first_name" validate:"max=150" wire:"blank"`
	LastName  *string `json:"last_name" validate:"max=150" wire:"blank"`
}

type patchUserIn struct {
	Username  *string `json:"username" validate:"django_username,max=150"`
	FirstName *string `json:"first_name" validate:"max=150" wire:"blank"`
	LastName  *string `json:"last_name" validate:"max=150" wire:"blank"`
}

// PutUser changes the caller's names. A name that is left out stays, but for the username, which has to be there.
func (a Accounts) PutUser(r *wire.Call, in putUserIn, p fault.Problems) (wire.Response, error) {
	return a.PatchUser(r, patchUserIn(in), p)
}

// PatchUser changes those of the caller's names that are given.
func (a Accounts) PatchUser(r *wire.Call, in patchUserIn, p fault.Problems) (wire.Response, error) {
	u, err := a.Core.UpdateProfile(r.Ctx, r.Scope, r.Actor, identity.ProfileChange{
		Username: in.Username, FirstName: in.FirstName,
		LastName: in.LastName, Known: p,
	}, r.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(a.Show(r.Scope, u)), nil
}

// SignedUp answers a registration: with the key if the account may act at once, else with what it waits for. A tenant
// that sends no confirmation mails has nothing to say.
func SignedUp(r *wire.Call, g identity.Grant) wire.Response {
	switch {
	case g.Key != "":
		return SignedIn(r, 201, g)
	case r.Scope.Settings().Email.Verification == "none":
		return wire.Created(struct{}{})
	default:
		return wire.Created(DetailOut{"Verification e-mail sent."})
	}
}
