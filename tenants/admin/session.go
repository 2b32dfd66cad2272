package admin

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/token"
)

// Grant is what signing in gives: a pair of tokens, or a cookie with its anti-forgery token.
type Grant struct {
	Admin     Admin
	Access    string
	Refresh   string
	ExpiresIn int // seconds the access token lives
	Cookie    string
	CSRF      string
}

const (
	accessLife  = 15 * time.Minute
	sessionLife = 7 * 24 * time.Hour
)

// Proof is what an administrator signs in with.
type Proof struct {
	Email    string
	Password string
	Code     string // of the second factor, or a recovery code; "" where there is none
}

// Login checks an administrator's password, and the second factor where there is one, and opens a session; with asCookie
// it is one for the browser. Faults: BadCredentials, SecondFactorNeeded, SecondFactorWrong, RateLimited, Busy. Only whoever
// knows the password learns whether there is a second factor.
func (s *Service) Login(ctx context.Context, p Proof, asCookie bool, c identity.Client) (Grant, error) {
	row, charges, err := s.knows(ctx, p, c)
	if err != nil {
		return Grant{}, err
	}
	if _, err := s.provesFactor(ctx, row.ID, p.Code); err != nil {
		if errors.Is(err, fault.SecondFactorNeeded) {
			s.Limiter.Refund(ctx, pool, limit.Failures(charges)...) // a right password, and no guess
		}
		return Grant{}, err
	}
	s.Limiter.Refund(ctx, pool, limit.Failures(charges)...)
	return s.open(ctx, row.admin(), asCookie, c)
}

func (s *Service) verify(ctx context.Context, row adminRow, text string) error {
	if row.PasswordHash == "" {
		if err := s.Hashes.VerifyDummy(ctx, pool, text); err != nil {
			return err
		}
		return fault.BadCredentials
	}
	ok, _, err := s.Hashes.Verify(ctx, pool, row.PasswordHash, text)
	if err == nil && !ok {
		return fault.BadCredentials
	}
	return err
}

const insertSession = `insert into admin_sessions (id, admin_id, kind, token_hash, expires_at, ip, user_agent)
	values ($1, $2, $3, $4, now() + make_interval(secs => $5), $6, $7)`

