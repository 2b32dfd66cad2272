package coach

import (
	"errors"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/contracts/drf"
	"github.com/keyhall/keyhall/apps/api/wire"
)

type socialIn struct {
	AccessToken string `json:"access_token" wire:"blank,secret"`
	Code        string `json:"code" wire:"blank,secret"`
	UserType    int64  `json:"userType" core:"user_type" validate:"oneof=0 1" wire:"nullable"`
}

// social takes the documented pair of token and code, of which one is enough: a token that is refused passes on to the code.
func (c contract) social(provider string) func(*wire.Call, socialIn) (wire.Response, error) {
	return func(r *wire.Call, in socialIn) (wire.Response, error) {
		l := identity.SocialLogin{Provider: provider, Proof: drf.SocialIn{AccessToken: in.AccessToken, Code: in.Code}.Proof()}
		if in.UserType == 1 {
			l.Type = identity.TypeCoach
		}
		out, err := c.accounts.SignInSocially(r, l)
		if l.Proof.Code != "" && l.Proof.AccessToken != "" && errors.Is(err, fault.SocialRefused) {
			l.Proof.AccessToken = ""
			return c.accounts.SignInSocially(r, l)
		}
		return out, err
	}
}
