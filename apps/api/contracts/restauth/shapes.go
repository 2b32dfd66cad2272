package restauth

import (
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

type loginIn struct {
	Username string `json:"username" wire:"blank"`
	Email    string `json:"email" validate:"django_email" wire:"blank"`
	Password string `json:"password" validate:"required" wire:"secret"`
}

type registerIn struct {
	Username  string `json:"username" validate:"required,max=150"`
	Email     string `json:"email" validate:"required,max=254,django_email"`
	Password1 string `json:"password1" core:"password" validate:"required" wire:"secret"`
	Password2 string `json:"password2" validate:"required" wire:"secret"`
}

// registerBareIn is registerIn for tenants that do not ask for an e-mail address.
type registerBareIn struct {
	Username  string `json:"username" validate:"required,max=150"`
	Email     string `json:"email" validate:"max=254,django_email"`
	Password1 string `json:"password1" core:"password" validate:"required" wire:"secret"`
	Password2 string `json:"password2" validate:"required" wire:"secret"`
}

type confirmResetIn struct {
	NewPassword1 string `json:"new_password1" validate:"required,max=128" wire:"secret"`
	NewPassword2 string `json:"new_password2" core:"password,password_again" validate:"required,max=128" wire:"secret"`
	UID          string `json:"uid" validate:"required"`
	Token        string `json:"token" validate:"required"`
}

type userOut struct {
	PK        int64  `json:"pk"`
	Username  string `json:"username"`
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}

func show(_ *tenants.Scope, u identity.User) any {
	return userOut{u.ID, u.Username, u.Email, u.FirstName, u.LastName}
}
