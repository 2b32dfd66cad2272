package workers

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/blob"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers/erase"
	"github.com/keyhall/keyhall/workers/hold"
	"github.com/keyhall/keyhall/workers/relay"
	"github.com/keyhall/keyhall/workers/remind"
	"github.com/keyhall/keyhall/workers/sweep"
	"github.com/keyhall/keyhall/workers/tally"
)

// Config is what Run needs. Zero values of the last three mean the defaults.
type Config struct {
	Redis       redis.UniversalClient // see internal/redisurl; stays open
	DatabaseURL string                // for LISTEN, so not through a pooler in transaction mode
	Registry    *tenants.Registry
	Box         *outbox.Box
	Blobs       *blob.Store
	Handlers    []Handler
	Own         func(ctx context.Context, c outbox.Claimed) error // sends a mail of the platform itself, as a Handler does; nil: none is sent
	Log         *slog.Logger

	Metrics     prometheus.Registerer // nil: none
	Concurrency int                   // jobs at a time; 32
	RingAgain   time.Duration         // when a ring that Redis lost is repeated; 10 s
}

// Handler does the jobs of one kind.
type Handler struct {
	Kind string
	// Queue is where its jobs wait, one of relay's; "" is the common one. What may take long has one of its own, so that
	// it is in nobody's way.
	Queue string

	// Handle does the job, and may be called again for it: after a failure, after a crash, or when its outcome could
	// not be written down. An *outbox.Failure says how to go on and what admins read; other errors are logged and
	// tried again. ctx ends with the lease, or when the process stops.
	Handle func(ctx context.Context, in *tenants.Scope, c outbox.Claimed) error
}

// The pace of a stop: running jobs may finish, then are told to stop and hand back their leases, then are left.
const (
	grace     = 4 * time.Second
	stopLimit = 8 * time.Second
)

// checkInterval is how long an idle worker sleeps between two looks into the queue. asynq's default would make every
// first mail a second late.
const checkInterval = 40 * time.Millisecond

type server struct {
	Config
	handlers map[string]Handler
	lanes    map[string]*lanes // by queue
	metrics  *metrics
	jobs     context.Context // the parent of all jobs' contexts; outlives Run's by the grace
	halt     context.CancelCauseFunc
}

var errStopping = errors.New("the process stops")

// Run does jobs until ctx ends, and then stops within 10 s: running jobs are finished or handed back. Redis and
// PostgreSQL may be absent at the start and at any time later. It returns an error only for a configuration that makes
// no sense.
func Run(ctx context.Context, c Config) error {
	s, err := newServer(ctx, c)
	if err != nil {
		return err
	}
	var queues []*asynq.Server
	for name, concurrency := range s.concurrency() {
		queue := asynq.NewServerFromRedisClient(c.Redis, s.queueConfig(name, concurrency))
		if err := queue.Start(asynq.HandlerFunc(s.serve)); err != nil {
			s.stop(queues)
			return err
		}
		queues = append(queues, queue)
	}
	defer func() { s.stop(queues) }()
	all, ctx := errgroup.WithContext(ctx)
	bell := &relay.Relay{Platform: c.Registry.Platform, DatabaseURL: c.DatabaseURL, Redis: c.Redis, Queues: s.queues(), Again: s.RingAgain, Log: s.Log}
	all.Go(func() error { return bell.Run(ctx) })
	all.Go(func() error {
		erase.Eraser{Registry: c.Registry, Blobs: c.Blobs, Log: s.Log}.Run(ctx)
		return nil
	})
	all.Go(func() error {
		s.mailOwn(ctx)
		return nil
	})
	all.Go(func() error {
		sweep.Run(ctx, c.Registry, c.Blobs, s.Log)
		return nil
	})
	all.Go(func() error {
		hold.Run(ctx, c.Registry, c.Box, s.Log)
		return nil
	})
	all.Go(func() error {
		remind.Run(ctx, c.Registry, c.Box, s.Log)
		return nil
	})
	all.Go(func() error {
		tally.Run(ctx, c.Registry, s.Log)
		return nil
	})
	return all.Wait()
}

func newServer(ctx context.Context, c Config) (*server, error) {
	if c.Concurrency == 0 {
		c.Concurrency = 32
	}
	if c.RingAgain == 0 {
		c.RingAgain = 10 * time.Second
	}
	s := &server{Config: c, handlers: map[string]Handler{}, lanes: map[string]*lanes{}}
	s.jobs, s.halt = context.WithCancelCause(context.WithoutCancel(ctx))
	for name, concurrency := range s.concurrency() {
		s.lanes[name] = newLanes(max(1, concurrency/laneShare[name]))
	}
	for _, h := range c.Handlers {
		s.handlers[h.Kind] = h
	}
	var err error
	s.metrics, err = newMetrics(c.Metrics)
	return s, err
}

// concurrency is how many jobs of each queue are done at a time. Calls of tenants' servers mostly wait, so there may be
// more of them.
func (s *server) concurrency() map[string]int {
	return map[string]int{relay.Queue: s.Concurrency, relay.SlowQueue: 1, relay.HookQueue: 2 * s.Concurrency}
}

// laneShare is what part of a queue's workers one tenant may hold. Of tenants' servers more hang at a time than of mail
// servers, so each gets less.
var laneShare = map[string]int{relay.Queue: 4, relay.SlowQueue: 1, relay.HookQueue: 16}

// queues says where jobs wait that do not wait in the common queue.
func (s *server) queues() map[string]string {
	named := map[string]string{}
	for _, h := range s.Handlers {
		if h.Queue != "" {
			named[h.Kind] = h.Queue
		}
	}
	return named
}

func (s *server) queueConfig(name string, concurrency int) asynq.Config {
	return asynq.Config{
		Concurrency:       concurrency,
		Queues:            map[string]int{name: 1},
		TaskCheckInterval: checkInterval,
		ShutdownTimeout:   grace + 2*time.Second,
		RetryDelayFunc:    func(int, error, *asynq.Task) time.Duration { return time.Second },
		Logger:            quietLog{s.Log},
	}
}

// stop ends the work in good order. A Redis that does not answer must not hold it up: then asynq's goroutines are
// left to the end of the process.
func (s *server) stop(queues []*asynq.Server) {
	halt := time.AfterFunc(grace, func() { s.halt(errStopping) })
	defer halt.Stop()
	stopped := make(chan struct{})
	go func() {
		var all sync.WaitGroup
		for _, queue := range queues {
			all.Go(queue.Shutdown)
		}
		all.Wait()
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-time.After(stopLimit):
		s.Log.Warn("stopped without waiting for the queue any longer")
	}
	s.halt(errStopping)
}

// quietLog takes asynq's own remarks. What matters of an outage is said once, by the relay.
type quietLog struct{ *slog.Logger }

func (q quietLog) write(args []any) { q.Logger.Debug("asynq", "says", args) }

// Debug implements asynq.Logger, as the methods below.
func (q quietLog) Debug(args ...any) { q.write(args) }
func (q quietLog) Info(args ...any)  { q.write(args) }
func (q quietLog) Warn(args ...any)  { q.write(args) }
func (q quietLog) Error(args ...any) { q.write(args) }
func (q quietLog) Fatal(args ...any) { q.Logger.Error("asynq", "says", args) }
