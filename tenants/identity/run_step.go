package identity

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// runStep is what a run does next.
type runStep struct {
	UserID    *int64     `db:"user_id"` // nil: there is none left
	Act       string     `db:"decision"`
	Reason    string     `db:"reason"`
	Group     *int64     `db:"group_id"`
	ByKind    string     `db:"by_kind"`
	ByID      string     `db:"by_id"`
	IP        string     `db:"ip"`
	RequestID string     `db:"request_id"`
	Finished  *time.Time `db:"finished_at"`
}

const (
	lockRun = `select user_ids[done + 1] as user_id, decision, reason, group_id, by_kind, by_id, ip, request_id, finished_at
		from approval_runs where tenant_id = $1 and id = $2 for update`
	advanceRun = `update approval_runs set done = done + 1, changed = changed + $3, failed = failed + $4,
		skipped = case when jsonb_array_length(skipped) < $6 then skipped || $5::jsonb else skipped end where tenant_id = $1 and id = $2`
	finishRun = `update approval_runs set finished_at = $3 where tenant_id = $1 and id = $2 and finished_at is null`
)

// GoOn acts on one user after the other until the run is over or the time is; then another job goes on with it. A run that is
// not there any more is over.
func (s *Service) GoOn(ctx context.Context, in *tenants.Scope, run uuid.UUID, until time.Time) error {
	for more := true; more; {
		if s.Now().After(until) {
			return s.unit(ctx, in, Client{}, func(u *unit) error { return u.goOn(ctx, run) })
		}
		err := s.unit(ctx, in, Client{}, func(u *unit) (err error) {
			more, err = u.nextOfRun(ctx, run)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// nextOfRun acts on one user, and reports whether there may be another.
func (u *unit) nextOfRun(ctx context.Context, run uuid.UUID) (bool, error) {
	var step runStep
	err := u.Get(ctx, &step, lockRun, run)
	if errors.Is(err, sql.ErrNoRows) || err == nil && step.Finished != nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if step.UserID == nil {
		_, err := u.Exec(ctx, finishRun, run, u.Now())
		return false, err
	}
	u.client = Client{IP: step.IP, RequestID: step.RequestID}
	outcome, err := u.act(ctx, step, By{step.ByKind, step.ByID}, *step.UserID)
	if err != nil && fault.From(err).Code.Kind >= fault.Unavailable {
		return false, err
	}
	return true, u.advance(ctx, run, *step.UserID, outcome, err)
}

// advance counts what became of one user. A fault was found before anything was written.
func (u *unit) advance(ctx context.Context, run uuid.UUID, user int64, outcome string, why error) error {
	changed, failed, skipped := 0, 0, Skips{}
	switch {
	case why != nil:
		failed, skipped = 1, Skips{{user, reasonOf(why)}}
	case outcome == OutcomeChanged:
		changed = 1
	default:
		skipped = Skips{{user, OutcomeUnchanged}}
	}
	text, err := json.Marshal(skipped)
	if err != nil {
		return err
	}
	_, err = u.Exec(ctx, advanceRun, run, changed, failed, string(text), mostSkip)
	return err
}

// reasonOf is the code that says most: of a field that is wrong, not that something is.
func reasonOf(err error) string {
	f := fault.From(err)
	if len(f.Fields) > 0 {
		return f.Fields[0].Code.Name
	}
	return f.Code.Name
}

// act does a run's act to one user, unless it is so already. A fault comes before anything is written.
func (u *unit) act(ctx context.Context, step runStep, by By, id int64) (outcome string, err error) {
	if decided[step.Act] != "" {
		d, err := u.judge(ctx, by, id, step.Act, step.Reason)
		return d.Outcome, err
	}
	a, err := accountForUpdate(ctx, u.Tx, id)
	if err != nil {
		return "", err
	}
	switch step.Act {
	case ActMove:
		if step.Group == nil || *step.Group == a.Group.ID {
			return OutcomeUnchanged, nil
		}
		return OutcomeChanged, u.setGroup(ctx, by, a, step.Group)
	case ActSignOut:
		return u.signOut(ctx, by, id)
	}
	active := step.Act == ActEnable
	if a.Active == active {
		return OutcomeUnchanged, nil
	}
	return OutcomeChanged, u.setActive(ctx, by, a, &active)
}

func (u *unit) signOut(ctx context.Context, by By, id int64) (string, error) {
	n, err := u.endSessions(ctx, id, uuid.Nil, "signed out everywhere")
	if err != nil || n == 0 {
		return OutcomeUnchanged, err
	}
	return OutcomeChanged, u.note(ctx, by, "sessions.ended", id, map[string]any{"count": n})
}
