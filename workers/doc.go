// Package workers does what must happen after a commit. It takes outbox jobs of all tenants from asynq, leases the
// row, has the handler of its kind do it, and writes the outcome back.
//
// The row decides everything: asynq may lose, double or delay a task. A kind of job is a folder with a Kind and a
// Handle, and one line in all.go. A handler gets the tenant's Scope, so none can be written that forgets the tenant.
package workers
