package identity

import (
	"context"
	"errors"
	"slices"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
)

// yields reports whether an account has to give a number up to somebody who has proven it: it has only said that the
// number is its own. An account that joined by code is called by its number too, and gives up that name with it.
func (a account) yields(mobile string) bool {
	claimed := a.MobileKey == mobile && !a.MobileVerified
	called := a.UsernameKey == mobile && a.WantedKey == mobile
	return claimed || called
}

// forgiveYielding drops the complaint about a number that is somebody else's only in his own words, while the client
// holds the proof that it is his.
func forgiveYielding(ctx context.Context, in *tenants.Scope, p *fault.Problems, mobile string, c Client) error {
	at := slices.IndexFunc(*p, func(f fault.Field) bool { return f.Name == "mobile" && f.Code == fault.MobileTaken })
	if at < 0 {
		return nil
	}
	a, err := accountBy(ctx, in, whereName, mobile)
	if errors.Is(err, fault.PathUnknown) || err == nil && !a.yields(mobile) {
		return nil
	}
	if err != nil {
		return err
	}
	proven, err := hasProof(ctx, in, mobile, c)
	if proven {
		*p = slices.Delete(*p, at, at+1)
	}
	return err
}

const setUsername = `update users set username = $3, username_key = $4, updated_at = $5 where tenant_id = $1 and id = $2`

// takeOver frees a proven number from an account that yields it.
func (u *unit) takeOver(ctx context.Context, mobile string) error {
	a, err := accountBy(ctx, u.Tx, whereName+` for update of u`, mobile)
	if errors.Is(err, fault.PathUnknown) || err == nil && !a.yields(mobile) {
		return nil
	}
	if err != nil {
		return err
	}
	if a.UsernameKey == mobile {
		name, err := u.freeUsername(ctx, a.Email)
		if err != nil {
			return err
		}
		key := identifier.CanonicalUsername(name)
		if err := u.rename(ctx, a, names{username: key, email: a.EmailKey, mobile: a.MobileKey}); err != nil {
			return err
		}
		if _, err := u.Exec(ctx, setUsername, a.ID, name, key, u.Now()); err != nil {
			return err
		}
		a.UsernameKey = key
	}
	return u.moveToMobile(ctx, a, "", "", false)
}
