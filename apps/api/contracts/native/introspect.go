package native

import (
	"strconv"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/token"
)

// introspectIn is a question of RFC 7662 2.1. What kind of token it is shows in the token, so the hint is not needed.
type introspectIn struct {
	Token string `json:"token" wire:"secret" validate:"required,max=8192"`
	Hint  string `json:"token_type_hint" wire:"blank"`
}

// introspection is the answer (RFC 7662 2.2). About a token that does not work it says that and nothing else.
type introspection struct {
	Active    bool   `json:"active"`
	TokenType string `json:"token_type,omitempty"` // Bearer, or Token for a key of RestAuth and Coach
	Issuer    string `json:"iss,omitempty"`
	Subject   string `json:"sub,omitempty"`
	Audience  string `json:"aud,omitempty"`
	Expires   int64  `json:"exp,omitempty"` // seconds since 1970; of a key: when its session ends
	IssuedAt  int64  `json:"iat,omitempty"`
	NotBefore int64  `json:"nbf,omitempty"`
	ID        string `json:"jti,omitempty"`
	Session   string `json:"sid,omitempty"`
	AuthTime  int64  `json:"auth_time,omitempty"`
	Tenant    string `json:"tenant,omitempty"`
	*introspected
}

// introspected is the user as he is now, which the token may not know.
type introspected struct {
	Username    string   `json:"username"`
	Email       *string  `json:"email"`
	Verified    bool     `json:"email_verified"`
	Group       string   `json:"group"`
	Permissions []string `json:"permissions"`
	Approved    bool     `json:"approved"`
}

// introspect tells a service of the tenant whether a token works now. Only a secret key of this tenant may ask: whoever can ask
// could try tokens.
func (n contract) introspect(c *wire.Call, in introspectIn) (wire.Response, error) {
	if a := actorOf(c); !a.IsKey() || !a.Sees(c.Scope.ID()) {
		return wire.Response{}, fault.NotAllowed
	}
	a, claims, err := n.Core.Introspect(c.Ctx, c.Scope, in.Token)
	switch {
	case wire.IsRefusal(err):
		return wire.OK(introspection{}), nil
	case err != nil:
		return wire.Response{}, err
	}
	return wire.OK(showIntrospection(c, a, claims)), nil
}

func showIntrospection(c *wire.Call, a *identity.Actor, claims token.Claims) introspection {
	i := introspection{
		Active: true, TokenType: "Token", Issuer: c.Scope.Issuer(), Subject: strconv.FormatInt(a.User.ID, 10), Audience: c.Scope.Issuer(),
		Expires: a.Session.ExpiresAt.Unix(), IssuedAt: a.Session.CreatedAt.Unix(), Session: a.Session.ID.String(), AuthTime: a.Session.AuthTime.Unix(), Tenant: c.Scope.Slug(),
		introspected: &introspected{
			Username: a.User.Username, Email: orNull(a.User.Email), Verified: a.User.EmailVerified,
			Group: a.User.Group.Name, Permissions: a.User.Permissions(), Approved: a.User.Approved(),
		},
	}
	if claims.Expires != 0 {
		i.TokenType, i.Expires, i.IssuedAt, i.NotBefore, i.ID = "Bearer", claims.Expires, claims.IssuedAt, claims.NotBefore, claims.ID
	}
	return i
}
