package identity

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// What a run does to each user, beside the decisions.
const (
	ActEnable  = "enable"
	ActDisable = "disable"
	ActMove    = "move" // to a group
	ActSignOut = "sign_out"
)

// Act is what is done to everybody whom a question found.
type Act struct {
	Name   string // a decision or one of the above
	Reason string // of a decision
	Group  int64  // of ActMove
}

// Run is an act on everybody whom a question found, done by the workers to one after the other.
type Run struct {
	ID         uuid.UUID  `db:"id"`
	Act        string     `db:"decision"`
	Reason     string     `db:"reason"`
	Group      *int64     `db:"group_id"`
	AskedAt    time.Time  `db:"asked_at"`
	FinishedAt *time.Time `db:"finished_at"`
	Found      int        `db:"found"`   // by the question
	Total      int        `db:"total"`   // of Found, whom the act changes; the others were so already
	Done       int        `db:"done"`    // of Total
	Changed    int        `db:"changed"` // of Done; the others were so meanwhile, or failed
	Failed     int        `db:"failed"`  // of Done; gone since, or the one who asked himself
	Skipped    Skips      `db:"skipped"` // the first of those who are done and not changed
}

// Skip is somebody to whom a run did nothing, and why: OutcomeUnchanged, or the fault's code.
type Skip struct {
	UserID int64  `json:"user"`
	Code   string `json:"code"`
}

// Skips is a column of them.
type Skips []Skip

// Scan reads the column.
func (k *Skips) Scan(value any) error {
	text, ok := value.([]byte)
	if !ok {
		return errors.New("skips are no JSON")
	}
	return json.Unmarshal(text, k)
}

// RunKind is the kind of outbox job that goes on with a run; its payload has "run", the run's id.
const RunKind = "approvals"

const (
	maxRun   = 100_000 // users in one run
	mostRuns = 50      // in a list of runs
	mostSkip = 100     // of whom a run tells why nothing was done
)

// Candidates are the users whom an act on everybody in a list would change.
type Candidates struct {
	Found      int // in the list
	Total      int `db:"total"`      // of Found, whom it would change
	Unverified int `db:"unverified"` // of Total, have not proven their e-mail address
}

// CountCandidates counts whom an act on all of a list would change. Faults: those of a list of users; NotChoice on "decision"
// or "act"; GroupUnknown on "group".
func (s *Service) CountCandidates(ctx context.Context, in *tenants.Scope, act Act, f UserFilter) (Candidates, error) {
	q, found, err := s.candidates(ctx, in, act, f)
	if err != nil {
		return Candidates{}, err
	}
	n := Candidates{Found: found}
	err = in.Get(ctx, &n, `select count(*) as total, count(*) filter (where u.email_verified_at is null) as unverified from `+q.source+q.where, q.args...)
	return n, err
}

// wouldChange has a condition for each act but a decision.
var wouldChange = map[string]string{
	ActEnable:  ` and not u.active`,
	ActDisable: ` and u.active`,
	ActMove:    ` and u.group_id <> $%d`,
	ActSignOut: ` and exists (select from sessions s where s.tenant_id = $1 and s.user_id = u.id and` + live + `)`,
}

// candidates makes the question of whom an act would change, and counts who is in the list.
func (s *Service) candidates(ctx context.Context, in *tenants.Scope, act Act, f UserFilter) (q question, found int, err error) {
	if decided[act.Name] == "" && wouldChange[act.Name] == "" {
		return q, 0, fault.NotChoice.On("act", "value", act.Name)
	}
	if err := f.check(); err != nil {
		return q, 0, err
	}
	if act.Name == ActMove {
		if _, err := s.Group(ctx, in, act.Group); errors.Is(err, fault.PathUnknown) {
			return q, 0, fault.GroupUnknown.On("group")
		} else if err != nil {
			return q, 0, err
		}
	}
	if err := f.weigh(ctx, in); err != nil {
		return q, 0, err
	}
	q = f.ask()
	if err := in.Get(ctx, &found, `select count(*) from `+q.source+q.where, q.args...); err != nil {
		return q, 0, err
	}
	switch {
	case decided[act.Name] != "":
		q.where += q.add(` and u.approval <> 'not_required' and u.approval <> $%d`, decided[act.Name])
	case act.Name == ActMove:
		q.where += q.add(wouldChange[ActMove], act.Group)
	default:
		q.where += wouldChange[act.Name]
	}
	return q, found, nil
}

const insertRun = `insert into approval_runs (tenant_id, id, decision, reason, group_id, found, user_ids, by_kind, by_id, ip, request_id, asked_at)
	values ($1, $2, $3, $4, nullif($5::bigint, 0), $6, $7, $8, $9, $10, $11, $12)`

