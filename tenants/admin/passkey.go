package admin

import (
	"context"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// maxPasskeys is how many an administrator may have.
const maxPasskeys = 20

// Passkey is a way in that a device or a password manager keeps (WebAuthn).
type Passkey struct {
	ID         uuid.UUID
	Name       string
	Synced     bool // its maker keeps a copy, so it outlives the device
	CreatedAt  time.Time
	LastUsedAt *time.Time
	SuspectAt  *time.Time // it counted backwards: somebody may have a copy
}

type passkeyRow struct {
	ID           uuid.UUID  `db:"id"`
	Name         string     `db:"name"`
	CredentialID []byte     `db:"credential_id"`
	PublicKey    []byte     `db:"public_key"`
	SignCount    int64      `db:"sign_count"`
	Flags        int16      `db:"flags"`
	Transports   string     `db:"transports"`
	CreatedAt    time.Time  `db:"created_at"`
	LastUsedAt   *time.Time `db:"last_used_at"`
	SuspectAt    *time.Time `db:"suspect_at"`
}

//nolint:gosec // G101: what is selected are public keys
const selectPasskeys = `select id, name, credential_id, public_key, sign_count, flags, transports, created_at, last_used_at, suspect_at
	from admin_passkeys where admin_id = $1 order by created_at, id`

func (r passkeyRow) credential() webauthn.Credential {
	c := webauthn.Credential{
		ID: r.CredentialID, PublicKey: r.PublicKey, AttestationFormat: "none", Flags: webauthn.CredentialFlagsFromMsgpByte(byte(r.Flags)),
		Authenticator: webauthn.Authenticator{SignCount: uint32(r.SignCount)},
	}
	for _, way := range strings.Fields(r.Transports) {
		c.Transport = append(c.Transport, protocol.AuthenticatorTransport(way))
	}
	return c
}

func (r passkeyRow) passkey() Passkey {
	synced := webauthn.CredentialFlagsFromMsgpByte(byte(r.Flags)).BackupState
	return Passkey{ID: r.ID, Name: r.Name, Synced: synced, CreatedAt: r.CreatedAt, LastUsedAt: r.LastUsedAt, SuspectAt: r.SuspectAt}
}

func (s *Service) holds(ctx context.Context, a Admin) (holder, error) {
	h := holder{admin: a}
	return h, s.Platform.Select(ctx, &h.passkeys, selectPasskeys, a.ID)
}

// Passkeys lists the actor's passkeys, the oldest first.
func (s *Service) Passkeys(ctx context.Context, a *Actor) ([]Passkey, error) {
	h, err := s.holds(ctx, a.Admin)
	all := make([]Passkey, len(h.passkeys))
	for i, r := range h.passkeys {
		all[i] = r.passkey()
	}
	return all, err
}

// BeginPasskey asks the actor's browser for a new passkey. Faults: PasswordWrong on "password", PasskeysOff,
// PasskeysFull, RateLimited.
func (s *Service) BeginPasskey(ctx context.Context, a *Actor, text string) (Ceremony, error) {
	w, err := s.party()
	if err != nil {
		return Ceremony{}, err
	}
	if err := s.knowsPassword(ctx, a, "password", text); err != nil {
		return Ceremony{}, err
	}
	h, err := s.holds(ctx, a.Admin)
	if err != nil {
		return Ceremony{}, err
	}
	if len(h.passkeys) >= maxPasskeys {
		return Ceremony{}, fault.PasskeysFull
	}
	options, state, err := w.BeginRegistration(h, webauthn.WithExclusions(h.descriptors()), webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
		ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
	}))
	if err != nil {
		return Ceremony{}, err
	}
	return s.ceremony(attempt{Kind: toRegister, Admin: a.Admin.ID, Session: a.SessionID}, state, options.Response)
}

// ConfirmPasskey keeps the passkey that the browser made. If it is the first second factor, recovery codes come with it,
// in clear for the only time, and the actor's other sessions end. Faults: PasskeyRefused on "credential", PasskeyExists,
// PasskeysFull, PasskeysOff.
func (s *Service) ConfirmPasskey(ctx context.Context, a *Actor, name, sealed string, credential []byte) (Passkey, []string, error) {
	w, err := s.party()
	if err != nil {
		return Passkey{}, nil, err
	}
	at, ok := s.attempted(sealed, toRegister, a.SessionID)
	answer, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil || !ok {
		return Passkey{}, nil, fault.PasskeyRefused.On("credential")
	}
	made, err := w.CreateCredential(holder{admin: a.Admin}, at.State, answer)
	if err != nil {
		return Passkey{}, nil, fault.PasskeyRefused.On("credential")
	}
	row := passkeyRow{
		ID: uuid.Must(uuid.NewV7()), Name: name, CredentialID: made.ID, PublicKey: made.PublicKey,
		SignCount: int64(made.Authenticator.SignCount), Flags: int16(made.Flags.MsgpByte()), CreatedAt: s.Now(),
	}
	for _, way := range made.Transport {
		row.Transports += string(way) + " "
	}
	var codes []string
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		if fresh, err := spend(ctx, tx, at); err != nil || !fresh {
			return orElse(err, fault.PasskeyRefused.On("credential"))
		}
		codes, err = s.keepPasskey(ctx, tx, a, row)
		return err
	})
	if tenants.Constraint(err) == "admin_passkeys_credential_key" {
		return Passkey{}, nil, fault.PasskeyExists
	}
	return row.passkey(), codes, err
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

