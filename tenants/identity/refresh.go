package identity

import (
	"context"
	"database/sql"
	"errors"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/token"
)

// rotate is the one statement that decides: of any number of parallel calls with the same parent one moves the
// generation on. It reads the account on the way, so a refresh is one trip to the database.
const rotate = `update sessions s set refresh_generation = s.refresh_generation + 1, rotated_at = now(), last_seen_at = now()
	from users u join groups g on g.tenant_id = u.tenant_id and g.id = u.group_id
	where s.tenant_id = $1 and s.id = $2 and s.refresh_generation = $3 and s.kind = 'pair' and u.tenant_id = s.tenant_id and u.id = s.user_id and` +
	live + `returning ` + userColumns + `, ` + sessionColumns + `, s.rotated_at`

const sessionGeneration = `select ` + userColumns + `, ` + sessionColumns + `, s.rotated_at, s.refresh_generation, s.rotated_at > now() - interval '10 seconds' as lately,
	(` + live + `) as live, s.revoked_at is not null as revoked` + fromSessions + `where s.tenant_id = $1 and s.id = $2 and s.kind = 'pair'`

type rotatedRow struct {
	actorRow
	RotatedAt sql.NullTime `db:"rotated_at"`
}

type generationRow struct {
	rotatedRow
	Generation uint32       `db:"refresh_generation"`
	Lately     sql.NullBool `db:"lately"`
	Live       bool         `db:"live"`
	Revoked    bool         `db:"revoked"`
}

// Refresh trades a refresh token for a new pair. Each token has one successor; within 10 s the immediate parent gets
// that same successor again, for an answer that was lost (RFC 9700 4.14). Anything older ends the session: somebody
// has a copy. Faults: TokenInvalid, TokenExpired, TokenReused, and those of standing.
func (s *Service) Refresh(ctx context.Context, in *tenants.Scope, raw string, c Client) (Grant, error) {
	r, err := s.Tokens.ParseRefresh(in, raw)
	if err != nil {
		return Grant{}, err
	}
	return s.rotate(ctx, in, r, Pair, c)
}

// RefreshUserIDPair is Refresh for a UserIDPair of the client's contract. An access token is TokenWrongType.
func (s *Service) RefreshUserIDPair(ctx context.Context, in *tenants.Scope, raw string, c Client) (Grant, error) {
	r, err := s.Tokens.ParseRefreshJWT(ctx, in, raw, c.Contract)
	if err != nil {
		return Grant{}, err
	}
	return s.rotate(ctx, in, r.Refresh, UserIDPair, c)
}

// RefreshPersonPair gives a new access token for the refresh token of a PersonPair of the client's contract, which stays
// as it is: its clients do not expect another one. It is good for as long as its session lives. Faults: TokenInvalid,
// TokenExpired, TokenWrongType, and those of standing.
func (s *Service) RefreshPersonPair(ctx context.Context, in *tenants.Scope, raw string, c Client) (Grant, error) {
	r, err := s.Tokens.ParseRefreshJWT(ctx, in, raw, c.Contract)
	if err != nil {
		return Grant{}, err
	}
	var row actorRow
	err = in.Get(ctx, &row, actorByID, r.Session)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (row.ID != r.UserID || row.SessionKind != shapeNames[PersonPair]) {
		return Grant{}, fault.TokenInvalid
	}
	if err != nil {
		return Grant{}, err
	}
	a := row.actor()
	if err := standing(a.User, in.Settings()); err != nil {
		return Grant{}, err
	}
	if err := s.touch(ctx, in, a); err != nil {
		return Grant{}, err
	}
	g := Grant{User: a.User, SessionID: r.Session, Refresh: raw, authTime: a.Session.AuthTime, shape: PersonPair}
	return g, s.signAccess(ctx, in, &g)
}

func (s *Service) rotate(ctx context.Context, in *tenants.Scope, r token.Refresh, shape Shape, c Client) (Grant, error) {
	var row rotatedRow
	err := in.Get(ctx, &row, rotate, r.Session, r.Generation)
	if errors.Is(err, sql.ErrNoRows) {
		row, err = s.notRotated(ctx, in, r, c)
	}
	if err != nil {
		return Grant{}, err
	}
	a := row.actor()
	if err := standing(a.User, in.Settings()); err != nil {
		return Grant{}, err
	}
	g := Grant{
		User: a.User, SessionID: r.Session, authTime: a.Session.AuthTime, shape: shape, generation: r.Generation + 1,
		issued: row.RotatedAt.Time, contract: a.Session.Contract,
	}
	return g, s.sign(ctx, in, &g)
}

// notRotated finds out why: an answer asked for again, an ended session, or a token used twice.
func (s *Service) notRotated(ctx context.Context, in *tenants.Scope, r token.Refresh, c Client) (rotatedRow, error) {
	var row generationRow
	err := in.Get(ctx, &row, sessionGeneration, r.Session)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return rotatedRow{}, fault.TokenInvalid
	case err != nil:
		return rotatedRow{}, err
	case row.Revoked:
		return rotatedRow{}, fault.TokenInvalid
	case !row.Live:
		return rotatedRow{}, fault.TokenExpired
	case row.Generation == r.Generation+1 && row.Lately.Bool:
		return row.rotatedRow, nil
	default:
		return rotatedRow{}, s.endFamily(ctx, in, row, c)
	}
}

func (s *Service) endFamily(ctx context.Context, in *tenants.Scope, row generationRow, c Client) error {
	err := s.unit(ctx, in, c, func(u *unit) error {
		if _, err := u.Exec(ctx, revokeSession, row.ID, row.SessionID, u.Now(), "refresh token reused"); err != nil {
			return err
		}
		return u.note(ctx, By{Kind: "system", ID: "refresh"}, "session.reuse", row.ID, map[string]any{"session": row.SessionID})
	})
	if err != nil {
		return err
	}
	return fault.TokenReused
}
