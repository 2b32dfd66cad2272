package admin

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Session is a place where an administrator is signed in.
type Session struct {
	ID         uuid.UUID `db:"id"`
	Kind       string    `db:"kind"` // cookie for a browser, pair for a program
	CreatedAt  time.Time `db:"created_at"`
	LastSeenAt time.Time `db:"last_seen_at"`
	ExpiresAt  time.Time `db:"expires_at"`
	IP         string    `db:"ip"`
	UserAgent  string    `db:"user_agent"`
}

// Sessions lists where the actor is signed in, the one used last first.
func (s *Service) Sessions(ctx context.Context, a *Actor) ([]Session, error) {
	all := []Session{}
	err := s.Platform.Select(ctx, &all, `select x.id, x.kind, x.created_at, x.last_seen_at, x.expires_at, x.ip, x.user_agent from admin_sessions x
		where x.admin_id = $1 and`+liveSession+`order by x.last_seen_at desc, x.id desc limit 200`, a.Admin.ID)
	return all, err
}

// EndSession ends one of the actor's sessions. Fault: PathUnknown.
func (s *Service) EndSession(ctx context.Context, a *Actor, id uuid.UUID) error {
	n, err := s.Platform.Exec(ctx, `update admin_sessions set revoked_at = now() where id = $1 and admin_id = $2 and revoked_at is null`, id, a.Admin.ID)
	if err == nil && n == 0 {
		return fault.PathUnknown
	}
	return err
}

// EndOtherSessions signs the actor out everywhere but here.
func (s *Service) EndOtherSessions(ctx context.Context, a *Actor) error {
	return s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		if err := endOthers(ctx, tx, a); err != nil {
			return err
		}
		return note(ctx, tx, "admin.sessions_ended", a.Admin.ID)
	})
}

// endOthers ends the actor's sessions but the one that acts.
func endOthers(ctx context.Context, tx *tenants.PlatformTx, a *Actor) error {
	_, err := tx.Exec(ctx, `update admin_sessions set revoked_at = now() where admin_id = $1 and id <> $2 and revoked_at is null`, a.Admin.ID, a.SessionID)
	return err
}
