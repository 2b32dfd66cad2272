package admin

import (
	"context"
	"errors"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
)

// Enough refuses an actor without a second factor where one is demanded: of an operator by the platform, of an admin by
// the tenant, if there is one. A program with a secret key has nothing to set up. Fault: FactorRequired.
func (a *Actor) Enough(in *tenants.Scope) error {
	if a.IsKey() || a.Enrolled {
		return nil
	}
	if a.demanded || in != nil && !a.Admin.Operator && in.Settings().Admins.SecondFactor {
		return fault.FactorRequired
	}
	return nil
}

// demands tells whether anybody demands a second factor of the actor.
func (s *Service) demands(ctx context.Context, a *Actor) (bool, error) {
	if a.demanded || a.Admin.Operator {
		return a.demanded, nil
	}
	for _, r := range a.Admin.Roles {
		in, err := s.Registry.ByID(ctx, r.TenantID)
		if errors.Is(err, fault.TenantUnknown) { // deleted a moment ago
			continue
		}
		if err != nil {
			return false, err
		}
		if in.Settings().Admins.SecondFactor {
			return true, nil
		}
	}
	return false, nil
}

// PlatformSettings are what holds for the platform as a whole.
type PlatformSettings struct {
	OperatorsSecondFactor bool `db:"operators_second_factor"` // who has none is let in only to set one up
}

// PlatformSettings reads them.
func (s *Service) PlatformSettings(ctx context.Context) (p PlatformSettings, err error) {
	return p, s.Platform.Get(ctx, &p, `select operators_second_factor from platform_settings`)
}

// DemandOfOperators says whether operators have to have a second factor. Fault: FactorRequired for one who has none
// himself and demands it of others.
func (s *Service) DemandOfOperators(ctx context.Context, a *Actor, demand bool, c identity.Client) (p PlatformSettings, err error) {
	if demand && !a.Enrolled {
		return p, fault.FactorRequired
	}
	action := map[bool]string{true: "operator.factor_demanded", false: "operator.factor_not_demanded"}[demand]
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		n, err := tx.Exec(ctx, `update platform_settings set operators_second_factor = $1 where operators_second_factor <> $1`, demand)
		if err != nil || n == 0 {
			return err
		}
		return noteBy(ctx, tx, a.Who(c), action, a.Admin.ID, map[string]any{})
	})
	return PlatformSettings{demand}, err
}
