package keyhalltest

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

func jwks(c *call) (int, any, *problem) { return 200, json.RawMessage(c.JWKS()), nil }

func signUp(c *call) (int, any, *problem) {
	var in keyhall.SignUp
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	a, wrong := c.add(in, false)
	if wrong != nil {
		return 0, nil, wrong
	}
	c.mail(a, "verify_email")
	u := c.shown(a)
	result := keyhall.SignUpResult{User: &u, VerificationRequired: c.settings.VerificationRequired}
	if c.standing(a) == nil {
		t := c.open(a)
		u = t.User
		result.Tokens = &keyhall.AccessTokens{AccessToken: t.AccessToken, RefreshToken: t.RefreshToken, ExpiresIn: t.ExpiresIn, TokenType: t.TokenType}
	}
	return 201, result, nil
}

func signIn(c *call) (int, any, *problem) {
	var in keyhall.SignIn
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	a := c.byName(in.Identifier)
	if a == nil || a.password == "" || a.password != in.Password || !a.Active {
		return 0, nil, &problem{Status: 401, Code: "bad_credentials", Title: "These credentials are not right."}
	}
	if wrong := c.standing(a); wrong != nil {
		return 0, nil, wrong
	}
	return 200, c.open(a), nil
}

// introspect says of a token whether a call with it would be let in.
func introspect(c *call) (int, any, *problem) {
	form, err := url.ParseQuery(string(c.body))
	if err != nil || form.Get("token") == "" {
		return 0, nil, invalidFields(400, field("token", "required", "This field is required."))
	}
	c.r.Header.Set("Authorization", "Bearer "+form.Get("token"))
	return user(func(c *call) (int, any, *problem) {
		u := c.shown(c.who)
		subject, approved := strconv.FormatInt(u.ID, 10), c.who.Approval != keyhall.ApprovalStatePending && c.who.Approval != keyhall.ApprovalStateRejected
		return 200, keyhall.Introspection{
			Active: true, TokenType: new("Bearer"), Iss: &c.Issuer, Sub: &subject, Aud: &c.Issuer, Sid: &c.sid, Tenant: &c.Slug,
			Username: &u.Username, Email: u.Email, EmailVerified: &u.EmailVerified, Group: &u.Group.Name, Permissions: u.Group.Permissions, Approved: &approved,
		}, nil
	}).or(200, keyhall.Introspection{})(c)
}

// or answers so wherever f says no.
func (f route) or(status int, answer any) route {
	return func(c *call) (int, any, *problem) {
		if got, said, wrong := f(c); wrong == nil {
			return got, said, nil
		}
		return status, answer, nil
	}
}

// refresh takes each refresh token once. One that comes again has been stolen, so its session ends.
func refresh(c *call) (int, any, *problem) {
	var in keyhall.RefreshRequest
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	s := c.Tenant.refresh[in.RefreshToken]
	if s == nil {
		return 0, nil, tokenInvalid
	}
	a := c.byID(s.user)
	if a == nil || !a.has(s.id) {
		return 0, nil, tokenInvalid
	}
	now := c.server.Clock.Now()
	if s.last == in.RefreshToken && now.Sub(s.lastAt) < lostAnswer {
		return 200, s.lastPair, nil
	}
	if s.refresh != in.RefreshToken {
		a.end(s.id)
		return 0, nil, &problem{Status: 401, Code: "token_reused", Title: "This refresh token was used before. Its session has been ended."}
	}
	if wrong := c.standing(a); wrong != nil {
		return 0, nil, wrong
	}
	s.last, s.lastAt = s.refresh, now
	s.lastPair = c.grant(a, s)
	return 200, s.lastPair, nil
}

// lostAnswer is how long the very last refresh token is answered again with the same pair.
const lostAnswer = 10 * time.Second

func confirmEmail(c *call) (int, any, *problem) {
	var in keyhall.EmailKey
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	a := c.byID(c.keys["verify_email "+in.Key])
	if a == nil {
		return 0, nil, &problem{Status: 404, Code: "key_invalid", Title: "This link is not valid any more. Ask for a new one."}
	}
	a.EmailVerified = true
	return 200, c.shown(a), nil
}

func resendVerification(c *call) (int, any, *problem) {
	var in keyhall.EmailOnly
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	if a := c.byName(in.Email); a != nil && !a.EmailVerified {
		c.mail(a, "verify_email")
	}
	return 202, nil, nil
}

func requestReset(c *call) (int, any, *problem) {
	var in keyhall.EmailOnly
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	if a := c.byName(in.Email); a != nil {
		c.mail(a, "password_reset")
	}
	return 202, nil, nil
}

func confirmReset(c *call) (int, any, *problem) {
	var in keyhall.PasswordResetConfirmation
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	id := max(c.keys["password_reset "+in.Token], c.keys["user_invitation "+in.Token])
	a := c.byID(id)
	if a == nil || in.UID != nil && *in.UID != uid(a) {
		return 0, nil, &problem{Status: 400, Code: "reset_token_invalid", Title: "This link is not valid any more. Ask for a new one."}
	}
	if len(in.NewPassword) < minPassword {
		return 0, nil, invalidFields(400, field("new_password", "password_too_short", "Use at least 8 characters."))
	}
	delete(c.keys, "password_reset "+in.Token)
	delete(c.keys, "user_invitation "+in.Token)
	a.password, a.sessions, a.InvitedUntil = in.NewPassword, nil, nil
	c.mail(a, "password_changed")
	return 204, nil, nil
}

// uid is the user's number as links carry it.
func uid(a *account) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(a.ID, 10)))
}

func signOut(c *call) (int, any, *problem) {
	c.who.end(c.sid)
	return 204, nil, nil
}

func getMe(c *call) (int, any, *problem) { return 200, c.shown(c.who), nil }

func patchMe(c *call) (int, any, *problem) {
	var in keyhall.MePatch
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	return c.patch(c.who, keyhall.UserPatch{FirstName: in.FirstName, LastName: in.LastName, Locale: in.Locale, Username: in.Username})
}

func deleteMe(c *call) (int, any, *problem) {
	var in keyhall.PasswordProof
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	if in.Password != c.who.password {
		return 0, nil, invalidFields(400, field("password", "password_wrong", "This is not your present password."))
	}
	c.remove(c.who)
	return 204, nil, nil
}

func changePassword(c *call) (int, any, *problem) {
	var in keyhall.PasswordChange
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	switch {
	case in.CurrentPassword != c.who.password:
		return 0, nil, invalidFields(400, field("current_password", "password_wrong", "This is not your present password."))
	case len(in.NewPassword) < minPassword:
		return 0, nil, invalidFields(400, field("new_password", "password_too_short", "Use at least 8 characters."))
	}
	c.who.password = in.NewPassword
	c.mail(c.who, "password_changed")
	c.who.sessions = slices.DeleteFunc(c.who.sessions, func(id string) bool { return id != c.sid })
	return 204, nil, nil
}

func endOthers(c *call) (int, any, *problem) {
	c.who.sessions = slices.DeleteFunc(c.who.sessions, func(id string) bool { return id != c.sid })
	return 204, nil, nil
}
