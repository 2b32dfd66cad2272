package identity

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
)

// Credentials are what somebody signs in with. Exactly one of the three names is used: Email if given, else Username,
// else Identifier, which may be a name of any kind.
type Credentials struct {
	Username   string // matches usernames, and e-mails too where AnyName is set
	Email      string // matches e-mails only
	Identifier string // matches usernames, e-mails and mobiles
	AnyName    bool
	Password   string
	Want       Shape
}

// Login checks a password and opens a session. The work is the same whether the account exists or not. Faults:
// BadCredentials (also for a disabled account), and with the right password Rejected, PendingApproval or
// EmailUnverified; RateLimited; Busy.
func (s *Service) Login(ctx context.Context, in *tenants.Scope, cr Credentials, c Client) (Grant, error) {
	a, fresh, err := s.byPassword(ctx, in, cr, c)
	if err != nil {
		return Grant{}, err
	}
	if err := standing(a.User, in.Settings()); err != nil {
		return Grant{}, concealInactive(err)
	}
	var g Grant
	err = s.unit(ctx, in, c, func(u *unit) error {
		if err := u.rehash(ctx, a, fresh); err != nil {
			return err
		}
		g, err = u.signIn(ctx, a, cr.Want, byPassword)
		return err
	})
	if err != nil {
		return Grant{}, err
	}
	return g, s.sign(ctx, in, &g)
}

// lookup gives the canonical name to look for and the test a found account must pass.
func (c Credentials) lookup() (key string, matches func(account) bool) {
	switch {
	case c.Email != "":
		key, _ = identifier.LooseEmail(strings.TrimSpace(c.Email))
		return key, func(a account) bool { return a.EmailKey == key }
	case c.Username != "" && !c.AnyName:
		key = identifier.CanonicalUsername(strings.TrimSpace(c.Username))
		return key, func(a account) bool { return a.UsernameKey == key }
	}
	name := strings.TrimSpace(c.Username + c.Identifier)
	if email, ok := identifier.LooseEmail(name); ok {
		return email, func(a account) bool {
			return a.EmailKey == email || a.UsernameKey == identifier.CanonicalUsername(name)
		}
	}
	if mobile, ok := identifier.Mobile(name, ""); ok && c.Identifier != "" {
		return mobile, func(a account) bool { return a.MobileKey == mobile }
	}
	key = identifier.CanonicalUsername(name)
	return key, func(a account) bool {
		return a.UsernameKey == key || c.Identifier != "" && a.MobileKey == key // a number as it is dialled at home
	}
}

const whereName = `u.id = (select i.user_id from identifiers i where i.tenant_id = $1 and i.value = $2)`

// byPassword finds the account and verifies the password outside any transaction: first the exact text, then without
// the spaces around it, as the old servers had it. Each try is charged. fresh is the hash to store now, if any.
func (s *Service) byPassword(ctx context.Context, in *tenants.Scope, cr Credentials, c Client) (a account, fresh string, err error) {
	key, matches := cr.lookup()
	a, err = accountBy(ctx, in, whereName, key)
	if err != nil && !errors.Is(err, fault.PathUnknown) {
		return account{}, "", err
	}
	if err != nil || !matches(a) {
		a = account{}
	}
	tries := []string{cr.Password}
	if trimmed := strings.TrimSpace(cr.Password); trimmed != cr.Password {
		tries = append(tries, trimmed)
	}
	charges, tenant := limit.SignIn(key, c.Network()), in.ID().String()
	for n, password := range tries {
		if err := s.Limiter.Take(ctx, tenant, charges...); err != nil {
			return account{}, "", err
		}
		ok, fresh, err := s.Hashes.Verify(ctx, tenant, a.PasswordHash, password)
		if err != nil {
			return account{}, "", err
		}
		if ok {
			s.Limiter.Refund(ctx, tenant, slices.Repeat(limit.Failures(charges), n+1)...)
			return a, fresh, nil
		}
	}
	return account{}, "", fault.BadCredentials
}

const updateHash = `update users set password_hash = $3 where tenant_id = $1 and id = $2 and password_hash = $4`

// rehash stores fresh, unless it is empty or the password was changed meanwhile.
func (u *unit) rehash(ctx context.Context, a account, fresh string) error {
	if fresh == "" {
		return nil
	}
	_, err := u.Exec(ctx, updateHash, a.ID, fresh, a.PasswordHash)
	return err
}

// concealInactive makes a disabled account look like one that does not exist.
func concealInactive(err error) error {
	if errors.Is(err, fault.AccountInactive) {
		return fault.BadCredentials
	}
	return err
}

const noteLogin = `update users set last_login_at = $3 where tenant_id = $1 and id = $2 and active`

// How somebody signed in, for the trail. A provider's method is its name.
const (
	byPassword = "password"
	byCode     = "code"
	byLink     = "link"
)

// signIn opens a session for an account whose standing was checked. Links that are out, to reset or to sign in, become stale.
func (u *unit) signIn(ctx context.Context, a account, want Shape, method string) (Grant, error) {
	n, err := u.Exec(ctx, noteLogin, a.ID, u.Now())
	if err != nil {
		return Grant{}, err
	}
	if n == 0 {
		return Grant{}, fault.BadCredentials
	}
	if err := u.voidWaysIn(ctx, a.ID); err != nil {
		return Grant{}, err
	}
	at := u.Now()
	a.LastLoginAt = &at
	g, err := u.open(ctx, a, want)
	if err != nil {
		return Grant{}, err
	}
	return g, u.note(ctx, self(a.ID), "session.opened", a.ID, map[string]any{"session": g.SessionID, "contract": u.client.Contract, "method": method})
}
