package identity

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/token"
)

// claimsOf is what an access token tells about its user at the moment it is signed.
func claimsOf(u User, session uuid.UUID, authTime time.Time) token.Claims {
	return token.Claims{
		Subject: token.Subject(u.ID), Session: session.String(), AuthTime: authTime.Unix(),
		Email: u.Email, Verified: u.EmailVerified, Group: u.Group.Name, Permissions: u.Permissions(), Approved: u.Approved(),
	}
}

// readClaims are what the clients of old contracts read in a token, by its shape.
var readClaims = map[Shape]func(User) map[string]any{
	UserIDPair: func(u User) map[string]any { return map[string]any{"user_id": u.ID, "username": u.Username} },
	PersonPair: func(u User) map[string]any {
		return map[string]any{"user_id": u.ID, "email": u.Email, "mobile": textOrNull(u.Mobile), "name": u.FullName()}
	},
	LoneJWT: func(u User) map[string]any { return map[string]any{"sub": u.ID} },
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// sign adds the tokens that are signed to a grant; it needs no transaction.
func (s *Service) sign(ctx context.Context, in *tenants.Scope, g *Grant) error {
	switch g.shape {
	case Pair:
		g.Refresh = s.Tokens.RefreshToken(in, token.Refresh{Session: g.SessionID, Generation: g.generation})
		return s.signAccess(ctx, in, g)
	case LoneJWT:
		return s.signAccess(ctx, in, g)
	case UserIDPair, PersonPair:
		if err := s.signRefresh(ctx, in, g); err != nil {
			return err
		}
		return s.signAccess(ctx, in, g)
	case NoToken, Opaque, Cookie, OpaqueAndCookie:
		return nil
	}
	return nil
}

func (s *Service) signAccess(ctx context.Context, in *tenants.Scope, g *Grant) error {
	g.ExpiresIn = in.Settings().Lifetimes.Access
	if g.shape == LoneJWT {
		g.ExpiresIn = in.Settings().Contracts.FitTrackee.TokenSeconds
	}
	claims, life := claimsOf(g.User, g.SessionID, g.authTime), seconds(g.ExpiresIn)
	var err error
	if read := readClaims[g.shape]; read != nil {
		g.Access, err = s.Tokens.SignLegacy(ctx, in, claims, read(g.User), life)
	} else {
		g.Access, err = s.Tokens.Sign(ctx, in, claims, life)
	}
	return err
}

func (s *Service) signRefresh(ctx context.Context, in *tenants.Scope, g *Grant) error {
	var err error
	g.Refresh, err = s.Tokens.SignRefresh(ctx, in, token.RefreshJWT{
		Refresh: token.Refresh{Session: g.SessionID, Generation: g.generation}, Contract: g.contract, UserID: g.User.ID,
		IssuedAt: g.issued, Expires: g.issued.Add(seconds(in.Settings().Lifetimes.Refresh)),
	}, readClaims[g.shape](g.User))
	return err
}
