// Package outbox owns what must happen after a commit: jobs written in the transaction of the change that owes them,
// leased to one worker at a time, tried again with growing pauses, and recorded attempt by attempt.
//
// The rows are the truth; whatever rings the workers' bell may be lost and is rung again. The package knows no queue,
// no mail and no HTTP.
package outbox
