package queues

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/workers/relay"
)

// Names are the queues there are.
var Names = []string{relay.Queue, relay.SlowQueue, relay.HookQueue}

// Service looks into the queues. Make one with New.
type Service struct {
	platform *tenants.DB
	registry *tenants.Registry
	redis    redis.UniversalClient
	asynq    *asynq.Inspector
}

// New makes a Service on the Redis that the workers use; it stays open.
func New(r *tenants.Registry, client redis.UniversalClient) *Service {
	return &Service{platform: r.Platform, registry: r, redis: client, asynq: asynq.NewInspectorFromRedisClient(client)}
}

// Queue is one queue now. A queue that never had a task is all zeros.
type Queue struct {
	Name                                        string
	Paused                                      bool
	Latency                                     time.Duration // how long the oldest task has waited
	Waiting, Active, Scheduled, Retry, Archived int
	ProcessedToday, FailedToday                 int // since midnight in UTC
}

// Worker is a process that does jobs, as it last said of itself; one that died is gone after half a minute.
type Worker struct {
	Host    string
	PID     int
	Started time.Time
	Active  int // jobs under way
}

// Kind is what waits in the outbox of one kind of job.
type Kind struct {
	Kind    string     `db:"kind"`
	Waiting int64      `db:"waiting"` // due now or later
	Due     int64      `db:"due"`     // due, and nobody is at it
	Oldest  *time.Time `db:"oldest"`  // since when the first of these is due
	Owed    *time.Time `db:"owed"`    // when the first of all that wait was written
}

// State is everything at once. Queues and Workers are nil when Redis is away.
type State struct {
	Redis    bool // it answers
	Relay    bool // it rings for what is due
	Outbox   []Kind
	Channels []Channel
	Queues   []Queue
	Workers  []Worker
}

const selectOutbox = `select kind, count(*) as waiting, count(*) filter (where idle) as due, min(not_before) filter (where idle) as oldest, min(created_at) as owed
	from (select kind, created_at, not_before, not_before <= now() and (lease_until is null or lease_until < now()) as idle
			from outbox where state = 'pending' and not held
		union all select kind, created_at, not_before, false from outbox where state = 'pending' and held) open
	group by kind order by kind`

// pingTime is how long Redis may take for a sign of life.
const pingTime = 2 * time.Second

// State looks at everything. It fails only with the database.
func (s *Service) State(ctx context.Context) (State, error) {
	out := State{Outbox: []Kind{}}
	if err := s.platform.Select(ctx, &out.Outbox, selectOutbox); err != nil {
		return out, err
	}
	if err := s.health(ctx, &out); err != nil {
		return out, err
	}
	if s.ping(ctx) != nil {
		return out, nil
	}
	queues := make([]Queue, 0, len(Names))
	for _, name := range Names {
		q, err := s.queue(name)
		if err != nil {
			return out, nil //nolint:nilerr // Redis went away just now; that is the state
		}
		queues = append(queues, q)
	}
	workers, err := s.workers()
	if err != nil {
		return out, nil //nolint:nilerr // as above
	}
	out.Redis, out.Queues, out.Workers = true, queues, workers
	return out, nil
}

func (s *Service) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	return away(s.redis.Ping(ctx).Err())
}

// away makes a fault of what Redis and asynq say when they cannot do their part.
func away(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, asynq.ErrTaskNotFound), errors.Is(err, asynq.ErrQueueNotFound):
		return fault.PathUnknown
	}
	return fault.DependencyDown.Because(err).Later(time.Second)
}

// used reports whether the queue ever had a task since Redis was last emptied; asynq knows no other.
func (s *Service) used(name string) (bool, error) {
	names, err := s.asynq.Queues()
	return slices.Contains(names, name), away(err)
}

func (s *Service) queue(name string) (Queue, error) {
	if used, err := s.used(name); err != nil || !used {
		return Queue{Name: name}, err
	}
	info, err := s.asynq.GetQueueInfo(name)
	if err != nil {
		return Queue{}, err
	}
	return Queue{
		Name: name, Paused: info.Paused, Latency: info.Latency, Waiting: info.Pending, Active: info.Active, Scheduled: info.Scheduled,
		Retry: info.Retry, Archived: info.Archived, ProcessedToday: info.Processed, FailedToday: info.Failed,
	}, nil
}

// workers puts a process' servers, one for each queue, together.
func (s *Service) workers() ([]Worker, error) {
	servers, err := s.asynq.Servers()
	if err != nil {
		return nil, err
	}
	type process struct {
		host string
		pid  int
	}
	at, all := map[process]int{}, []Worker{}
	for _, one := range servers {
		p := process{one.Host, one.PID}
		n, known := at[p]
		if !known {
			n, at[p] = len(all), len(all)
			all = append(all, Worker{Host: one.Host, PID: one.PID, Started: one.Started.UTC()})
		}
		all[n].Active += len(one.ActiveWorkers)
	}
	return all, nil
}
