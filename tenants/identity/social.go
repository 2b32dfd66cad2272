package identity

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/social"
)

// SocialLogin is how somebody signs in, or up, with an account elsewhere.
type SocialLogin struct {
	Provider string
	Proof    social.Proof
	Type     string // of a new account; "": TypeUser
	Want     Shape
}

// SocialSignIn signs in whoever a provider says it is. Who was not here before gets an account, or the one with the same
// address under the conditions of K39: the provider calls it verified and the tenant trusts the provider with addresses. If
// the address was not proven here, whoever made the account may be a stranger, and all ways into it that he knew end.
// Faults: those of social.Identify; SocialEmailTaken, RegistrationClosed; those of Login; RateLimited.
func (s *Service) SocialSignIn(ctx context.Context, in *tenants.Scope, l SocialLogin, c Client) (Grant, error) {
	p, err := s.identify(ctx, in, l.Provider, l.Proof, c)
	if err != nil {
		return Grant{}, err
	}
	return s.signInSocially(ctx, in, is(p), l, c)
}

// arrival tells in a transaction who somebody is.
type arrival func(context.Context, *unit) (social.Person, error)

func is(p social.Person) arrival {
	return func(context.Context, *unit) (social.Person, error) { return p, nil }
}

func (s *Service) signInSocially(ctx context.Context, in *tenants.Scope, who arrival, l SocialLogin, c Client) (Grant, error) {
	g, err := s.enterSocially(ctx, in, who, l, c)
	for range 3 { // a parallel call was faster; now there is something to find, or another username to take
		if !errors.Is(err, fault.SocialTaken) && !errors.Is(err, fault.UsernameTaken) && !errors.Is(err, fault.EmailTaken) {
			break
		}
		g, err = s.enterSocially(ctx, in, who, l, c)
	}
	if err != nil {
		return Grant{}, concealInactive(err)
	}
	if l.Want == NoToken {
		return g, nil
	}
	return g, s.sign(ctx, in, &g)
}

func (s *Service) identify(ctx context.Context, in *tenants.Scope, provider string, proof social.Proof, c Client) (social.Person, error) {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.SocialNetwork, Subject: c.Network()}); err != nil {
		return social.Person{}, err
	}
	return s.Social.Identify(ctx, in, provider, proof)
}

func (s *Service) enterSocially(ctx context.Context, in *tenants.Scope, who arrival, l SocialLogin, c Client) (Grant, error) {
	var g Grant
	var refused error // for an account that stays, although it may not act yet
	err := s.unit(ctx, in, c, func(u *unit) error {
		p, err := who(ctx, u)
		if err != nil {
			return err
		}
		a, err := u.whoIs(ctx, p, l.Type)
		if err != nil {
			return err
		}
		g.User = a.User
		if refused = standing(a.User, u.settings()); refused != nil || l.Want == NoToken {
			return nil
		}
		g, err = u.signIn(ctx, a, l.Want, p.Provider)
		return err
	})
	if err == nil {
		err = refused
	}
	return g, err
}

// whoIs finds the account of a person, or makes it.
func (u *unit) whoIs(ctx context.Context, p social.Person, userType string) (account, error) {
	if a, err := u.knownAs(ctx, p); err != nil || a.ID != 0 {
		return a, err
	}
	key, ok := identifier.Email(p.Email)
	if !ok {
		p.Email, p.EmailVerified, key = "", false, ""
	}
	if key != "" {
		owner, err := accountBy(ctx, u.Tx, whereName+` for update of u`, key)
		switch {
		case err == nil:
			if a, err := u.knownAs(ctx, p); err != nil || a.ID != 0 { // made by a parallel call since the look above
				return a, err
			}
			return u.adopt(ctx, owner, key, p)
		case !errors.Is(err, fault.PathUnknown):
			return account{}, err
		}
	}
	return u.joinSocially(ctx, p, key, userType)
}

// knownAs gives the account that a person signs in to; ID 0 when there is none yet.
func (u *unit) knownAs(ctx context.Context, p social.Person) (account, error) {
	known, err := u.socialOf(ctx, p)
	if err != nil || known.ID == 0 {
		return account{}, err
	}
	if _, err := u.Exec(ctx, noteSocialLogin, known.ID, u.Now(), p.Email); err != nil {
		return account{}, err
	}
	a, err := accountForUpdate(ctx, u.Tx, known.UserID)
	if err != nil {
		return account{}, orElse(err, fault.BadCredentials)
	}
	return a, nil
}

