package identity

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/social"
)

// ConnectSocial lets the actor sign in with an account elsewhere from now on. Doing it again changes nothing. Faults: those of
// social.Identify; SocialTaken when it is another account's.
func (s *Service) ConnectSocial(ctx context.Context, in *tenants.Scope, a *Actor, provider string, proof social.Proof, c Client) (SocialIdentity, error) {
	p, err := s.identify(ctx, in, provider, proof, c)
	if err != nil {
		return SocialIdentity{}, err
	}
	return s.connectSocially(ctx, in, a, is(p), c)
}

func (s *Service) connectSocially(ctx context.Context, in *tenants.Scope, a *Actor, who arrival, c Client) (SocialIdentity, error) {
	var one SocialIdentity
	err := s.unit(ctx, in, c, func(u *unit) error {
		if _, err := accountForUpdate(ctx, u.Tx, a.User.ID); err != nil {
			return err
		}
		p, err := who(ctx, u)
		if err != nil {
			return err
		}
		if one, err = u.socialOf(ctx, p); err != nil || one.UserID == a.User.ID {
			return err
		}
		if one.ID != 0 {
			return fault.SocialTaken.With("provider", p.Provider)
		}
		one, err = u.connect(ctx, a.User.ID, p)
		return err
	})
	return one, err
}

// DisconnectSocial ends that a user signs in with an account elsewhere. Faults: PathUnknown; SocialLast when he would have
// neither a password nor another provider that the tenant has set up.
func (s *Service) DisconnectSocial(ctx context.Context, in *tenants.Scope, by By, userID, id int64, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error {
		a, err := accountForUpdate(ctx, u.Tx, userID)
		if err != nil {
			return err
		}
		var others int
		if err := u.Get(ctx, &others, otherSocial, a.ID, id, strings.Join(setUp(u.settings()), " ")); err != nil {
			return err
		}
		var provider string
		err = u.Get(ctx, &provider, deleteSocial, a.ID, id)
		switch {
		case errors.Is(err, tenants.ErrNoRows):
			return fault.PathUnknown
		case err != nil:
			return err
		case !a.HasPassword && others == 0:
			return fault.SocialLast
		}
		return u.note(ctx, by, "social.disconnected", a.ID, map[string]any{"identity": id, "provider": provider})
	})
}

// Connection is an account elsewhere, and whether its owner could not get in without it.
type Connection struct {
	SocialIdentity
	LastWayIn bool
}

// Connections lists what an account is connected to, oldest first, and what of it has to stay. Never nil. Fault: PathUnknown.
func (s *Service) Connections(ctx context.Context, in *tenants.Scope, userID int64) ([]Connection, error) {
	a, err := accountByID(ctx, in, userID)
	if err != nil {
		return nil, err
	}
	all, err := s.SocialIdentities(ctx, in, userID)
	if err != nil {
		return nil, err
	}
	known, works := setUp(in.Settings()), 0
	for _, one := range all {
		if slices.Contains(known, one.Provider) {
			works++
		}
	}
	out := make([]Connection, 0, len(all))
	for _, one := range all {
		others := works
		if slices.Contains(known, one.Provider) {
			others--
		}
		out = append(out, Connection{one, !a.HasPassword && others == 0})
	}
	return out, nil
}

// setUp are the providers that one can sign in with.
func setUp(s *tenants.Settings) (all []string) {
	for _, name := range tenants.SocialProviderNames {
		if s.Social.Providers.Named(name) != nil {
			all = append(all, name)
		}
	}
	return all
}

// ReconnectGrant opens a session for the actor beside his own: old clients expect a key from a connection.
func (s *Service) ReconnectGrant(ctx context.Context, in *tenants.Scope, a *Actor, want Shape, c Client) (Grant, error) {
	var g Grant
	err := s.unit(ctx, in, c, func(u *unit) error {
		me, err := accountForUpdate(ctx, u.Tx, a.User.ID)
		if err != nil {
			return err
		}
		g, err = u.open(ctx, me, want)
		return err
	})
	return g, err
}
