package native

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/token"
)

// accepted is 202: it will be done, and nothing is told about whether there was anything to do.
func accepted() wire.Response { return wire.Response{Status: http.StatusAccepted} }

type signUpIn struct {
	Username  string  `json:"username" wire:"blank" validate:"max=150"`
	Email     string  `json:"email" validate:"required,max=254,django_email"`
	Password  string  `json:"password" wire:"secret" validate:"required"`
	FirstName string  `json:"first_name" wire:"blank" validate:"max=150"`
	LastName  string  `json:"last_name" wire:"blank" validate:"max=150"`
	UserType  string  `json:"user_type" validate:"oneof=user coach"`
	Locale    *string `json:"locale" wire:"nullable" validate:"max=35,bcp47_language_tag"`
}

type signUpOut struct {
	VerificationRequired bool          `json:"verification_required"`
	User                 *userOut      `json:"user,omitempty"`
	Tokens               *accessTokens `json:"tokens,omitempty"`
}

func (n contract) signUp(c *wire.Call, in signUpIn) (wire.Response, error) {
	g, err := n.Core.Register(c.Ctx, c.Scope, identity.Registration{
		Username: in.Username, Email: in.Email, Password: in.Password, FirstName: in.FirstName, LastName: in.LastName,
		Type: in.UserType, Locale: text(in.Locale), EmailRequired: true, MakeUsername: true, Want: identity.Pair,
	}, c.Client())
	if err != nil {
		return wire.Response{}, err
	}
	rules := c.Scope.Settings()
	out := signUpOut{VerificationRequired: rules.Email.Verification == "mandatory" || rules.Privacy.HideAccountExistence}
	if !rules.Privacy.HideAccountExistence { // there, the answer must not tell a new account from a taken address
		user := showUser(c.Scope, g.User)
		out.User = &user
	}
	if g.Access != "" {
		tokens := showAccess(g)
		out.Tokens = &tokens
	}
	return wire.Created(out), nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

type keyIn struct {
	Key string `json:"key" validate:"required"`
}

type emailIn struct {
	Email string `json:"email" validate:"required,django_email"`
}

func (n contract) confirmEmail(c *wire.Call, in keyIn) (wire.Response, error) {
	u, err := n.Core.VerifyEmail(c.Ctx, c.Scope, in.Key, c.Client())
	return wire.OK(showUser(c.Scope, u)), err
}

func (n contract) resendVerification(c *wire.Call, in emailIn) (wire.Response, error) {
	return accepted(), n.Core.ResendVerification(c.Ctx, c.Scope, in.Email, c.Client())
}

type signInIn struct {
	Identifier string `json:"identifier" validate:"required"`
	Password   string `json:"password" wire:"secret" validate:"required"`
}

func (n contract) signIn(c *wire.Call, in signInIn) (wire.Response, error) {
	g, err := n.Core.Login(c.Ctx, c.Scope, identity.Credentials{Identifier: in.Identifier, Password: in.Password, Want: identity.Pair}, c.Client())
	return wire.OK(showTokens(c.Scope, g)), err
}

type refreshIn struct {
	RefreshToken string `json:"refresh_token" validate:"required"`
}

func (n contract) refresh(c *wire.Call, in refreshIn) (wire.Response, error) {
	g, err := n.Core.Refresh(c.Ctx, c.Scope, in.RefreshToken, c.Client())
	return wire.OK(showTokens(c.Scope, g)), err
}

func (n contract) signOut(c *wire.Call) (wire.Response, error) {
	return wire.NoContent(), n.Core.Logout(c.Ctx, c.Scope, c.Actor, c.Client())
}

func (n contract) requestReset(c *wire.Call, in emailIn) (wire.Response, error) {
	return accepted(), n.Core.RequestReset(c.Ctx, c.Scope, in.Email, c.Client())
}

type confirmResetIn struct {
	UID         *string `json:"uid"`
	Token       string  `json:"token" validate:"required"`
	NewPassword string  `json:"new_password" core:"password" wire:"secret" validate:"required"`
}

func (n contract) confirmReset(c *wire.Call, in confirmResetIn) (wire.Response, error) {
	r := identity.ResetConfirmation{ByToken: in.UID == nil, Token: in.Token, Password: in.NewPassword}
	if in.UID != nil {
		r.UserID = token.UserID(*in.UID)
	}
	return wire.NoContent(), n.Core.ConfirmReset(c.Ctx, c.Scope, r, c.Client())
}

func (n contract) jwks(c *wire.Call) (wire.Response, error) {
	set, err := n.Tokens.JWKS(c.Ctx, c.Scope)
	r := wire.OK(set)
	r.Header = map[string]string{"Cache-Control": "public, max-age=300"}
	return r, err
}

func (n contract) me(c *wire.Call) (wire.Response, error) {
	return wire.OK(showUser(c.Scope, c.Actor.User)), nil
}

type changeMeIn struct {
	Username  *string `json:"username" validate:"max=150"`
	FirstName *string `json:"first_name" wire:"blank" validate:"max=150"`
	LastName  *string `json:"last_name" wire:"blank" validate:"max=150"`
	Locale    *string `json:"locale" wire:"clearable" validate:"max=35,bcp47_language_tag"`
}

func (i changeMeIn) change() identity.ProfileChange {
	return identity.ProfileChange{Username: i.Username, FirstName: i.FirstName, LastName: i.LastName, Locale: i.Locale}
}

func (n contract) changeMe(c *wire.Call, in changeMeIn) (wire.Response, error) {
	u, err := n.Core.UpdateProfile(c.Ctx, c.Scope, c.Actor, in.change(), c.Client())
	return wire.OK(showUser(c.Scope, u)), err
}

type passwordIn struct {
	Password string `json:"password" wire:"secret" validate:"required"`
}

func (n contract) deleteMe(c *wire.Call, in passwordIn) (wire.Response, error) {
	return wire.NoContent(), n.Core.Erase(c.Ctx, c.Scope, c.Actor, in.Password, c.Client())
}

type exportOut struct {
	ExportedAt time.Time         `json:"exported_at"`
	Tenant     string            `json:"tenant"`
	User       userOut           `json:"user"`
	Sessions   []sessionOut      `json:"sessions"`
	Messages   []exportedMessage `json:"messages"`
	Activity   []exportedAct     `json:"activity"`
	Codes      []exportedCode    `json:"codes"`
	Events     []exportedEvent   `json:"events"`

	Social  []socialIdentityOut `json:"social"`
	Manages []exportedGroup     `json:"manages"`
}

type exportedGroup struct {
	ID    int64     `json:"id"`
	Name  string    `json:"name"`
	Since time.Time `json:"since"`
}

type exportedCode struct {
	Purpose     string     `json:"purpose"`
	Destination string     `json:"destination"`
	SentAt      time.Time  `json:"sent_at"`
	UsedAt      *time.Time `json:"used_at"`
}

type exportedMessage struct {
	Channel   string     `json:"channel"`
	Kind      string     `json:"kind"`
	To        string     `json:"to"`
	State     string     `json:"state"`
	CreatedAt time.Time  `json:"created_at"`
	DoneAt    *time.Time `json:"done_at"`
}

type exportedEvent struct {
	Type      string          `json:"type"`
	State     string          `json:"state"`
	CreatedAt time.Time       `json:"created_at"`
	DoneAt    *time.Time      `json:"done_at"`
	Data      json.RawMessage `json:"data"`
}

type exportedAct struct {
	At     time.Time `json:"at"`
	Action string    `json:"action"`
	IP     *string   `json:"ip"`
}

func (n contract) export(c *wire.Call) (wire.Response, error) {
	e, err := n.Core.Export(c.Ctx, c.Scope, c.Actor)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(exportOut{
		ExportedAt: e.At, Tenant: c.Scope.Slug(), User: showUser(c.Scope, e.User), Sessions: showSessions(e.Sessions, c.Actor.Session.ID).Data,
		Messages: each(e.Messages, func(m identity.MessageRecord) exportedMessage {
			return exportedMessage{channels[m.Kind], m.Message, m.Recipient, m.State, m.CreatedAt.UTC(), inUTC(m.DoneAt)}
		}),
		Activity: each(e.Audit, func(a identity.AuditEntry) exportedAct { return exportedAct{a.At.UTC(), a.Action, orNull(a.IP)} }),
		Codes: each(e.Codes, func(r identity.CodeRecord) exportedCode {
			return exportedCode{r.Purpose, r.Destination, r.SentAt.UTC(), inUTC(r.UsedAt)}
		}),
		Social:  each(e.Social, showIdentity),
		Manages: each(e.Manages, func(m identity.ManagedRecord) exportedGroup { return exportedGroup{m.ID, m.Name, m.Since.UTC()} }),
		Events: each(e.Events, func(r identity.EventRecord) exportedEvent {
			return exportedEvent{r.Type, r.State, r.CreatedAt.UTC(), inUTC(r.DoneAt), r.Data}
		}),
	}), nil
}

// channels are the outbox' job kinds as people know them.
var channels = map[string]string{"mail": "email", "sms": "sms"}

func (n contract) mySessions(c *wire.Call) (wire.Response, error) {
	all, err := n.Core.Sessions(c.Ctx, c.Scope, c.Actor.User.ID)
	return wire.OK(showSessions(all, c.Actor.Session.ID)), err
}

func (n contract) endMyOtherSessions(c *wire.Call) (wire.Response, error) {
	return wire.NoContent(), n.Core.EndSessions(c.Ctx, c.Scope, c.Actor.By(), c.Actor.User.ID, c.Actor.Session.ID, c.Client())
}

func (n contract) endMySession(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "session_id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Core.EndSession(c.Ctx, c.Scope, c.Actor.By(), c.Actor.User.ID, id, c.Client())
}

// idParam reads a uuid of the path; what is none does not exist.
func idParam(c *wire.Call, name string) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param(name))
	if err != nil {
		return uuid.Nil, fault.PathUnknown
	}
	return id, nil
}

type passwordChangeIn struct {
	Current string `json:"current_password" core:"old_password,current_password" wire:"secret" validate:"required"`
	New     string `json:"new_password" core:"password,new_password" wire:"secret" validate:"required"`
}

func (n contract) changeMyPassword(c *wire.Call, in passwordChangeIn) (wire.Response, error) {
	return wire.NoContent(), n.Core.ChangePassword(c.Ctx, c.Scope, c.Actor, identity.PasswordChange{Old: &in.Current, OldRequired: true, New: in.New}, c.Client())
}

type changeEmailIn struct {
	Email    string `json:"email" validate:"required,max=254,django_email"`
	Password string `json:"password" wire:"secret" validate:"required"`
}

func (n contract) changeMyEmail(c *wire.Call, in changeEmailIn) (wire.Response, error) {
	return accepted(), n.Core.RequestEmailChange(c.Ctx, c.Scope, c.Actor, in.Email, in.Password, c.Client())
}

func (n contract) confirmMyEmail(c *wire.Call, in keyIn) (wire.Response, error) {
	u, err := n.Core.ConfirmEmailChange(c.Ctx, c.Scope, in.Key, c.Client())
	return wire.OK(showUser(c.Scope, u)), err
}
