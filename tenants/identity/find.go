package identity

import (
	"context"
	"errors"
	"strconv"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
)

// UserNamed gives the account with a username, or the one with an id where the name is a number and nobody's username.
// An account that may not act at the moment is not there. Fault: PathUnknown.
func (s *Service) UserNamed(ctx context.Context, in *tenants.Scope, name string) (User, error) {
	key := clean(identifier.CanonicalUsername(name))
	a, err := accountBy(ctx, in, whereName, key)
	if err == nil && a.UsernameKey != key {
		err = fault.PathUnknown // it is somebody's e-mail or mobile
	}
	if id := idOf(name); id > 0 && errors.Is(err, fault.PathUnknown) {
		a, err = accountByID(ctx, in, id)
	}
	if err == nil && standing(a.User, in.Settings()) != nil {
		err = fault.PathUnknown
	}
	if err != nil {
		return User{}, err
	}
	return a.User, nil
}

// idOf reads a decimal id as it is written; anything else is 0, which is nobody's.
func idOf(text string) int64 {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(id, 10) != text {
		return 0
	}
	return id
}

// HasAccount reports whether a destination is an account's own. Tenants that hide their accounts do not let it be known.
func (s *Service) HasAccount(ctx context.Context, in *tenants.Scope, to Destination) (bool, error) {
	a, err := holderOf(ctx, in, to)
	return a.ID != 0, err
}

// IsFree reports whether nobody goes by a name, or has asked for a number. In tenants that hide their accounts every
// address and number is free. What is "username", "email" or "mobile". Fault: RateLimited.
func (s *Service) IsFree(ctx context.Context, in *tenants.Scope, what, value string, c Client) (bool, error) {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.SearchNetwork, Subject: c.Network()}); err != nil {
		return false, err
	}
	key := clean(identifier.CanonicalUsername(value))
	if what != "username" {
		d, ok := ReadDestination(value)
		if !ok || in.Settings().Privacy.HideAccountExistence {
			return true, nil
		}
		key = d.Key
		if wanted, err := whoHasOrWants(ctx, in, d); err != nil || wanted.ID != 0 {
			return false, err
		}
	}
	var p fault.Problems
	err := complainTaken(ctx, in, &p, names{username: key}, 0)
	return len(p) == 0, err
}
