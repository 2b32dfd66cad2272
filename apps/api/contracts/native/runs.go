package native

import (
	"cmp"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/identity"
)

type startRunIn struct {
	Decision string  `json:"decision" validate:"required,oneof=approve reject pending"`
	Reason   *string `json:"reason" wire:"nullable,blank" validate:"max=500"`
}

type candidatesOut struct {
	Total      int `json:"total"`
	Unverified int `json:"unverified"`
}

type runOut struct {
	ID         uuid.UUID  `json:"id"`
	Decision   string     `json:"decision"`
	Reason     *string    `json:"reason"`
	AskedAt    time.Time  `json:"asked_at"`
	FinishedAt *time.Time `json:"finished_at"`
	Total      int        `json:"total"`
	Done       int        `json:"done"`
	Changed    int        `json:"changed"`
	Failed     int        `json:"failed"`
}

func showRun(r identity.ApprovalRun) runOut {
	return runOut{r.ID, r.Decision, orNull(r.Reason), r.AskedAt, r.FinishedAt, r.Total, r.Done, r.Changed, r.Failed}
}

// countCandidates tells beforehand whom startRun would change.
func (n contract) countCandidates(c *wire.Call) (wire.Response, error) {
	f, err := userFilter(c)
	if err != nil {
		return wire.Response{}, err
	}
	found, err := n.Core.CountCandidates(c.Ctx, c.Scope, cmp.Or(query(c, "decision"), identity.DecideApprove), f)
	return wire.OK(candidatesOut(found)), err
}

// startRun decides about everybody whom the query finds, which is that of the list of users.
func (n contract) startRun(c *wire.Call, in startRunIn) (wire.Response, error) {
	f, err := userFilter(c)
	if err != nil {
		return wire.Response{}, err
	}
	run, err := n.Core.StartApprovals(c.Ctx, c.Scope, actorOf(c).By(), in.Decision, text(in.Reason), f, c.Client())
	return wire.Response{Status: http.StatusAccepted, Body: showRun(run)}, err
}

func (n contract) listRuns(c *wire.Call) (wire.Response, error) {
	all, err := n.Core.ApprovalRuns(c.Ctx, c.Scope)
	return wire.OK(listing[runOut]{each(all, showRun)}), err
}

func (n contract) getRun(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	run, err := n.Core.ApprovalRun(c.Ctx, c.Scope, id)
	return wire.OK(showRun(run)), err
}
