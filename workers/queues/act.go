package queues

import (
	"context"
	"encoding/base64"

	"github.com/hibiken/asynq"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// act notes what an operator does and does it. A note of what Redis then refused is taken back. Fault: PathUnknown for a
// queue that never had a task.
func (s *Service) act(ctx context.Context, who tenants.Who, action, queue string, do func() (int, error)) (n int, err error) {
	if err := s.ping(ctx); err != nil {
		return 0, err
	}
	used, err := s.used(queue)
	switch {
	case err != nil:
		return 0, err
	case !used:
		return 0, fault.PathUnknown
	}
	err = s.platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		if err := tx.NotePlatform(ctx, who, action, queue); err != nil {
			return err
		}
		n, err = do()
		return err
	})
	return n, err
}

// Run puts tasks that failed back into line, at once and whatever they waited for: the one with the id, or for "" all that
// are in the state, retry or archived. It tells how many. Faults: PathUnknown, NotChoice on "state", DependencyDown.
func (s *Service) Run(ctx context.Context, who tenants.Who, queue, state, id string) (int, error) {
	if err := check(queue, state, []string{Retry, Archived}); err != nil {
		return 0, err
	}
	return s.act(ctx, who, "queue.retried", queue, func() (int, error) {
		all := s.asynq.RunAllRetryTasks
		if state == Archived {
			all = s.asynq.RunAllArchivedTasks
		}
		return oneOrAll(queue, id, s.asynq.RunTask, all)
	})
}

// Delete removes archived tasks: the one with the id, or all for "". Their jobs stay in the outbox, and the relay rings
// again for those that still wait. Faults: PathUnknown, DependencyDown.
func (s *Service) Delete(ctx context.Context, who tenants.Who, queue, id string) (int, error) {
	if err := check(queue, Archived, States); err != nil {
		return 0, err
	}
	return s.act(ctx, who, "queue.cleared", queue, func() (int, error) {
		return oneOrAll(queue, id, s.deleteArchived, s.asynq.DeleteAllArchivedTasks)
	})
}

func (s *Service) deleteArchived(queue, id string) error {
	info, err := s.asynq.GetTaskInfo(queue, id)
	if err != nil {
		return err
	}
	if info.State != asynq.TaskStateArchived {
		return asynq.ErrTaskNotFound
	}
	return s.asynq.DeleteTask(queue, id)
}

func oneOrAll(queue, id string, one func(queue, id string) error, all func(queue string) (int, error)) (int, error) {
	if id == "" {
		n, err := all(queue)
		return n, away(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil || len(raw) == 0 {
		return 0, fault.PathUnknown
	}
	if err := one(queue, string(raw)); err != nil {
		return 0, away(err)
	}
	return 1, nil
}

// Pause stops workers from taking tasks of a queue, or lets them go on. Doing it twice is doing it once. Faults:
// PathUnknown, DependencyDown.
func (s *Service) Pause(ctx context.Context, who tenants.Who, queue string, paused bool) error {
	if err := check(queue, Archived, States); err != nil {
		return err
	}
	action, do := "queue.paused", s.asynq.PauseQueue
	if !paused {
		action, do = "queue.resumed", s.asynq.UnpauseQueue
	}
	_, err := s.act(ctx, who, action, queue, func() (int, error) {
		info, err := s.asynq.GetQueueInfo(queue)
		if err != nil || info.Paused == paused {
			return 0, away(err)
		}
		return 0, away(do(queue))
	})
	return err
}
