package identity

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/token"
)

// Shape is the form of token a contract speaks.
type Shape uint8

// The shapes. Each is a row in sessions, so that logout, disabling and "sign out everywhere" work alike.
const (
	NoToken         Shape = iota
	Opaque                // one key of 40 hex characters
	Pair                  // a JWT access token and a rotating refresh token
	Cookie                // a sessionid cookie with a csrftoken beside it
	OpaqueAndCookie       // two sessions of one sign-in, which end together at Logout
	UserIDPair            // a Pair in which both are JWTs that name the user in user_id
	PersonPair            // the same with e-mail, mobile and name; its refresh token may be used again and again
	LoneJWT               // one long-lived JWT whose sub is a number
)

// shapeNames are the kinds of sessions. Whatever its form, a session with a refresh token is a pair.
var shapeNames = map[Shape]string{Opaque: "opaque", Pair: "pair", Cookie: "cookie", UserIDPair: "pair", PersonPair: "pair", LoneJWT: "jwt"}

// isJWT tells what is verified by its signature from what is looked up by its hash.
func (s Shape) isJWT() bool { return s != Opaque && s != Cookie && s != OpaqueAndCookie }

// Grant is what signing in gives. Without a token its strings are empty and SessionID is uuid.Nil.
type Grant struct {
	User      User
	SessionID uuid.UUID
	Key       string // Opaque
	Cookie    string // Cookie: the sessionid
	CSRF      string // Cookie
	Access    string // Pair, UserIDPair, PersonPair, LoneJWT
	Refresh   string // Pair, UserIDPair, PersonPair
	ExpiresIn int    // seconds the access token lives
	Mark      string // PersonPair: 64 hex characters that stay the same for as long as the account's password does

	authTime   time.Time
	shape      Shape
	generation uint32    // of the refresh token
	issued     time.Time // when that generation began
	contract   string
}

// Session is one sign-in that lives on.
type Session struct {
	ID         uuid.UUID `db:"id"`
	Kind       string    `db:"kind"`
	Contract   string    `db:"contract"`
	AuthTime   time.Time `db:"auth_time"`
	CreatedAt  time.Time `db:"created_at"`
	LastSeenAt time.Time `db:"last_seen_at"`
	ExpiresAt  time.Time `db:"expires_at"`
	IP         string    `db:"ip"`
	UserAgent  string    `db:"user_agent"`
	Current    bool      `db:"-"` // the one that asks
}

const insertSession = `insert into sessions (tenant_id, id, user_id, kind, contract, token_hash, csrf_hash, auth_time, created_at, last_seen_at,
	idle_seconds, expires_at, ip, user_agent) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9, $10, $11, $12)`

// cookieLife is how long Django keeps a session cookie.
const cookieLife = 14 * 24 * time.Hour

// open writes a session of the shape and gives its secrets; a Pair's access token is signed later, outside the
// transaction.
func (u *unit) open(ctx context.Context, a account, shape Shape) (Grant, error) {
	if shape == OpaqueAndCookie {
		return u.openBoth(ctx, a)
	}
	lives := u.settings().Lifetimes
	g := Grant{User: a.User, SessionID: uuid.Must(uuid.NewV7()), authTime: u.Now(), issued: u.Now(), shape: shape, contract: u.client.Contract}
	idle, absolute := seconds(lives.OpaqueIdle), seconds(lives.Opaque)
	var tokenHash, csrfHash []byte
	switch shape {
	case Opaque:
		g.Key = token.NewKey()
		tokenHash = token.Hash(g.Key)
	case Cookie:
		g.Cookie, g.CSRF = token.NewSessionID(), token.NewCSRF()
		tokenHash, csrfHash = token.Hash(g.Cookie), token.Hash(g.CSRF)
		idle, absolute = min(idle, cookieLife), min(absolute, cookieLife)
	case LoneJWT:
		absolute = seconds(u.settings().Contracts.FitTrackee.TokenSeconds)
		idle = absolute
	default:
		g.Mark = u.s.Tokens.PasswordMark(u.Scope(), a.ID, a.PasswordHash)
		idle, absolute = seconds(lives.Refresh), max(seconds(lives.Refresh), absolute)
	}
	_, err := u.Exec(ctx, insertSession, g.SessionID, a.ID, shapeNames[shape], u.client.Contract, tokenHash, csrfHash, u.Now(),
		int(idle/time.Second), u.Now().Add(absolute), u.client.IP, cut(u.client.UserAgent, 300))
	return g, err
}

func (u *unit) openBoth(ctx context.Context, a account) (Grant, error) {
	browser, err := u.open(ctx, a, Cookie)
	if err != nil {
		return Grant{}, err
	}
	g, err := u.open(ctx, a, Opaque)
	g.Cookie, g.CSRF = browser.Cookie, browser.CSRF
	return g, err
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return string([]rune(s)[:min(n, len([]rune(s)))])
}

const live = ` s.revoked_at is null and s.expires_at > now() and s.last_seen_at + make_interval(secs => s.idle_seconds) > now() `

const sessionColumns = `s.id as session_id, s.kind as session_kind, s.contract as session_contract, s.csrf_hash, s.auth_time, s.created_at as session_created_at,
	s.last_seen_at, s.expires_at, s.ip, s.user_agent`

