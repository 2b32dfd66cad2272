package admin

import (
	"context"
	"errors"

	"github.com/google/uuid"

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
func (s *Service) DemandOfOperators(ctx context.Context, a *Actor, demand bool) (p PlatformSettings, err error) {
	if demand && !a.Enrolled {
		return p, fault.FactorRequired
	}
	action := map[bool]string{true: "operator.factor_demanded", false: "operator.factor_not_demanded"}[demand]
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		n, err := tx.Exec(ctx, `update platform_settings set operators_second_factor = $1 where operators_second_factor <> $1`, demand)
		if err != nil || n == 0 {
			return err
		}
		return note(ctx, tx, action, a.Admin.ID)
	})
	return PlatformSettings{demand}, err
}

// ResetMember takes the second factors of an admin who has lost them, and ends his sessions: done by an owner of the only
// tenant that the admin has to do with, or by an operator. With none to take nothing happens. Faults: PathUnknown,
// NotAllowed for one's own, and for an owner where another tenant or the platform is opened by them too.
func (s *Service) ResetMember(ctx context.Context, in *tenants.Scope, by *Actor, id uuid.UUID, c identity.Client) error {
	if _, err := s.member(ctx, in, id); err != nil {
		return err
	}
	if by.Admin.ID == id {
		return fault.NotAllowed
	}
	return s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		elsewhere := false
		err := tx.Get(ctx, &elsewhere, `select a.operator or exists (select from admin_roles r where r.admin_id = a.id and r.tenant_id <> $2) from admins a where a.id = $1 for update`, id, in.ID())
		if err != nil {
			return err
		}
		if elsewhere && !by.Admin.Operator {
			return fault.NotAllowed
		}
		err = forgetFactor(ctx, tx, id, "admin.factor_reset")
		if errors.Is(err, fault.FactorUnknown) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update admin_sessions set revoked_at = now() where admin_id = $1 and revoked_at is null`, id); err != nil {
			return err
		}
		return tx.Note(ctx, in.ID(), by.Who(c), "admin.factor_reset", map[string]any{"admin": id})
	})
}
