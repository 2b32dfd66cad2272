package identity

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// ApprovalRun is a decision about everybody whom a question found, made by the workers one after the other.
type ApprovalRun struct {
	ID         uuid.UUID  `db:"id"`
	Decision   string     `db:"decision"`
	Reason     string     `db:"reason"`
	AskedAt    time.Time  `db:"asked_at"`
	FinishedAt *time.Time `db:"finished_at"`
	Total      int        `db:"total"`
	Done       int        `db:"done"`    // of Total
	Changed    int        `db:"changed"` // of Done; the others were decided the same, or failed
	Failed     int        `db:"failed"`  // of Done; gone since, or the one who asked himself
}

// ApprovalRunKind is the kind of outbox job that goes on with a run; its payload has "run", the run's id.
const ApprovalRunKind = "approvals"

// maxRun is how many users one run decides about.
const maxRun = 100_000

// Candidates are the users whom a decision about everybody in a list would change.
type Candidates struct {
	Total      int `db:"total"`
	Unverified int `db:"unverified"` // of Total, have not proven their e-mail address
}

// CountCandidates counts whom a decision about all of a list would change. Faults: those of a list of users; NotChoice on
// "decision".
func (s *Service) CountCandidates(ctx context.Context, in *tenants.Scope, decision string, f UserFilter) (Candidates, error) {
	q, err := s.candidates(ctx, in, decision, f)
	if err != nil {
		return Candidates{}, err
	}
	var n []Candidates
	err = in.List(ctx, &n, `select count(*) as total, count(*) filter (where u.email_verified_at is null) as unverified from `+q.source+q.where, q.args...)
	if err != nil {
		return Candidates{}, err
	}
	return n[0], nil
}

func (s *Service) candidates(ctx context.Context, in *tenants.Scope, decision string, f UserFilter) (question, error) {
	if decided[decision] == "" {
		return question{}, fault.NotChoice.On("decision", "value", decision)
	}
	if err := f.check(); err != nil {
		return question{}, err
	}
	if err := f.weigh(ctx, in); err != nil {
		return question{}, err
	}
	q := f.ask()
	q.where += q.add(` and u.approval <> 'not_required' and u.approval <> $%d`, decided[decision])
	return q, nil
}

const insertRun = `insert into approval_runs (tenant_id, id, decision, reason, user_ids, by_kind, by_id, ip, request_id, asked_at)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

// StartApprovals has the workers decide about everybody whom a list holds now; who comes later is not among them. Faults:
// those of CountCandidates; TooLong on "reason"; OutOfRange on "status" when there are more than 100,000.
func (s *Service) StartApprovals(ctx context.Context, in *tenants.Scope, by By, decision, reason string, f UserFilter, c Client) (ApprovalRun, error) {
	if len([]rune(reason)) > maxReason {
		return ApprovalRun{}, fault.TooLong.On("reason", "limit", maxReason)
	}
	q, err := s.candidates(ctx, in, decision, f)
	if err != nil {
		return ApprovalRun{}, err
	}
	end := q.add(` order by u.id limit $%d`, maxRun+1)
	ids := []int64{} // none is an array too
	if err := in.List(ctx, &ids, `select u.id from `+q.source+q.where+end, q.args...); err != nil {
		return ApprovalRun{}, err
	}
	if len(ids) > maxRun {
		return ApprovalRun{}, fault.OutOfRange.On("status", "min", 0, "max", maxRun)
	}
	run := ApprovalRun{ID: uuid.Must(uuid.NewV7()), Decision: decision, Reason: reason, Total: len(ids)}
	err = s.unit(ctx, in, c, func(u *unit) error {
		run.AskedAt = u.Now().UTC()
		_, err := u.Exec(ctx, insertRun, run.ID, decision, reason, pq.Array(ids), by.Kind, by.ID, c.IP, c.RequestID, run.AskedAt)
		if err != nil {
			return err
		}
		if err := u.note(ctx, by, "approvals.started", 0, map[string]any{"run": run.ID, "decision": decision, "users": len(ids)}); err != nil {
			return err
		}
		return u.goOn(ctx, run.ID)
	})
	return run, err
}

func (u *unit) goOn(ctx context.Context, run uuid.UUID) error {
	_, err := u.s.Box.Add(ctx, u.Tx, outbox.Job{Kind: ApprovalRunKind, Payload: map[string]any{"run": run.String()}})
	return err
}

const (
	selectRuns = `select id, decision, reason, asked_at, finished_at, cardinality(user_ids) as total, done, changed, failed
		from approval_runs where tenant_id = $1`
	newestRuns = selectRuns + ` order by asked_at desc, id desc limit $2`
	oneRun     = selectRuns + ` and id = $2`
)

// mostRuns is how many a list of runs has.
const mostRuns = 50

// ApprovalRuns lists the newest runs, newest first.
func (s *Service) ApprovalRuns(ctx context.Context, in *tenants.Scope) ([]ApprovalRun, error) {
	runs := []ApprovalRun{}
	err := in.Select(ctx, &runs, newestRuns, mostRuns)
	for i := range runs {
		runs[i] = runs[i].utc()
	}
	return runs, err
}

// ApprovalRun gives one run. Fault: PathUnknown.
func (s *Service) ApprovalRun(ctx context.Context, in *tenants.Scope, id uuid.UUID) (ApprovalRun, error) {
	var run ApprovalRun
	err := in.Get(ctx, &run, oneRun, id)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.PathUnknown
	}
	return run.utc(), err
}

func (r ApprovalRun) utc() ApprovalRun {
	r.AskedAt = r.AskedAt.UTC()
	if r.FinishedAt != nil {
		at := r.FinishedAt.UTC()
		r.FinishedAt = &at
	}
	return r
}

// runStep is the next decision of a run.
type runStep struct {
	UserID    *int64     `db:"user_id"` // nil: there is none left
	Decision  string     `db:"decision"`
	Reason    string     `db:"reason"`
	ByKind    string     `db:"by_kind"`
	ByID      string     `db:"by_id"`
	IP        string     `db:"ip"`
	RequestID string     `db:"request_id"`
	Finished  *time.Time `db:"finished_at"`
}

const (
	lockRun = `select user_ids[done + 1] as user_id, decision, reason, by_kind, by_id, ip, request_id, finished_at
		from approval_runs where tenant_id = $1 and id = $2 for update`
	advanceRun = `update approval_runs set done = done + 1, changed = changed + $3, failed = failed + $4 where tenant_id = $1 and id = $2`
	finishRun  = `update approval_runs set finished_at = $3 where tenant_id = $1 and id = $2 and finished_at is null`
)

// GoOn decides about one user after the other until the run is over or the time is; then another job goes on with it. A run
// that is not there any more is over.
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

// nextOfRun makes one decision, and reports whether there may be another.
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
	d, err := u.judge(ctx, By{step.ByKind, step.ByID}, *step.UserID, step.Decision, step.Reason)
	if err != nil && fault.From(err).Code.Kind >= fault.Unavailable {
		return false, err
	}
	changed, failed := 0, 0
	switch {
	case err != nil: // it was found before anything was written
		failed = 1
	case d.Outcome == OutcomeChanged:
		changed = 1
	}
	_, err = u.Exec(ctx, advanceRun, run, changed, failed)
	return true, err
}