// One joined statement is all that an authenticated request costs the database.
const (
	fromSessions  = ` from sessions s join users u on u.tenant_id = s.tenant_id and u.id = s.user_id join groups g on g.tenant_id = u.tenant_id and g.id = u.group_id `
	actorByToken  = `select ` + userColumns + `, ` + sessionColumns + fromSessions + `where s.tenant_id = $1 and s.token_hash = $2 and s.kind = $3 and` + live
	actorByID     = `select ` + userColumns + `, ` + sessionColumns + fromSessions + `where s.tenant_id = $1 and s.id = $2 and s.kind in ('pair', 'jwt') and` + live
	touchSession  = `update sessions s set last_seen_at = now() where s.tenant_id = $1 and s.id = $2 and` + live + `returning s.id`
	revokeSession = `update sessions set revoked_at = $4, revoked_why = $5 where tenant_id = $1 and user_id = $2 and id = $3 and revoked_at is null`
	// Sessions of one sign-in were opened in one transaction, so they have the same auth_time to the microsecond.
	revokeSignIn = `update sessions s set revoked_at = $4, revoked_why = $5 from sessions own where s.tenant_id = $1 and own.tenant_id = $1
		and s.user_id = $2 and own.user_id = $2 and own.id = $3 and s.revoked_at is null
		and (s.id = own.id or s.kind in ('opaque', 'cookie') and own.kind in ('opaque', 'cookie') and s.auth_time = own.auth_time)`
	revokeOthers = `update sessions set revoked_at = $4, revoked_why = $5 where tenant_id = $1 and user_id = $2 and id <> $3 and revoked_at is null`
	listSessions = `select s.id, s.kind, s.contract, s.auth_time, s.created_at, s.last_seen_at, s.expires_at, s.ip, s.user_agent from sessions s
		where s.tenant_id = $1 and s.user_id = $2 and` + live + `order by s.last_seen_at desc, s.id`
)

type actorRow struct {
	userRow
	SessionID        uuid.UUID `db:"session_id"`
	SessionKind      string    `db:"session_kind"`
	SessionContract  string    `db:"session_contract"`
	CSRFHash         []byte    `db:"csrf_hash"`
	AuthTime         time.Time `db:"auth_time"`
	SessionCreatedAt time.Time `db:"session_created_at"`
	LastSeenAt       time.Time `db:"last_seen_at"`
	ExpiresAt        time.Time `db:"expires_at"`
	IP               string    `db:"ip"`
	UserAgent        string    `db:"user_agent"`
}

func (r actorRow) actor() *Actor {
	a := r.account()
	return &Actor{User: a.User, account: a, csrfHash: r.CSRFHash, Session: Session{
		ID: r.SessionID, Kind: r.SessionKind, Contract: r.SessionContract,
		AuthTime: r.AuthTime, CreatedAt: r.SessionCreatedAt, LastSeenAt: r.LastSeenAt, ExpiresAt: r.ExpiresAt, IP: r.IP, UserAgent: r.UserAgent, Current: true,
	}}
}

// Sessions lists the live sessions of an account, the latest used first.
func (s *Service) Sessions(ctx context.Context, in *tenants.Scope, userID int64) ([]Session, error) {
	all := []Session{}
	err := in.Select(ctx, &all, listSessions, userID)
	return all, err
}

// Logout ends the actor's own session, and its other half if it was opened as OpaqueAndCookie. The tokens are dead from
// the next request on, in every process. Ending what has ended is no fault.
func (s *Service) Logout(ctx context.Context, in *tenants.Scope, a *Actor, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error {
		n, err := u.Exec(ctx, revokeSignIn, a.User.ID, a.Session.ID, u.Now(), "signed out")
		if err != nil || n == 0 {
			return err
		}
		return u.note(ctx, self(a.User.ID), "session.ended", a.User.ID, map[string]any{"session": a.Session.ID})
	})
}

// EndSession ends one session of an account, or returns fault.PathUnknown.
func (s *Service) EndSession(ctx context.Context, in *tenants.Scope, by By, userID int64, id uuid.UUID, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error {
		n, err := u.Exec(ctx, revokeSession, userID, id, u.Now(), "signed out")
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.PathUnknown
		}
		return u.note(ctx, by, "session.ended", userID, map[string]any{"session": id})
	})
}

// EndSessions ends all sessions of an account but the one named (uuid.Nil: all).
func (s *Service) EndSessions(ctx context.Context, in *tenants.Scope, by By, userID int64, but uuid.UUID, c Client) error {
	return s.unit(ctx, in, c, func(u *unit) error {
		if _, err := accountByID(ctx, u.Tx, userID); err != nil {
			return err
		}
		n, err := u.endSessions(ctx, userID, but, "signed out everywhere")
		if err != nil {
			return err
		}
		return u.note(ctx, by, "sessions.ended", userID, map[string]any{"count": n})
	})
}

func (u *unit) endSessions(ctx context.Context, userID int64, but uuid.UUID, why string) (int64, error) {
	return u.Exec(ctx, revokeOthers, userID, but, u.Now(), why)
}

// touch notes that a session is in use, at most once a minute.
func (s *Service) touch(ctx context.Context, in *tenants.Scope, a *Actor) error {
	if s.now().Sub(a.Session.LastSeenAt) < time.Minute && s.now().Sub(a.Session.LastSeenAt) < idleNotice(in, a) {
		return nil
	}
	var id uuid.UUID
	err := in.Get(ctx, &id, touchSession, a.Session.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.TokenInvalid
	}
	return err
}

// idleNotice keeps short idle lifetimes honest: a session in use must not run out between two notes.
func idleNotice(in *tenants.Scope, a *Actor) time.Duration {
	switch a.Session.Kind {
	case shapeNames[Pair]:
		return seconds(in.Settings().Lifetimes.Refresh) / 2
	case shapeNames[LoneJWT]:
		return time.Minute // it has no idle lifetime of its own
	}
	return seconds(in.Settings().Lifetimes.OpaqueIdle) / 2
}
