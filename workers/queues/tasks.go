package queues

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/hibiken/asynq"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/workers/relay"
)

// Task is a task as operators see it.
type Task struct {
	ID       string // opaque
	Kind     string // of job; "" for a task that is none of ours
	Tenant   *tenants.Tenant
	Job      uuid.UUID // of the outbox
	Error    string    // the last one; a line
	Retried  int
	MaxRetry int
	FailedAt *time.Time
	NextTry  *time.Time
}

// The states of tasks that can be listed.
const (
	Waiting   = "waiting"
	Active    = "active"
	Scheduled = "scheduled"
	Retry     = "retry"
	Archived  = "archived"
)

// States lists them.
var States = []string{Waiting, Active, Scheduled, Retry, Archived}

// Page is a part of a list. Next is the cursor of the one after it, "" at the end.
type Page struct {
	Tasks []Task
	Next  string
}

// Tasks lists the tasks of a queue that are in a state. Faults: PathUnknown for a queue that does not exist, NotChoice on
// "state", CursorInvalid, DependencyDown.
func (s *Service) Tasks(ctx context.Context, queue, state, cursor string, limit int) (Page, error) {
	if err := check(queue, state, States); err != nil {
		return Page{}, err
	}
	number := 1
	if cursor != "" {
		var err error
		if number, err = strconv.Atoi(cursor); err != nil || number < 1 || number > 1_000_000 {
			return Page{}, fault.CursorInvalid
		}
	}
	if limit == 0 {
		limit = 50
	}
	if err := s.ping(ctx); err != nil {
		return Page{}, err
	}
	if used, err := s.used(queue); err != nil || !used {
		return Page{Tasks: []Task{}}, err
	}
	found, err := s.lister(state)(queue, asynq.Page(number), asynq.PageSize(limit))
	if err != nil {
		return Page{}, away(err)
	}
	out := Page{Tasks: make([]Task, 0, len(found))}
	for _, info := range found {
		t, err := s.show(ctx, info)
		if err != nil {
			return Page{}, err
		}
		out.Tasks = append(out.Tasks, t)
	}
	if len(found) == limit {
		out.Next = strconv.Itoa(number + 1)
	}
	return out, nil
}

func check(queue, state string, states []string) error {
	if !slices.Contains(Names, queue) {
		return fault.PathUnknown
	}
	if !slices.Contains(states, state) {
		return fault.NotChoice.On("state", "value", state)
	}
	return nil
}

func (s *Service) lister(state string) func(string, ...asynq.ListOption) ([]*asynq.TaskInfo, error) {
	switch state {
	case Active:
		return s.asynq.ListActiveTasks
	case Scheduled:
		return s.asynq.ListScheduledTasks
	case Retry:
		return s.asynq.ListRetryTasks
	case Archived:
		return s.asynq.ListArchivedTasks
	default:
		return s.asynq.ListPendingTasks
	}
}

// mostOfError is how many characters of an error are shown.
const mostOfError = 200

func (s *Service) show(ctx context.Context, info *asynq.TaskInfo) (Task, error) {
	line, _, _ := strings.Cut(info.LastErr, "\n")
	if runes := []rune(line); len(runes) > mostOfError {
		line = string(runes[:mostOfError]) + "…"
	}
	t := Task{
		ID: base64.RawURLEncoding.EncodeToString([]byte(info.ID)), Error: line, Retried: info.Retried, MaxRetry: info.MaxRetry,
		FailedAt: moment(info.LastFailedAt), NextTry: moment(info.NextProcessAt),
	}
	j, err := relay.Read(asynq.NewTask(info.Type, info.Payload))
	if err != nil {
		return t, nil //nolint:nilerr // somebody else's task: all there is to say of it is said
	}
	t.Kind, t.Job = j.Kind, j.ID
	in, err := s.registry.ByID(ctx, j.Tenant)
	switch {
	case err == nil:
		of := in.Tenant()
		t.Tenant = &of
	case !errors.Is(err, fault.TenantUnknown): // one that is gone is gone
		return t, err
	}
	return t, nil
}

func moment(at time.Time) *time.Time {
	if at.IsZero() || at.Unix() == 0 {
		return nil
	}
	at = at.UTC()
	return &at
}
