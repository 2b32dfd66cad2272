package coach

import (
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

// loginIn takes the documented table, which is the registration's, and what real clients send.
type loginIn struct {
	Username  string  `json:"username" wire:"blank"`
	Email     string  `json:"email" validate:"django_email" wire:"blank"`
	Password  *string `json:"password" wire:"blank,secret"`
	Password1 string  `json:"password1" wire:"blank,secret"`
	Password2 *string `json:"password2" wire:"blank,secret"`
}

type registerIn struct {
	Username  string `json:"username" validate:"required,max=150"`
	Email     string `json:"email" validate:"required,max=254,django_email"`
	Password1 string `json:"password1" core:"password" validate:"required" wire:"secret"`
	Password2 string `json:"password2" validate:"required" wire:"secret"`
	UserType  int64  `json:"userType" core:"user_type" validate:"oneof=0 1" wire:"nullable"`
}

type confirmResetIn struct {
	Password1 string `json:"password1" alias:"new_password1" validate:"required,max=128" wire:"secret"`
	Password2 string `json:"password2" alias:"new_password2" core:"password,password_again" validate:"required,max=128" wire:"secret"`
	UID       string `json:"uid" validate:"required"`
	Token     string `json:"token" validate:"required"`
}

type userOut struct {
	PK       int64    `json:"pk"`
	Username string   `json:"username"`
	Email    string   `json:"email"`
	Approved bool     `json:"approved"`
	Group    groupOut `json:"group"`
	Avatar   string   `json:"avatar"`
}

type groupOut struct {
	ID          int64    `json:"id"`
	Name        string   `json:"name"`
	Permissions []string `json:"permissions"`
}

// show gives the powers in force: a coach nobody has approved yet is in the group but has none of its permissions.
func show(in *tenants.Scope, u identity.User) any {
	return userOut{u.ID, u.Username, u.Email, u.Approved(), groupOut{u.Group.ID, u.Group.Name, u.Permissions()}, u.AvatarURL(in)}
}