// adopt connects a person to the account that has the same address, where K39 allows it.
func (u *unit) adopt(ctx context.Context, owner account, key string, p social.Person) (account, error) {
	if !p.EmailVerified || !p.TrustEmail || owner.EmailKey != key {
		return account{}, fault.SocialEmailTaken.With("provider", p.Provider)
	}
	if !owner.EmailVerified {
		if err := u.endOldWays(ctx, owner); err != nil {
			return account{}, err
		}
		if _, err := u.Exec(ctx, markVerified, owner.ID, key, u.Now()); err != nil {
			return account{}, err
		}
	}
	if _, err := u.connect(ctx, owner.ID, p); err != nil {
		return account{}, err
	}
	return accountForUpdate(ctx, u.Tx, owner.ID)
}

// endOldWays ends every way into an account: somebody may have made it in the name of the address' owner, to share it later.
func (u *unit) endOldWays(ctx context.Context, a account) error {
	for _, q := range []string{deleteAllSocial, deleteCodesOfOne} {
		if _, err := u.Exec(ctx, q, a.ID); err != nil {
			return err
		}
	}
	if err := u.setPassword(ctx, a, "", uuid.Nil); err != nil {
		return err
	}
	if _, err := u.Exec(ctx, forgetOldWays, a.ID, u.Now()); err != nil {
		return err
	}
	for _, purpose := range []string{proofVerify, proofReset, proofChange, proofSignIn} {
		if err := u.voidProofs(ctx, a.ID, purpose); err != nil {
			return err
		}
	}
	if err := u.release(ctx, names{username: a.UsernameKey, email: a.EmailKey}, a.ID); err != nil {
		return err
	}
	return u.note(ctx, self(a.ID), "social.old_ways_ended", a.ID, nil)
}

func (u *unit) joinSocially(ctx context.Context, p social.Person, key, userType string) (account, error) {
	if !u.settings().Registration.Open {
		return account{}, fault.RegistrationClosed
	}
	username, err := u.usernameOf(ctx, p)
	if err != nil {
		return account{}, err
	}
	r := Registration{Username: username, Email: p.Email, FirstName: p.FirstName, LastName: p.LastName, Type: userType}
	a, err := u.insert(ctx, r, names{username: identifier.CanonicalUsername(username), email: key}, "")
	if err != nil {
		return account{}, err
	}
	details := map[string]any{"contract": u.client.Contract, "user_type": a.Type, "provider": p.Provider}
	if err := u.note(ctx, self(a.ID), "user.registered", a.ID, details); err != nil {
		return account{}, err
	}
	if _, err := u.connect(ctx, a.ID, p); err != nil {
		return account{}, err
	}
	switch {
	case p.EmailVerified:
		if _, err = u.Exec(ctx, markVerified, a.ID, key, u.Now()); err == nil {
			err = u.approveByRule(ctx, a.ID)
		}
	case u.settings().Email.Verification != "none":
		err = u.askToVerify(ctx, a)
	}
	if err != nil {
		return account{}, err
	}
	return accountForUpdate(ctx, u.Tx, a.ID)
}

// usernameOf is the name somebody has at the provider, else one made of his own name or address.
func (u *unit) usernameOf(ctx context.Context, p social.Person) (string, error) {
	if identifier.Username(p.Username) {
		if taken, err := isTaken(ctx, u.Tx, p.Username); err != nil || !taken {
			return p.Username, err
		}
	}
	for _, text := range []string{p.Username, p.FirstName, p.LastName, p.Name, p.Email} {
		word, _, _ := strings.Cut(text, " ")
		if word, _, _ = strings.Cut(folded(word), "@"); word != "" {
			return u.freeUsername(ctx, word)
		}
	}
	return u.freeUsername(ctx, "")
}

// folded leaves the ASCII letters, without their accents, and the digits and signs that usernames take.
func folded(text string) string {
	return strings.Map(func(c rune) rune {
		if c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("@.+-_", c)) {
			return unicode.ToLower(c)
		}
		return -1
	}, norm.NFKD.String(text))
}
