package wording

import (
	"strings"

	"github.com/keyhall/keyhall/internal/link"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
)

// The hosted pages. They work without JavaScript, so their keys are in the query: no Referer leaves them, nothing logs
// them here, and nothing happens before somebody presses a button.
const (
	verifyPage = hosted + "verify-email?key={key}"
	changePage = hosted + "change-email?key={key}"
	signInPage = hosted + "sign-in-link?key={key}"
	resetPage  = hosted + "reset-password?uid={uid}&token={token}"
	hosted     = "{base}/pages/"

	// The page of the admin UI is a program anyway; behind the # no server gets to see the key.
	invitePage = "{base}/invitation#token={key}"
	queuePage  = "{base}/tenants/{slug}/approvals"
)

// Link makes the address that a message is about, from the tenant's template or to the hosted page; empty for
// messages without one. Data has "key", or "uid" and "token". Nothing of a request goes into it.
func Link(in *tenants.Scope, kind message.Kind, data map[string]any) (string, error) {
	own, base := in.Settings().Links, in.Base()
	var template string
	switch kind {
	case message.VerifyEmail:
		template = or(own.VerifyEmail, verifyPage)
	case message.EmailChange:
		template = or(own.ChangeEmail, changePage)
	case message.SignInLink:
		template = or(own.SignIn, signInPage)
	case message.PasswordReset, message.UserInvitation:
		template = or(own.ResetPassword, resetPage)
	case message.AdminInvitation:
		base = in.PublicURL() + "/admin"
		if template = invitePage; data["key"] == nil {
			template = "{base}/" // who administers another tenant has a password already
		}
	case message.ApprovalsWaiting:
		base, template = in.PublicURL()+"/admin", queuePage
	default:
		return "", nil
	}
	values := map[string]string{"base": base, "slug": in.Slug()}
	for _, name := range []string{"key", "uid", "token"} {
		values[name], _ = data[name].(string)
	}
	address, err := link.Fill(template, values)
	if err == nil && strings.HasPrefix(template, hosted) {
		address += language(data)
	}
	return address, err
}

// language lets a hosted page speak as the account's mails do; a front end of the tenant's own knows better.
func language(data map[string]any) string {
	locale, _ := data["locale"].(string)
	if canonical, ok := message.Canonical(locale); ok {
		return "&lang=" + canonical
	}
	return ""
}

func or(own, standard string) string {
	if own != "" {
		return own
	}
	return standard
}
