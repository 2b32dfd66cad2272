package native

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
)

type startApprovalsIn struct {
	Decision string  `json:"decision" validate:"required,oneof=approve reject pending"`
	Reason   *string `json:"reason" wire:"nullable,blank" validate:"max=500"`
}

type approvalCandidatesOut struct {
	Total      int `json:"total"`
	Unverified int `json:"unverified"`
}

type approvalRunOut struct {
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

func showApprovalRun(r identity.Run) approvalRunOut {
	return approvalRunOut{r.ID, r.Act, orNull(r.Reason), r.AskedAt, r.FinishedAt, r.Total, r.Done, r.Changed, r.Failed}
}

// countApprovalCandidates tells beforehand whom startApprovals would change.
func (n contract) countApprovalCandidates(c *wire.Call) (wire.Response, error) {
	f, err := userFilter(c)
	if err != nil {
		return wire.Response{}, err
	}
	decision := cmp.Or(query(c, "decision"), identity.DecideApprove)
	if !isDecision(decision) {
		return wire.Response{}, fault.NotChoice.On("decision", "value", decision)
	}
	found, err := n.Core.CountCandidates(c.Ctx, c.Scope, identity.Act{Name: decision}, f)
	return wire.OK(approvalCandidatesOut{found.Total, found.Unverified}), err
}

func isDecision(act string) bool {
	return act == identity.DecideApprove || act == identity.DecideReject || act == identity.DecidePending
}

// startApprovals decides about everybody whom the query finds, which is that of the list of users.
func (n contract) startApprovals(c *wire.Call, in startApprovalsIn) (wire.Response, error) {
	f, err := userFilter(c)
	if err != nil {
		return wire.Response{}, err
	}
	run, err := n.Core.StartRun(c.Ctx, c.Scope, actorOf(c).By(), identity.Act{Name: in.Decision, Reason: text(in.Reason)}, f, c.Client())
	return wire.Response{Status: http.StatusAccepted, Body: showApprovalRun(run)}, err
}

func (n contract) listApprovalRuns(c *wire.Call) (wire.Response, error) {
	all, err := n.Core.ApprovalRuns(c.Ctx, c.Scope)
	return wire.OK(listing[approvalRunOut]{each(all, showApprovalRun)}), err
}

func (n contract) getApprovalRun(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	run, err := n.Core.ApprovalRun(c.Ctx, c.Scope, id)
	return wire.OK(showApprovalRun(run)), err
}

type startRunIn struct {
	Act   string          `json:"act" validate:"required,oneof=enable disable move sign_out"`
	Group json.RawMessage `json:"group"`
}

type candidatesOut struct {
	Found      int `json:"found"`
	Total      int `json:"total"`
	Unverified int `json:"unverified"`
}

type runOut struct {
	ID         uuid.UUID  `json:"id"`
	Act        string     `json:"act"`
	Reason     *string    `json:"reason"`
	GroupID    *int64     `json:"group_id"`
	AskedAt    time.Time  `json:"asked_at"`
	FinishedAt *time.Time `json:"finished_at"`
	Found      int        `json:"found"`
	Total      int        `json:"total"`
	Done       int        `json:"done"`
	Changed    int        `json:"changed"`
	Failed     int        `json:"failed"`
	Skipped    []skipOut  `json:"skipped"`
}

type skipOut struct {
	UserID int64  `json:"user_id"`
	Code   string `json:"code"`
}

func showRun(r identity.Run) runOut {
	return runOut{
		r.ID, r.Act, orNull(r.Reason), r.Group, r.AskedAt, r.FinishedAt, r.Found, r.Total, r.Done, r.Changed, r.Failed,
		each(r.Skipped, func(s identity.Skip) skipOut { return skipOut(s) }),
	}
}

// countCandidates tells beforehand whom an act on everybody would change, of how many the query finds.
func (n contract) countCandidates(c *wire.Call) (wire.Response, error) {
	f, err := userFilter(c)
	if err != nil {
		return wire.Response{}, err
	}
	act := identity.Act{Name: cmp.Or(query(c, "act"), identity.DecideApprove)}
	if act.Name == identity.ActMove {
		if act.Group, err = strconv.ParseInt(query(c, "to_group"), 10, 64); err != nil {
			return wire.Response{}, fault.GroupUnknown.On("to_group")
		}
	}
	found, err := n.Core.CountCandidates(c.Ctx, c.Scope, act, f)
	if p := fault.From(err); err != nil && len(p.Fields) == 1 && p.Fields[0].Code == fault.GroupUnknown {
		err = fault.GroupUnknown.On("to_group") // here "group" is a part of the filter
	}
	return wire.OK(candidatesOut(found)), err
}

// startRun acts on everybody whom the query finds, which is that of the list of users.
func (n contract) startRun(c *wire.Call, in startRunIn) (wire.Response, error) {
	f, err := userFilter(c)
	if err != nil {
		return wire.Response{}, err
	}
	act := identity.Act{Name: in.Act}
	if act.Name == identity.ActMove {
		group, err := n.groupIn(c, in.Group)
		if err != nil {
			return wire.Response{}, err
		}
		if group == nil {
			return wire.Response{}, fault.Required.On("group")
		}
		act.Group = *group
	}
	run, err := n.Core.StartRun(c.Ctx, c.Scope, actorOf(c).By(), act, f, c.Client())
	return wire.Response{Status: http.StatusAccepted, Body: showRun(run)}, err
}

func (n contract) listRuns(c *wire.Call) (wire.Response, error) {
	all, err := n.Core.Runs(c.Ctx, c.Scope)
	return wire.OK(listing[runOut]{each(all, showRun)}), err
}

func (n contract) getRun(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	run, err := n.Core.Run(c.Ctx, c.Scope, id)
	return wire.OK(showRun(run)), err
}
