package fittrackee

import (
	"errors"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// admit takes `Bearer <token>`, the word in any case. A header with one word has no token, whatever the word.
func (c contract) admit(r *wire.Call, need wire.Access) error {
	if need == wire.Open {
		return nil
	}
	words := strings.Fields(strings.Join(r.Headers("Authorization"), ", "))
	switch {
	case len(words) < 2:
		return fault.NoCredentials
	case len(words) > 2 || !strings.EqualFold(words[0], "Bearer"):
		return fault.TokenInvalid
	}
	var err error
	r.Actor, err = c.core.Authenticate(r.Ctx, r.Scope, identity.Presented{Shape: identity.LoneJWT, Token: words[1]})
	return refused(err)
}

// refused: that the account of a good token may not act is no bad sign-in.
func refused(err error) error {
	for _, code := range []*fault.Code{fault.Rejected, fault.PendingApproval, fault.EmailUnverified} {
		if errors.Is(err, code) {
			return fault.AccountInactive
		}
	}
	return err
}
