package identity

import (
	"context"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/social"
)

// TrySocial looks whether the tenant's provider can be signed in with. Faults: those of social.Try; RateLimited.
func (s *Service) TrySocial(ctx context.Context, in *tenants.Scope, provider, callback string) ([]social.Check, error) {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.TrialProvider}); err != nil {
		return nil, err
	}
	return s.Social.Try(ctx, in, provider, callback)
}
