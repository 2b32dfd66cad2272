package relay

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/hibiken/asynq"
)

// The asynq queues of outbox jobs.
const (
	Queue     = "keyhall"
	SlowQueue = "keyhall-slow" // for kinds that take a core for a while
	HookQueue = "keyhall-hook" // for calls of tenants' own servers, which may hang
)

// queue is where jobs of a kind wait.
func (r *Relay) queue(kind string) string {
	return cmp.Or(r.Queues[kind], Queue)
}

// taskType is the asynq type of all tasks; which worker a job needs is in its Job.
const taskType = "outbox"

// Job is all that Redis gets to know of an outbox row.
type Job struct {
	Tenant uuid.UUID `json:"tenant"`
	ID     uuid.UUID `json:"id"`
	Kind   string    `json:"kind"`
}

// Read takes the job out of a task.
func Read(t *asynq.Task) (Job, error) {
	var j Job
	if t.Type() != taskType {
		return j, fmt.Errorf("a task of the unknown type %q", t.Type())
	}
	err := json.Unmarshal(t.Payload(), &j)
	return j, err
}

func (j Job) task() (*asynq.Task, error) {
	payload, err := json.Marshal(j)
	return asynq.NewTask(taskType, payload), err
}

// TimeLimit is when asynq stops waiting for a handler. The lease on the row is what counts; this is the last resort
// against a stuck slot. asynq knows whole seconds only and takes anything less for "no limit".
const TimeLimit = 2 * time.Minute

// options: whether to try again is decided by the row, so asynq's retries only bring back what a dead worker took
// out of the queue, and nothing is retained. A task that asynq archives after all blocks its id; see Relay.inLine.
func options(queue, id string) []asynq.Option {
	return []asynq.Option{asynq.TaskID(id), asynq.Queue(queue), asynq.MaxRetry(3), asynq.Timeout(TimeLimit)}
}
