package native

import (
	"cmp"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/workers/queues"
)

type queuesOut struct {
	Parts    healthOut    `json:"parts"`
	Delivery []channelOut `json:"delivery"`
	Outbox   []kindOut    `json:"outbox"`
	Queues   []queueOut   `json:"queues"`
	Workers  []workerOut  `json:"workers"`
}

type healthOut struct {
	Database string `json:"database"`
	Redis    string `json:"redis"`
	Relay    string `json:"relay"`
	Workers  string `json:"workers"`
}

type channelOut struct {
	Channel  string     `json:"channel"`
	Oldest   *time.Time `json:"oldest_unsent_at"`
	SentAt   *time.Time `json:"last_sent_at"`
	FailedAt *time.Time `json:"last_failed_at"`
	Status   *int       `json:"last_failed_status"`
}

type kindOut struct {
	Kind    string     `json:"kind"`
	Waiting int64      `json:"waiting"`
	Due     int64      `json:"due"`
	Oldest  *time.Time `json:"oldest_due_at"`
}

type queueOut struct {
	Name           string  `json:"name"`
	Paused         bool    `json:"paused"`
	Latency        float64 `json:"latency_seconds"`
	Waiting        int     `json:"waiting"`
	Active         int     `json:"active"`
	Scheduled      int     `json:"scheduled"`
	Retry          int     `json:"retry"`
	Archived       int     `json:"archived"`
	ProcessedToday int     `json:"processed_today"`
	FailedToday    int     `json:"failed_today"`
}

type workerOut struct {
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started_at"`
	Active  int       `json:"active"`
}

func showChannel(c queues.Channel) channelOut {
	return channelOut{c.Name, inUTC(c.Oldest), inUTC(c.SentAt), inUTC(c.FailedAt), c.FailStatus}
}

func showQueue(q queues.Queue) queueOut {
	return queueOut{q.Name, q.Paused, q.Latency.Seconds(), q.Waiting, q.Active, q.Scheduled, q.Retry, q.Archived, q.ProcessedToday, q.FailedToday}
}

// state says of a part in one word how it is.
func state(good bool, bad string) string {
	if good {
		return "ok"
	}
	return bad
}

func (n contract) listQueues(c *wire.Call) (wire.Response, error) {
	s, err := n.Queues.State(c.Ctx)
	if err != nil {
		return wire.Response{}, err
	}
	out := queuesOut{
		Parts:    healthOut{Database: "ok", Redis: state(s.Redis, "unavailable"), Relay: state(s.Relay, "behind"), Workers: state(len(s.Workers) > 0, "none")},
		Delivery: each(s.Channels, showChannel),
		Outbox:   each(s.Outbox, func(k queues.Kind) kindOut { return kindOut{k.Kind, k.Waiting, k.Due, inUTC(k.Oldest)} }),
		Queues:   each(s.Queues, showQueue),
		Workers:  each(s.Workers, func(w queues.Worker) workerOut { return workerOut{w.Host, w.PID, w.Started, w.Active} }),
	}
	if !s.Redis {
		out.Parts.Workers = "unknown"
	}
	return wire.OK(out), nil
}

type taskOut struct {
	ID       string     `json:"id"`
	Kind     *string    `json:"kind"`
	Tenant   *tenantRef `json:"tenant"`
	Job      *uuid.UUID `json:"job_id"`
	Error    *string    `json:"last_error"`
	Retried  int        `json:"retried"`
	MaxRetry int        `json:"max_retries"`
	FailedAt *time.Time `json:"failed_at"`
	NextTry  *time.Time `json:"next_try_at"`
}

func showTask(t queues.Task) taskOut {
	out := taskOut{ID: t.ID, Kind: orNull(t.Kind), Error: orNull(t.Error), Retried: t.Retried, MaxRetry: t.MaxRetry, FailedAt: t.FailedAt, NextTry: t.NextTry}
	if t.Job != uuid.Nil {
		out.Job = &t.Job
	}
	if t.Tenant != nil {
		out.Tenant = &tenantRef{t.Tenant.Slug, t.Tenant.Name}
	}
	return out
}

func (n contract) listTasks(c *wire.Call) (wire.Response, error) {
	limit, err := limitParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	p, err := n.Queues.Tasks(c.Ctx, c.Param("queue"), cmp.Or(query(c, "state"), queues.Archived), query(c, "cursor"), limit)
	return wire.OK(pageOf(p.Tasks, p.Next, showTask)), err
}

type retryTasksIn struct {
	State string `json:"state" validate:"required"`
	ID    string `json:"id"`
}

type clearTasksIn struct {
	ID string `json:"id"`
}

type countOut struct {
	Count int `json:"count"`
}

func (n contract) retryTasks(c *wire.Call, in retryTasksIn) (wire.Response, error) {
	count, err := n.Queues.Run(c.Ctx, who(c), c.Param("queue"), in.State, in.ID)
	return wire.OK(countOut{count}), err
}

func (n contract) clearTasks(c *wire.Call, in clearTasksIn) (wire.Response, error) {
	count, err := n.Queues.Delete(c.Ctx, who(c), c.Param("queue"), in.ID)
	return wire.OK(countOut{count}), err
}

func (n contract) pauseQueue(c *wire.Call) (wire.Response, error) {
	return wire.NoContent(), n.Queues.Pause(c.Ctx, who(c), c.Param("queue"), true)
}

func (n contract) resumeQueue(c *wire.Call) (wire.Response, error) {
	return wire.NoContent(), n.Queues.Pause(c.Ctx, who(c), c.Param("queue"), false)
}
