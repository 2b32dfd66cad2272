// Package approvals goes on with decisions about many users, and other acts on them, one user at a time. What is done and counted is the
// core's affair; this says for how long at a stretch.
package approvals

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// stretch is how long one job may act: less than a job may take, and not so long that a tenant's mails wait for it.
const stretch = 20 * time.Second

// Runs does the jobs of identity.RunKind. Make it with its field set.
type Runs struct{ Core *identity.Service }

// Handle does one job.
func (r *Runs) Handle(ctx context.Context, in *tenants.Scope, c outbox.Claimed) error {
	text, _ := c.Payload["run"].(string)
	run, err := uuid.Parse(text)
	if err != nil {
		return outbox.Pointless("the job names no run", err)
	}
	return r.Core.GoOn(ctx, in, run, r.Core.Now().Add(stretch))
}
