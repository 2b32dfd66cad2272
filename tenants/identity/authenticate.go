package identity

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/token"
)

// Actor is somebody whose token was checked in this very request. Only Authenticate makes one, and what needs an
// actor takes one, so that no contract can skip the check.
type Actor struct {
	User    User
	Session Session

	account  account
	csrfHash []byte
}

// By is the actor as the one who does something to himself.
func (a *Actor) By() By { return self(a.User.ID) }

// Presented is a token as it came in.
type Presented struct {
	Shape     Shape
	Token     string
	CSRF      string // Cookie: the X-CSRFToken header
	CheckCSRF bool   // Cookie: the method changes something
}

// Authenticate finds out who a token belongs to, from the session's and the account's rows as they are now. Faults:
// TokenInvalid, TokenExpired, TokenWrongType, CSRFFailed, and those of an account that may not act at the moment:
// AccountInactive, Rejected, PendingApproval, EmailUnverified.
func (s *Service) Authenticate(ctx context.Context, in *tenants.Scope, p Presented) (*Actor, error) {
	a, err := s.actor(ctx, in, p)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.TokenInvalid
	}
	if err != nil {
		return nil, err
	}
	if p.CheckCSRF && subtle.ConstantTimeCompare(a.csrfHash, token.Hash(p.CSRF)) != 1 {
		return nil, fault.CSRFFailed
	}
	if err := standing(a.User, in.Settings()); err != nil {
		return nil, err
	}
	return a, s.touch(ctx, in, a)
}

// Introspect is Authenticate for a service that was shown an access token, or a key of the older interfaces, and asks whether it works now
// (RFC 7662). The claims are zero for a key. It does not count as a use. Faults as Authenticate; each of them means no.
func (s *Service) Introspect(ctx context.Context, in *tenants.Scope, text string) (*Actor, token.Claims, error) {
	p := Presented{Shape: Opaque, Token: text}
	var claims token.Claims
	if strings.Contains(text, ".") {
		var err error
		if claims, err = s.Tokens.Verify(ctx, in, text); err != nil {
			return nil, claims, err
		}
		p.Shape = Pair
	}
	a, err := s.actor(ctx, in, p)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, claims, fault.TokenInvalid
	}
	if err != nil {
		return nil, claims, err
	}
	return a, claims, standing(a.User, in.Settings())
}

func (s *Service) actor(ctx context.Context, in *tenants.Scope, p Presented) (*Actor, error) {
	var row actorRow
	if !p.Shape.isJWT() {
		err := in.Get(ctx, &row, actorByToken, token.Hash(p.Token), shapeNames[p.Shape])
		return row.actor(), err
	}
	c, err := s.Tokens.Verify(ctx, in, p.Token)
	if err != nil {
		return nil, err
	}
	if err := in.Get(ctx, &row, actorByID, c.SessionID()); err != nil {
		return nil, err
	}
	if row.ID != c.UserID() {
		return nil, fault.TokenInvalid
	}
	return row.actor(), nil
}
