package drf

import (
	"slices"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// JWT is how a contract on simplejwt's tokens finds out who calls.
type JWT struct {
	Core      *identity.Service
	Schemes   []string // of Authorization, in this spelling only
	Forgiving bool     // where no token is needed, a bad one counts as none; else it is refused there too
}

// Admit is for wire.Contract.
func (j JWT) Admit(r *wire.Call, need wire.Access) error {
	if need == wire.Open {
		return nil
	}
	token, err := j.bearer(r.Headers("Authorization"))
	if err == nil && token != "" {
		r.Actor, err = j.Core.Authenticate(r.Ctx, r.Scope, identity.Presented{Shape: identity.Pair, Token: token})
	}
	switch {
	case err == nil && token == "" && need != wire.Optional:
		return fault.NoCredentials
	case need == wire.Optional && j.Forgiving && wire.IsRefusal(err):
		return nil
	}
	return refused(err)
}

// bearer gives the token of the header, or "" when the header is for somebody else. Two headers are read as one, as a
// server that joins them sees it.
func (j JWT) bearer(values []string) (string, error) {
	words := strings.Fields(strings.Join(values, ", "))
	switch {
	case len(words) == 0 || !slices.Contains(j.Schemes, words[0]):
		return "", nil
	case len(words) != 2:
		return "", fault.TokenSpaces
	default:
		return words[1], nil
	}
}

// inHeader marks a fault of the access token in the header, about which there is more to say than about a token in a body.
const inHeader = "in_header"

// refused puts the reasons why a token does not let in into the words that the clients know.
func refused(err error) error {
	if err == nil {
		return nil
	}
	switch code := fault.From(err).Code; code {
	case fault.TokenInvalid, fault.TokenExpired, fault.TokenWrongType:
		return code.With(inHeader, true)
	case fault.Rejected, fault.PendingApproval, fault.EmailUnverified:
		return fault.AccountInactive
	}
	return err
}

const (
	badHeader = "Authorization header must contain two space-delimited values"
	badAccess = "Given token not valid for any token type"
)

// tokenFaults are simplejwt's words, and the codes that the clients' token libraries look at.
var tokenFaults = map[*fault.Code]struct{ text, code string }{
	fault.TokenInvalid:    {"Token is invalid or expired", "token_not_valid"},
	fault.TokenExpired:    {"Token is invalid or expired", "token_not_valid"},
	fault.TokenReused:     {"Token is invalid or expired", "token_not_valid"},
	fault.TokenWrongType:  {"Token has wrong type", "token_not_valid"},
	fault.TokenEmpty:      {badHeader, "bad_authorization_header"},
	fault.TokenSpaces:     {badHeader, "bad_authorization_header"},
	fault.AccountInactive: {"User is inactive", "user_inactive"},
}

type refusalOut struct {
	Detail   string       `json:"detail"`
	Code     string       `json:"code"`
	Messages []messageOut `json:"messages,omitempty"`
}

type messageOut struct {
	TokenClass string `json:"token_class"`
	TokenType  string `json:"token_type"`
	Message    string `json:"message"`
}

// RenderJWT is Render with simplejwt's words about tokens.
func (s Style) RenderJWT(c *wire.Call, f *fault.Error) wire.Response {
	r := s.Render(c, f)
	said, ok := tokenFaults[f.Code]
	if !ok || len(f.Fields) > 0 {
		return r
	}
	if f.Args[inHeader] == true {
		r.Body = refusalOut{badAccess, said.code, []messageOut{{"AccessToken", "access", said.text}}}
	} else {
		r.Body = refusalOut{Detail: said.text, Code: said.code}
	}
	return r
}
