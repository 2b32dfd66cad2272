package drfuser

import (
	"encoding/json"

	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// The core checks names, addresses and numbers, by a wider grammar than the framework's.

type registerIn struct {
	Username string `json:"username" validate:"required"`
	Name     string `json:"name" validate:"required"`
	Email    string `json:"email" validate:"required"`
	Mobile   string `json:"mobile" wire:"nullable,blank"`
	Password string `json:"password" validate:"required,max=128" wire:"secret"`
}

// registeredOut has no more: a tenant that hides its accounts must be able to answer for an account it did not make.
type registeredOut struct {
	Username string  `json:"username"`
	Name     string  `json:"name"`
	Email    string  `json:"email"`
	Mobile   *string `json:"mobile"`
}

type loginIn struct {
	Username string `json:"username" validate:"required"`
	Password string `json:"password" validate:"required" wire:"secret"`
}

// pairOut is empty when the account may not act yet.
type pairOut struct {
	Refresh string `json:"refresh_token,omitempty"`
	Access  string `json:"token,omitempty"`
	Session string `json:"session,omitempty"` // the same for as long as the password is
}

type putAccountIn struct {
	Username *string `json:"username" validate:"required"`
	Name     *string `json:"name" validate:"required"`
	Email    *string `json:"email" validate:"required"`
	Mobile   *string `json:"mobile" validate:"required" wire:"clearable"`
	Password *string `json:"password" validate:"required,max=128" wire:"secret"`
}

type patchAccountIn struct {
	Username *string `json:"username"`
	Name     *string `json:"name"`
	Email    *string `json:"email"`
	Mobile   *string `json:"mobile" wire:"clearable"`
	Password *string `json:"password" validate:"max=128" wire:"secret"`
}

type accountOut struct {
	ID          int64   `json:"id"`
	Username    string  `json:"username"`
	Name        string  `json:"name"`
	Email       string  `json:"email"`
	Mobile      *string `json:"mobile"`
	IsSuperuser bool    `json:"is_superuser"`
	IsStaff     bool    `json:"is_staff"`
}

// show gives what the user asked for at once, also while it waits to be proven. Nobody is staff by this interface.
func show(u identity.User) accountOut {
	return accountOut{
		ID: u.ID, Username: u.Username, Name: u.FullName(), Email: firstOf(u.PendingEmail, u.Email),
		Mobile: orNull(firstOf(u.PendingMobile, u.Mobile)),
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

type otpIn struct {
	Destination string          `json:"destination" validate:"required"`
	Email       string          `json:"email"`
	VerifyOTP   json.RawMessage `json:"verify_otp"`
	IsLogin     bool            `json:"is_login"`
}

type sentOut struct {
	Success bool   `json:"success"`
	Message string `json:"message"`
}

type validatedOut struct {
	OTP []string `json:"OTP"`
}

type otpRegLoginIn struct {
	Name      string          `json:"name" validate:"required"`
	Email     string          `json:"email" validate:"required"`
	Mobile    string          `json:"mobile" validate:"required"`
	VerifyOTP json.RawMessage `json:"verify_otp"`
}

type channelOut struct {
	OTP string `json:"otp"`
}

type bothSentOut struct {
	Email  channelOut `json:"email"`
	Mobile channelOut `json:"mobile"`
}

type resetIn struct {
	OTP      json.RawMessage `json:"otp" validate:"required"`
	Email    string          `json:"email" validate:"required"`
	Password string          `json:"password" validate:"required,max=128" wire:"secret"`
}

type resetOut struct {
	Data       string `json:"data"`
	StatusCode int    `json:"status_code"`
}

type isUniqueIn struct {
	Prop  string `json:"prop" validate:"required,oneof=username email mobile"`
	Value string `json:"value" validate:"required"`
}

type uniqueOut struct {
	Unique bool `json:"unique"`
}

// isUniqueOut has the answer where the reference has it, and where a client of the document looks for it.
type isUniqueOut struct {
	Data       [2]any `json:"data"`
	StatusCode *int   `json:"status_code"`
	Unique     bool   `json:"unique"`
}

type uploadIn struct {
	Image wire.File `json:"profile_image" core:"picture" validate:"required"`
}

type refreshIn struct {
	Refresh string `json:"refresh" alias:"refresh_token" validate:"required"`
}

type accessOut struct {
	Token string `json:"token"`
}