const insertPasskey = `insert into admin_passkeys (id, admin_id, name, credential_id, public_key, sign_count, flags, transports, created_at)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// keepPasskey writes a passkey under a lock on the administrator, so that two at once are counted.
func (s *Service) keepPasskey(ctx context.Context, tx *tenants.PlatformTx, a *Actor, r passkeyRow) (codes []string, err error) {
	var had struct {
		Passkeys int  `db:"passkeys"`
		Enrolled bool `db:"enrolled"`
	}
	if _, err := tx.Exec(ctx, `select from admins where id = $1 for update`, a.Admin.ID); err != nil {
		return nil, err
	}
	err = tx.Get(ctx, &had, `select (select count(*) from admin_passkeys where admin_id = $1) as passkeys, exists (`+enrolled+`) as enrolled`, a.Admin.ID)
	if err != nil {
		return nil, err
	}
	if had.Passkeys >= maxPasskeys {
		return nil, fault.PasskeysFull
	}
	if _, err := tx.Exec(ctx, insertPasskey, r.ID, a.Admin.ID, r.Name, r.CredentialID, r.PublicKey, r.SignCount, r.Flags, strings.TrimSpace(r.Transports), r.CreatedAt); err != nil {
		return nil, err
	}
	if !had.Enrolled {
		if codes, err = s.replaceCodes(ctx, tx, a.Admin.ID); err != nil {
			return nil, err
		}
		if err := endOthers(ctx, tx, a); err != nil {
			return nil, err
		}
	}
	return codes, note(ctx, tx, "admin.passkey_added", a.Admin.ID)
}

// RenamePasskey gives one of the actor's passkeys another name. Fault: PathUnknown.
func (s *Service) RenamePasskey(ctx context.Context, a *Actor, id uuid.UUID, name string) (Passkey, error) {
	var row passkeyRow
	err := s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		n, err := tx.Exec(ctx, `update admin_passkeys set name = $3 where admin_id = $1 and id = $2`, a.Admin.ID, id, name)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.PathUnknown
		}
		if err := note(ctx, tx, "admin.passkey_renamed", a.Admin.ID); err != nil {
			return err
		}
		return tx.Get(ctx, &row, `select id, name, flags, created_at, last_used_at, suspect_at from admin_passkeys where id = $1`, id)
	})
	return row.passkey(), err
}

// RemovePasskey takes one of the actor's passkeys away, with proof of both factors. Faults: PathUnknown, and as withBoth.
func (s *Service) RemovePasskey(ctx context.Context, a *Actor, id uuid.UUID, b Both) error {
	h, err := s.holds(ctx, a.Admin)
	if err != nil {
		return err
	}
	if !h.has(id) {
		return fault.PathUnknown
	}
	return s.withBoth(ctx, a, b, func(tx *tenants.PlatformTx) error {
		n, err := tx.Exec(ctx, `delete from admin_passkeys where admin_id = $1 and id = $2`, a.Admin.ID, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.PathUnknown
		}
		return s.afterRemoval(ctx, tx, a, "admin.passkey_removed")
	})
}

func (h holder) has(id uuid.UUID) bool {
	for _, p := range h.passkeys {
		if p.ID == id {
			return true
		}
	}
	return false
}

// used writes down what a passkey counted. One that counted backwards does not count, and is marked for its owner.
func used(ctx context.Context, tx *tenants.PlatformTx, admin uuid.UUID, c *webauthn.Credential) (ok bool, err error) {
	if c.Authenticator.CloneWarning {
		if _, err := tx.Exec(ctx, `update admin_passkeys set suspect_at = now() where admin_id = $1 and credential_id = $2`, admin, c.ID); err != nil {
			return false, err
		}
		return false, note(ctx, tx, "admin.passkey_suspect", admin)
	}
	// Of two answers with the same count one is a copy's: the row lets one through.
	n, err := tx.Exec(ctx, `update admin_passkeys set sign_count = $3, flags = $4, last_used_at = now()
		where admin_id = $1 and credential_id = $2 and (sign_count < $3 or $3 = 0)`, admin, c.ID, int64(c.Authenticator.SignCount), int16(c.Flags.MsgpByte()))
	return n == 1, err
}
