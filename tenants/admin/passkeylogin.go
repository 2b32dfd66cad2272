package admin

import (
	"context"
	"database/sql"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/limit"
)

// BeginPasskeyLogin asks a browser for a passkey: after a right password for one of that administrator's, and with an
// empty proof for any that the browser has for this site, which then has to make sure who uses it. Faults:
// BadCredentials, FactorUnknown for one without passkeys, PasskeysOff, RateLimited, Busy.
func (s *Service) BeginPasskeyLogin(ctx context.Context, p Proof, c identity.Client) (Ceremony, error) {
	if p.Email != "" || p.Password != "" {
		row, charges, err := s.knows(ctx, p, c)
		if err != nil {
			return Ceremony{}, err
		}
		s.Limiter.Refund(ctx, pool, limit.Failures(charges)...)
		h, err := s.holds(ctx, row.admin())
		if err != nil {
			return Ceremony{}, err
		}
		return s.ask(h, attempt{Kind: toSignIn})
	}
	w, err := s.party()
	if err != nil {
		return Ceremony{}, err
	}
	options, state, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, err
	}
	return s.ceremony(attempt{Kind: toSignIn}, state, options.Response)
}

// LoginByPasskey opens a session for the browser with a passkey's answer to BeginPasskeyLogin. Faults: PasskeyWrong,
// PasskeysOff, RateLimited.
func (s *Service) LoginByPasskey(ctx context.Context, sealed string, credential []byte, c identity.Client) (Grant, error) {
	answer, err := protocol.ParseCredentialRequestResponseBytes(credential)
	at, ok := s.attempted(sealed, toSignIn, uuid.Nil)
	if err != nil {
		answer, ok = &protocol.ParsedCredentialAssertionData{}, false
	}
	// Failures are counted for the passkey, as those of passwords are for the account.
	charges := limit.SignIn("passkey/"+answer.ID, c.Network())
	if err := s.Limiter.Take(ctx, pool, charges...); err != nil {
		return Grant{}, err
	}
	if !ok {
		return Grant{}, fault.PasskeyWrong
	}
	id := at.Admin
	if id == uuid.Nil {
		id, _ = uuid.FromBytes(answer.Response.UserHandle)
	}
	h, err := s.holderByID(ctx, id)
	if err != nil {
		return Grant{}, err
	}
	ok, err = s.answered(ctx, h, at, answer)
	if err != nil {
		return Grant{}, err
	}
	if !ok {
		return Grant{}, fault.PasskeyWrong
	}
	s.Limiter.Refund(ctx, pool, limit.Failures(charges)...)
	return s.open(ctx, h.admin, true, c)
}

// holderByID finds whose passkey it is. Fault: PasskeyWrong for nobody's.
func (s *Service) holderByID(ctx context.Context, id uuid.UUID) (holder, error) {
	var row adminRow
	err := s.Platform.Get(ctx, &row, `select `+adminColumns+` from admins a where a.id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return holder{}, fault.PasskeyWrong
	}
	if err != nil {
		return holder{}, err
	}
	return s.holds(ctx, row.admin())
}

// ProvePasskey asks the actor's browser for a passkey that he has, to prove himself once more. Faults: FactorUnknown,
// PasskeysOff.
func (s *Service) ProvePasskey(ctx context.Context, a *Actor) (Ceremony, error) {
	h, err := s.holds(ctx, a.Admin)
	if err != nil {
		return Ceremony{}, err
	}
	return s.ask(h, attempt{Kind: toProve, Session: a.SessionID})
}

// answersPasskey takes the answer to ProvePasskey. Faults: PasskeyRefused on "credential", PasskeysOff.
func (s *Service) answersPasskey(ctx context.Context, a *Actor, sealed string, credential []byte) error {
	at, ok := s.attempted(sealed, toProve, a.SessionID)
	answer, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil || !ok || at.Admin != a.Admin.ID {
		return fault.PasskeyRefused.On("credential")
	}
	h, err := s.holds(ctx, a.Admin)
	if err != nil {
		return err
	}
	ok, err = s.answered(ctx, h, at, answer)
	if err == nil && !ok {
		return fault.PasskeyRefused.On("credential")
	}
	return err
}
