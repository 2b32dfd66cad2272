package identity

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Decisions about an account.
const (
	DecideApprove = "approve"
	DecideReject  = "reject"
	DecidePending = "pending" // takes a decision back
)

var decided = map[string]string{DecideApprove: ApprovalApproved, DecideReject: ApprovalRejected, DecidePending: ApprovalPending}

// Outcomes of a decision for one account.
const (
	OutcomeChanged   = "changed"
	OutcomeUnchanged = "unchanged" // somebody had decided the same
	OutcomeFailed    = "failed"
)

// Decision tells what came of a decision for one account.
type Decision struct {
	UserID   int64
	Outcome  string
	Approval string // the state now; empty when Outcome is failed
	Err      error  // the fault when Outcome is failed
}

const (
	maxDecisions = 500
	maxReason    = 500
)

// Decide approves or rejects accounts, or takes the decision back. Each account is a transaction of its own with its
// audit row and its mail, so one that cannot be decided does not hold the others up; each gets its own result, in the
// order asked. Nobody decides about himself. Faults of the call as a whole: NotChoice on "decision", Required or OutOfRange on
// "user_ids", TooLong on "reason".
func (s *Service) Decide(ctx context.Context, in *tenants.Scope, by By, ids []int64, decision, reason string, c Client) ([]Decision, error) {
	var p fault.Problems
	if decided[decision] == "" {
		p.Add("decision", fault.NotChoice, "value", decision)
	}
	if len(ids) == 0 || len(ids) > maxDecisions {
		p.Add("user_ids", fault.OutOfRange, "min", 1, "max", maxDecisions)
	}
	if len([]rune(reason)) > maxReason {
		p.Add("reason", fault.TooLong, "limit", maxReason)
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	results := make([]Decision, 0, len(ids))
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		d, err := s.decide(ctx, in, by, id, decision, reason, c)
		if err != nil && fault.From(err).Code.Kind >= fault.Unavailable {
			return nil, err
		}
		results = append(results, d)
	}
	return results, nil
}

func (s *Service) decide(ctx context.Context, in *tenants.Scope, by By, id int64, decision, reason string, c Client) (Decision, error) {
	var d Decision
	err := s.unit(ctx, in, c, func(u *unit) (err error) {
		d, err = u.judge(ctx, by, id, decision, reason)
		return err
	})
	if err != nil {
		return Decision{UserID: id, Outcome: OutcomeFailed, Err: err}, err
	}
	return d, nil
}

// judge decides about one account, unless it is decided so already. A fault comes before anything is written.
func (u *unit) judge(ctx context.Context, by By, id int64, decision, reason string) (Decision, error) {
	d := Decision{UserID: id, Outcome: OutcomeUnchanged}
	a, err := accountForUpdate(ctx, u.Tx, id)
	if err != nil {
		return d, err
	}
	if by == self(id) {
		return d, fault.SelfApproval
	}
	d.Approval = a.Approval
	if a.Approval == decided[decision] && (a.ApprovalReason == reason || decision != DecideReject) {
		return d, nil
	}
	d.Outcome, d.Approval = OutcomeChanged, decided[decision]
	return d, u.decide(ctx, by, a, decision, reason)
}

const updateApproval = `update users set approval = $3, approval_reason = $4, approval_at = $5, updated_at = $5 where tenant_id = $1 and id = $2`

// decide writes one decision. A rejection ends every session and link at once; an approval gives powers on the next
// request, because requests read the row.
func (u *unit) decide(ctx context.Context, by By, a account, decision, reason string) error {
	if _, err := u.Exec(ctx, updateApproval, a.ID, decided[decision], reason, u.Now()); err != nil {
		return err
	}
	details := map[string]any{"from": a.Approval, "to": decided[decision], "reason_given": reason != ""}
	if err := u.note(ctx, by, "approval."+decided[decision], a.ID, details); err != nil {
		return err
	}
	if decision == DecideReject {
		if err := u.shutOut(ctx, a.ID, "rejected"); err != nil {
			return err
		}
	}
	message := map[string]string{DecideApprove: "approved", DecideReject: "rejected"}[decision]
	if message == "" {
		return nil
	}
	return u.send(ctx, letter{message: message, to: a, data: map[string]any{"reason": reason}})
}

// shutOut ends what an account could still get in with.
func (u *unit) shutOut(ctx context.Context, id int64, why string) error {
	if _, err := u.endSessions(ctx, id, uuid.Nil, why); err != nil {
		return err
	}
	return errors.Join(u.voidProofs(ctx, id, proofReset), u.voidProofs(ctx, id, proofChange))
}

// approveByRule approves an account whose address was just proven, when the tenant trusts the address' domain. Nothing else
// says whose address it is, so a sign-up alone is not enough; and a rejection stays.
func (u *unit) approveByRule(ctx context.Context, id int64) error {
	if len(u.settings().Approval.Domains) == 0 {
		return nil
	}
	a, err := accountForUpdate(ctx, u.Tx, id)
	if err != nil || a.Approval != ApprovalPending {
		return err
	}
	domain := a.EmailKey[strings.LastIndexByte(a.EmailKey, '@')+1:]
	if !slices.Contains(u.settings().Approval.Domains, domain) {
		return nil
	}
	return u.decide(ctx, By{Kind: "system", ID: "approval.domains"}, a, DecideApprove, "")
}
