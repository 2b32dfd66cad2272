package identity

import (
	"context"
	"errors"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/token"
)

const (
	// signInLinkLife is what ASVS 6.5.5 allows a secret that is sent out of band.
	signInLinkLife = 10 * time.Minute
	// signInLinkPause holds a second mail back, which would kill the link that is being looked for.
	signInLinkPause = time.Minute
)

// RequestSignInLink mails a link that signs in once, in place of any that is out, to the account with that address, if
// it could sign in by it. Nobody is told whether there is one. A second mail within a minute, or past the budget of the
// mailbox, is silently not sent. Faults: BadEmail on "email"; RateLimited for a busy network.
func (s *Service) RequestSignInLink(ctx context.Context, in *tenants.Scope, email string, c Client) error {
	key, ok := identifier.LooseEmail(email)
	if !ok {
		return fault.BadEmail.On("email")
	}
	tenant := in.ID().String()
	if err := s.Limiter.Take(ctx, tenant, limit.Charge{Rule: limit.ResetNetwork, Subject: c.Network()}); err != nil {
		return err
	}
	enough := s.Limiter.Take(ctx, tenant, limit.Charge{Rule: limit.LinkIdentifier, Subject: key}) != nil
	return s.unit(ctx, in, c, func(u *unit) error {
		a, err := accountBy(ctx, u.Tx, `u.email_key = $2 for update of u`, key)
		if err != nil && !errors.Is(err, fault.PathUnknown) {
			return err
		}
		welcome := err == nil && maySignInBy(in, a, Destination{Key: key}, c) == nil
		wait, err := u.cooling(ctx, a.ID, proofSignIn, signInLinkPause)
		if err != nil {
			return err
		}
		if !welcome || wait || enough {
			return u.voidProofs(ctx, 0, proofSignIn) // the same trips as for a real one
		}
		return u.mailSignInLink(ctx, a)
	})
}

func (u *unit) mailSignInLink(ctx context.Context, a account) error {
	secret := token.NewMailKey()
	expires, err := u.giveProof(ctx, a, proofSignIn, secret, a.EmailKey, signInLinkLife)
	if err != nil {
		return err
	}
	err = u.send(ctx, letter{message: "sign_in_link", to: a, secret: map[string]any{"key": secret}, expires: expires})
	if err != nil {
		return err
	}
	return u.note(ctx, self(a.ID), "session.link_requested", a.ID, nil)
}

// LoginByLink signs in with the key of a mailed link, which proves the address. Faults: KeyInvalid, also for a key that
// was used and for an account that is disabled or has another address by now; Rejected, PendingApproval.
func (s *Service) LoginByLink(ctx context.Context, in *tenants.Scope, key string, want Shape, c Client) (Grant, error) {
	var g Grant
	err := s.useLink(ctx, in, key, c, func(u *unit, a account) (err error) {
		g, err = u.signIn(ctx, a, want, byLink)
		return err
	})
	if err != nil {
		return Grant{}, err
	}
	return g, s.sign(ctx, in, &g)
}

// ProveByLink uses the key of a link up without a session, where there is no program to hand one to: the address is
// proven, nothing else. Faults: those of LoginByLink.
func (s *Service) ProveByLink(ctx context.Context, in *tenants.Scope, key string, c Client) error {
	return s.useLink(ctx, in, key, c, func(*unit, account) error { return nil })
}

// useLink spends a link and runs then in the same transaction.
func (s *Service) useLink(ctx context.Context, in *tenants.Scope, key string, c Client, then func(*unit, account) error) error {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.VerifyNetwork, Subject: c.Network()}); err != nil {
		return err
	}
	return s.unit(ctx, in, c, func(u *unit) error {
		p, err := findProof(ctx, u, proofSignIn, key, fault.KeyInvalid)
		if err != nil {
			return err
		}
		a, err := accountForUpdate(ctx, u.Tx, p.UserID)
		if err != nil || p.UsedAt != nil || a.EmailKey != p.Destination || !a.Active {
			return orElse(err, fault.KeyInvalid)
		}
		to := Destination{Text: a.Email, Key: a.EmailKey}
		if err := u.spend(ctx, p, fault.KeyInvalid); err != nil {
			return err
		}
		if err := maySignInBy(in, a, to, c); err != nil {
			return err
		}
		if a, err = u.proven(ctx, a, to); err != nil {
			return err
		}
		return then(u, a)
	})
}
