package admin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/token"
)

// Ceremony is what a browser needs to ask for a passkey (WebAuthn level 3, 5.4 and 5.5), and what has to come back with
// the answer. Nothing of it is stored: strangers may ask for as many as they like.
type Ceremony struct {
	Attempt string // sealed; says what the challenge is for, for whom, and until when
	Options any    // the publicKey member of navigator.credentials.create or get
}

// attempt is what a Ceremony's Attempt holds.
type attempt struct {
	Kind    string               `json:"k"`
	Admin   uuid.UUID            `json:"a"` // uuid.Nil: whoever has the passkey
	Session uuid.UUID            `json:"s"` // where the attempt was begun; uuid.Nil: by somebody who signs in
	Expires int64                `json:"e"`
	State   webauthn.SessionData `json:"w"`
}

// What an attempt may be for. An answer to one is none to another.
const (
	toRegister = "register"
	toSignIn   = "sign-in"
	toProve    = "prove"
)

const (
	attemptLife  = 5 * time.Minute
	attemptPlace = "admin passkey attempt"
)

// party is the site that passkeys are made for: the platform's own address. A browser takes no number for a site, so a
// server on this machine is localhost to it. Fault: PasskeysOff.
func (s *Service) party() (*webauthn.WebAuthn, error) {
	u, err := url.Parse(s.Registry.PublicURL)
	if err != nil {
		return nil, fault.PasskeysOff
	}
	host, origin := u.Hostname(), u.Scheme+"://"+u.Host
	if ip := net.ParseIP(host); ip != nil {
		if !ip.IsLoopback() {
			return nil, fault.PasskeysOff
		}
		host, origin = "localhost", u.Scheme+"://"+net.JoinHostPort("localhost", u.Port())
	}
	if u.Scheme != "https" && host != "localhost" {
		return nil, fault.PasskeysOff
	}
	w, err := webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: "Keyhall", RPOrigins: []string{origin}, AttestationPreference: protocol.PreferNoAttestation})
	if err != nil {
		return nil, fault.PasskeysOff
	}
	return w, nil
}

func (s *Service) ceremony(at attempt, state *webauthn.SessionData, options any) (Ceremony, error) {
	at.State, at.Expires = *state, s.Now().Add(attemptLife).Unix()
	plain, err := json.Marshal(at)
	if err != nil {
		return Ceremony{}, err
	}
	return Ceremony{Attempt: base64.RawURLEncoding.EncodeToString(s.Sealer.Seal(plain, attemptPlace)), Options: options}, nil
}

// attempted reads an attempt; ok is false for one that is forged, for something else, of another session, or too old.
func (s *Service) attempted(sealed, kind string, session uuid.UUID) (at attempt, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return at, false
	}
	plain, err := s.Sealer.Open(raw, attemptPlace)
	if err != nil || json.Unmarshal(plain, &at) != nil {
		return at, false
	}
	return at, at.Kind == kind && at.Session == session && s.Now().Unix() < at.Expires
}

// spend takes an attempt for the only time it counts; false: it was taken before.
func spend(ctx context.Context, tx *tenants.PlatformTx, at attempt) (bool, error) {
	if _, err := tx.Exec(ctx, `delete from admin_spent_challenges where expires_at < now()`); err != nil {
		return false, err
	}
	// Kept a minute longer than it counts, for the database's clock may be another one.
	n, err := tx.Exec(ctx, `insert into admin_spent_challenges (challenge_hash, expires_at) values ($1, $2) on conflict do nothing`,
		token.Hash(at.State.Challenge), time.Unix(at.Expires, 0).Add(time.Minute))
	return n == 1, err
}

// holder is an administrator with his passkeys, as the library wants to see him.
type holder struct {
	admin    Admin
	passkeys []passkeyRow
}

func (h holder) WebAuthnID() []byte          { return h.admin.ID[:] }
func (h holder) WebAuthnName() string        { return h.admin.Email }
func (h holder) WebAuthnDisplayName() string { return h.admin.Email }

func (h holder) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, len(h.passkeys))
	for i, p := range h.passkeys {
		all[i] = p.credential()
	}
	return all
}

// descriptors name the passkeys to a browser.
func (h holder) descriptors() []protocol.CredentialDescriptor {
	return webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()
}

// ask begins a ceremony that a passkey of the holder has to answer.
func (s *Service) ask(h holder, at attempt) (Ceremony, error) {
	w, err := s.party()
	if err != nil {
		return Ceremony{}, err
	}
	if len(h.passkeys) == 0 {
		return Ceremony{}, fault.FactorUnknown
	}
	options, state, err := w.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return Ceremony{}, err
	}
	at.Admin = h.admin.ID
	return s.ceremony(at, state, options.Response)
}

// answered checks a passkey's answer against the holder's passkeys and spends the attempt. ok is false for every answer
// that is not right, and for a passkey that counted backwards, which is written down.
func (s *Service) answered(ctx context.Context, h holder, at attempt, answer *protocol.ParsedCredentialAssertionData) (ok bool, err error) {
	w, err := s.party()
	if err != nil {
		return false, err
	}
	var c *webauthn.Credential
	if at.Admin == uuid.Nil {
		c, err = w.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, at.State, answer)
	} else {
		c, err = w.ValidateLogin(h, at.State, answer)
	}
	if err != nil {
		return false, nil //nolint:nilerr // an answer that is not right is no fault of ours
	}
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		if ok, err = spend(ctx, tx, at); err != nil || !ok {
			return err
		}
		ok, err = used(ctx, tx, h.admin.ID, c)
		return err
	})
	return ok, err
}