// StartRun has the workers act on everybody whom a list holds now and the act would change; who comes later is not among them.
// Faults: those of CountCandidates; TooLong on "reason"; OutOfRange on "status" when there are more than 100,000.
func (s *Service) StartRun(ctx context.Context, in *tenants.Scope, by By, act Act, f UserFilter, c Client) (Run, error) {
	if len([]rune(act.Reason)) > maxReason {
		return Run{}, fault.TooLong.On("reason", "limit", maxReason)
	}
	q, found, err := s.candidates(ctx, in, act, f)
	if err != nil {
		return Run{}, err
	}
	end := q.add(` order by u.id limit $%d`, maxRun+1)
	ids := []int64{} // none is an array too
	if err := in.List(ctx, &ids, `select u.id from `+q.source+q.where+end, q.args...); err != nil {
		return Run{}, err
	}
	if len(ids) > maxRun {
		return Run{}, fault.OutOfRange.On("status", "min", 0, "max", maxRun)
	}
	run := Run{ID: uuid.Must(uuid.NewV7()), Act: act.Name, Reason: act.Reason, Found: found, Total: len(ids)}
	if act.Group != 0 {
		run.Group = &act.Group
	}
	err = s.unit(ctx, in, c, func(u *unit) error {
		run.AskedAt = u.Now().UTC()
		_, err := u.Exec(ctx, insertRun, run.ID, act.Name, act.Reason, act.Group, found, pq.Array(ids), by.Kind, by.ID, c.IP, c.RequestID, run.AskedAt)
		if err != nil {
			return err
		}
		if err := u.noteRun(ctx, by, run); err != nil {
			return err
		}
		return u.goOn(ctx, run.ID)
	})
	return run, err
}

func (u *unit) noteRun(ctx context.Context, by By, run Run) error {
	if decided[run.Act] != "" {
		return u.note(ctx, by, "approvals.started", 0, map[string]any{"run": run.ID, "decision": run.Act, "users": run.Total})
	}
	details := map[string]any{"run": run.ID, "act": run.Act, "users": run.Total}
	if run.Group != nil {
		details["group"] = *run.Group
	}
	return u.note(ctx, by, "users.run_started", 0, details)
}

func (u *unit) goOn(ctx context.Context, run uuid.UUID) error {
	_, err := u.s.Box.Add(ctx, u.Tx, outbox.Job{Kind: RunKind, Payload: map[string]any{"run": run.String()}})
	return err
}

const (
	selectRuns = `select id, decision, reason, group_id, asked_at, finished_at, coalesce(found, cardinality(user_ids)) as found, cardinality(user_ids) as total,
		done, changed, failed, skipped from approval_runs where tenant_id = $1`
	newestRuns      = selectRuns + ` order by asked_at desc, id desc limit $2`
	newestDecisions = selectRuns + ` and decision in ('approve', 'reject', 'pending') order by asked_at desc, id desc limit $2`
	oneRun          = selectRuns + ` and id = $2`
)

// Runs lists the newest runs, newest first.
func (s *Service) Runs(ctx context.Context, in *tenants.Scope) ([]Run, error) {
	return runs(ctx, in, newestRuns)
}

// ApprovalRuns lists the newest of those that decide.
func (s *Service) ApprovalRuns(ctx context.Context, in *tenants.Scope) ([]Run, error) {
	return runs(ctx, in, newestDecisions)
}

func runs(ctx context.Context, in *tenants.Scope, query string) ([]Run, error) {
	all := []Run{}
	err := in.Select(ctx, &all, query, mostRuns)
	for i := range all {
		all[i] = all[i].utc()
	}
	return all, err
}

// Run gives one run. Fault: PathUnknown.
func (s *Service) Run(ctx context.Context, in *tenants.Scope, id uuid.UUID) (Run, error) {
	var run Run
	err := in.Get(ctx, &run, oneRun, id)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.PathUnknown
	}
	return run.utc(), err
}

// ApprovalRun gives one of those that decide. Fault: PathUnknown.
func (s *Service) ApprovalRun(ctx context.Context, in *tenants.Scope, id uuid.UUID) (Run, error) {
	run, err := s.Run(ctx, in, id)
	if err == nil && decided[run.Act] == "" {
		return Run{}, fault.PathUnknown
	}
	return run, err
}

func (r Run) utc() Run {
	r.AskedAt = r.AskedAt.UTC()
	if r.FinishedAt != nil {
		at := r.FinishedAt.UTC()
		r.FinishedAt = &at
	}
	return r
}
