// Package queues lets operators look into the workers' queue and clear it up. It owns what they see of a task: never its
// payload, and no more of an error than a line. What a job is about stands in its row of the outbox.
package queues