func (s *Service) open(ctx context.Context, a Admin, asCookie bool, c identity.Client) (Grant, error) {
	roles, err := s.rolesOf(ctx, a.ID)
	if err != nil {
		return Grant{}, err
	}
	a.Roles = roles
	g := Grant{Admin: a}
	id, kind := uuid.Must(uuid.NewV7()), "pair"
	var tokenHash []byte
	if asCookie {
		kind, g.Cookie, g.CSRF = "cookie", token.NewMailKey(), s.csrf(id)
		tokenHash = token.Hash(g.Cookie)
	} else {
		s.fill(&g, id, 0)
	}
	err = s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		if _, err := tx.Exec(ctx, insertSession, id, a.ID, kind, tokenHash, sessionLife.Seconds(), c.IP, c.UserAgent); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update admins set last_login_at = now() where id = $1`, a.ID)
		return err
	})
	return g, err
}

// csrf is the anti-forgery token of a browser session. It follows from the session, so that all tabs of a browser have
// the same one and asking for it changes nothing.
func (s *Service) csrf(session uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(s.Sealer.MAC("admin csrf", session[:]))
}

// The tokens of a pair are session id, number and HMAC, so nothing usable is stored: the number of an access token is
// the second it expires, that of a refresh token its generation.
const (
	accessPrefix  = "kha_"
	refreshPrefix = "khb_"
)

func (s *Service) fill(g *Grant, session uuid.UUID, generation int64) {
	g.ExpiresIn = int(accessLife / time.Second)
	g.Access = s.write(accessPrefix, session, s.Now().Add(accessLife).Unix())
	g.Refresh = s.write(refreshPrefix, session, generation)
}

func (s *Service) write(prefix string, session uuid.UUID, number int64) string {
	body := binary.BigEndian.AppendUint64(append([]byte(nil), session[:]...), uint64(number))
	return prefix + base64.RawURLEncoding.EncodeToString(append(body, s.Sealer.MAC("admin"+prefix, body)...))
}

func (s *Service) read(prefix, raw string) (uuid.UUID, int64, error) {
	text, ok := strings.CutPrefix(raw, prefix)
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if !ok || err != nil || len(b) != 24+32 || !hmac.Equal(b[24:], s.Sealer.MAC("admin"+prefix, b[:24])) {
		return uuid.Nil, 0, fault.TokenInvalid
	}
	return uuid.UUID(b[:16]), int64(binary.BigEndian.Uint64(b[16:24])), nil
}

// Credentials are what came with a request to the administration.
type Credentials struct {
	Bearer    string // access token or secret key
	Cookie    string
	CSRF      string
	CheckCSRF bool // the method changes something
}

type sessionRow struct {
	adminRow
	SessionID uuid.UUID `db:"session_id"`
	Stale     bool      `db:"stale"`
	Enrolled  bool      `db:"enrolled"`
	Demanded  bool      `db:"demanded"`
}

const (
	liveSession   = ` x.revoked_at is null and x.expires_at > now() and x.last_seen_at > now() - interval '12 hours' `
	selectSession = `select ` + adminColumns + `, x.id as session_id, x.last_seen_at < now() - interval '1 minute' as stale,
		` + isEnrolled + `,
		a.operator and (select operators_second_factor from platform_settings) as demanded
		from admin_sessions x join admins a on a.id = x.admin_id where` + liveSession
)

// Authenticate finds out who administers, from rows as they are now, so that a changed role acts at once. Faults:
// NoCredentials, TokenInvalid, TokenExpired, CSRFFailed, TenantSuspended for a key of a suspended tenant.
func (s *Service) Authenticate(ctx context.Context, cr Credentials) (*Actor, error) {
	var row sessionRow
	var err error
	switch {
	case strings.HasPrefix(cr.Bearer, "sk_"):
		return s.byKey(ctx, cr.Bearer)
	case cr.Bearer != "":
		row, err = s.byAccess(ctx, cr.Bearer)
	case cr.Cookie != "":
		err = s.Platform.Get(ctx, &row, selectSession+` and x.kind = 'cookie' and x.token_hash = $1`, token.Hash(cr.Cookie))
	default:
		return nil, fault.NoCredentials
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.TokenInvalid
	}
	if err != nil {
		return nil, err
	}
	a, err := s.actor(ctx, row)
	if err != nil || cr.Bearer != "" {
		return a, err
	}
	a.CSRF = s.csrf(row.SessionID)
	if cr.CheckCSRF && !hmac.Equal([]byte(a.CSRF), []byte(cr.CSRF)) {
		return nil, fault.CSRFFailed
	}
	return a, nil
}

func (s *Service) byAccess(ctx context.Context, raw string) (row sessionRow, err error) {
	id, expires, err := s.read(accessPrefix, raw)
	if err != nil {
		return row, err
	}
	if s.Now().Unix() >= expires {
		return row, fault.TokenExpired
	}
	return row, s.Platform.Get(ctx, &row, selectSession+` and x.kind = 'pair' and x.id = $1`, id)
}

func (s *Service) byKey(ctx context.Context, key string) (*Actor, error) {
	scope, id, err := s.Registry.SecretKey(ctx, key)
	if err != nil {
		return nil, err
	}
	if scope.Tenant().Suspended() {
		return nil, fault.TenantSuspended
	}
	return &Actor{KeyID: id, roles: map[uuid.UUID]string{scope.ID(): roleKey}}, nil
}

func (s *Service) actor(ctx context.Context, row sessionRow) (*Actor, error) {
	a := &Actor{Admin: row.admin(), SessionID: row.SessionID, Enrolled: row.Enrolled, demanded: row.Demanded, roles: map[uuid.UUID]string{}}
	var err error
	if a.Admin.Roles, err = s.rolesOf(ctx, row.ID); err != nil {
		return nil, err
	}
	for _, r := range a.Admin.Roles {
		a.roles[r.TenantID] = r.Role
	}
	if row.Stale {
		_, err = s.Platform.Exec(ctx, `update admin_sessions set last_seen_at = now() where id = $1`, row.SessionID)
	}
	return a, err
}

// Logout ends the actor's session.
func (s *Service) Logout(ctx context.Context, a *Actor) error {
	_, err := s.Platform.Exec(ctx, `update admin_sessions set revoked_at = now() where id = $1 and revoked_at is null`, a.SessionID)
	return err
}

const rotate = `update admin_sessions x set refresh_generation = refresh_generation + 1, rotated_at = now(), last_seen_at = now()
	from admins a where a.id = x.admin_id and x.kind = 'pair' and x.id = $1 and x.refresh_generation = $2 and` + liveSession + `returning ` + adminColumns

// Refresh trades a refresh token for a new pair, by the rules of identity.Refresh. Faults: TokenInvalid, TokenReused.
func (s *Service) Refresh(ctx context.Context, raw string) (Grant, error) {
	id, generation, err := s.read(refreshPrefix, raw)
	if err != nil {
		return Grant{}, err
	}
	var row adminRow
	err = s.Platform.Get(ctx, &row, rotate, id, generation)
	if errors.Is(err, sql.ErrNoRows) {
		row, err = s.notRotated(ctx, id, generation)
	}
	if err != nil {
		return Grant{}, err
	}
	g := Grant{Admin: row.admin()}
	s.fill(&g, id, generation+1)
	g.Admin.Roles, err = s.rolesOf(ctx, row.ID)
	return g, err
}

// notRotated answers the immediate parent's retry within 10 s, and ends the session of anything older.
func (s *Service) notRotated(ctx context.Context, id uuid.UUID, generation int64) (adminRow, error) {
	var row struct {
		adminRow
		Generation int64 `db:"refresh_generation"`
		Lately     bool  `db:"lately"`
	}
	err := s.Platform.Get(ctx, &row, `select `+adminColumns+`, x.refresh_generation, coalesce(x.rotated_at > now() - interval '10 seconds', false) as lately
		from admin_sessions x join admins a on a.id = x.admin_id where x.kind = 'pair' and x.id = $1 and`+liveSession, id)
	if errors.Is(err, sql.ErrNoRows) {
		return adminRow{}, fault.TokenInvalid
	}
	if err != nil || row.Generation == generation+1 && row.Lately {
		return row.adminRow, err
	}
	if _, err := s.Platform.Exec(ctx, `update admin_sessions set revoked_at = now() where id = $1`, id); err != nil {
		return adminRow{}, err
	}
	return adminRow{}, fault.TokenReused
}
