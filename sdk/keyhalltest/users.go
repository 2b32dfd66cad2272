package keyhalltest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// pageSize is how many users are on a page unless the call says.
const pageSize = 50

func listUsers(c *call) (int, any, *problem) {
	query := c.r.URL.Query()
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 1 {
		limit = pageSize
	}
	before := int64(1) << 62
	if at := query.Get("cursor"); at != "" {
		if before, err = strconv.ParseInt(at, 10, 64); err != nil {
			return 0, nil, invalidFields(400, field("cursor", "bad_format", "This does not have the expected form."))
		}
	}
	page := keyhall.UserPage{Data: []keyhall.User{}}
	for _, a := range slices.Backward(c.accounts) { // newest first
		if a.gone || a.ID >= before || !a.matches(query.Get("q"), query.Get("status"), query.Get("group"), query.Get("type")) {
			continue
		}
		if len(page.Data) == limit {
			next := strconv.FormatInt(page.Data[limit-1].ID, 10)
			page.NextCursor = &next
			break
		}
		page.Data = append(page.Data, c.shown(a))
	}
	return 200, page, nil
}

func (a *account) matches(q, status, group, kind string) bool {
	q = strings.ToLower(q)
	named := slices.ContainsFunc([]string{a.Username, value(a.Email), a.FirstName, a.LastName}, func(s string) bool {
		return strings.HasPrefix(strings.ToLower(s), q)
	})
	if !named && strconv.FormatInt(a.ID, 10) != q || group != "" && group != a.Group.Name || kind != "" && kind != string(a.UserType) {
		return false
	}
	switch keyhall.UserStatus(status) {
	case keyhall.UserStatusActive:
		return a.Active
	case keyhall.UserStatusDisabled:
		return !a.Active
	case keyhall.UserStatusUnverified:
		return !a.EmailVerified
	case keyhall.UserStatusInvited:
		return a.InvitedUntil != nil
	default:
		return status == "" || status == string(a.Approval)
	}
}

func createUser(c *call) (int, any, *problem) {
	var in keyhall.UserCreate
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	a, wrong := c.add(keyhall.SignUp{
		Email: in.Email, Username: in.Username, FirstName: in.FirstName, LastName: in.LastName, Locale: in.Locale, UserType: in.UserType,
	}, true)
	if wrong != nil {
		return 0, nil, wrong
	}
	a.Mobile = in.Mobile
	if a.Approval == keyhall.ApprovalStatePending {
		a.Approval = keyhall.ApprovalStateApproved
	}
	if in.Group != nil {
		a.Group.Name = *in.Group
	}
	if value(in.Invite) {
		until := c.server.Clock.Now().Add(7 * 24 * time.Hour)
		a.InvitedUntil = &until
		c.mail(a, "user_invitation")
	}
	return 201, c.shown(a), nil
}

func getUser(c *call) (int, any, *problem) {
	a, wrong := c.target()
	if wrong != nil {
		return 0, nil, wrong
	}
	return 200, c.shown(a), nil
}

func patchUser(c *call) (int, any, *problem) {
	a, wrong := c.target()
	if wrong != nil {
		return 0, nil, wrong
	}
	var in keyhall.UserPatch
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	return c.patch(a, in)
}

func (t *Tenant) patch(a *account, in keyhall.UserPatch) (int, any, *problem) {
	if in.Username != nil {
		if other := t.byName(*in.Username); other != nil && other != a {
			return 0, nil, invalidFields(409, field("username", "username_taken", "This username is taken."))
		}
		a.Username = *in.Username
	}
	for to, from := range map[*string]*string{&a.FirstName: in.FirstName, &a.LastName: in.LastName, &a.Group.Name: in.Group} {
		if from != nil {
			*to = *from
		}
	}
	if locale, set := in.Locale.Get(); set {
		a.Locale = &locale
	} else if !in.Locale.IsZero() {
		a.Locale = nil
	}
	if in.Active != nil {
		a.Active = *in.Active
		if !a.Active {
			a.sessions = nil
		}
	}
	return 200, t.shown(a), nil
}

func deleteUser(c *call) (int, any, *problem) {
	a, wrong := c.target()
	if wrong != nil {
		return 0, nil, wrong
	}
	c.remove(a)
	return 204, nil, nil
}

// remove empties the account's place.
func (t *Tenant) remove(a *account) {
	*a = account{User: keyhall.User{ID: a.ID}, gone: true}
}

func endSessions(c *call) (int, any, *problem) {
	a, wrong := c.target()
	if wrong != nil {
		return 0, nil, wrong
	}
	a.sessions = nil
	return 204, nil, nil
}

func sendReset(c *call) (int, any, *problem) { return c.send("password_reset") }

func sendVerification(c *call) (int, any, *problem) { return c.send("verify_email") }

func (c *call) send(kind string) (int, any, *problem) {
	a, wrong := c.target()
	if wrong != nil {
		return 0, nil, wrong
	}
	c.mail(a, kind)
	return 202, nil, nil
}

func decide(c *call) (int, any, *problem) {
	var in keyhall.ApprovalRequest
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	to, known := map[keyhall.Decision]keyhall.ApprovalState{
		keyhall.DecisionApprove: keyhall.ApprovalStateApproved,
		keyhall.DecisionReject:  keyhall.ApprovalStateRejected,
		keyhall.DecisionPending: keyhall.ApprovalStatePending,
	}[in.Decision]
	if !known {
		return 0, nil, invalidFields(400, field("decision", "not_a_choice", "This is not one of the choices."))
	}
	results := keyhall.ApprovalResults{Results: []keyhall.ApprovalResult{}}
	for _, id := range in.UserIDs {
		results.Results = append(results.Results, c.decideOne(id, to, in))
	}
	return 200, results, nil
}

func (c *call) decideOne(id int64, to keyhall.ApprovalState, in keyhall.ApprovalRequest) keyhall.ApprovalResult {
	a := c.byID(id)
	if a == nil {
		return keyhall.ApprovalResult{UserID: id, Outcome: keyhall.ApprovalOutcomeFailed, Error: &keyhall.CodeAndTitle{Code: "not_found", Title: "There is nothing here."}}
	}
	outcome := keyhall.ApprovalOutcomeUnchanged
	if a.Approval != to {
		outcome = keyhall.ApprovalOutcomeChanged
		a.Approval, a.ApprovalReason = to, in.Reason
		if to != keyhall.ApprovalStatePending {
			c.mail(a, string(to))
		}
		if to == keyhall.ApprovalStateRejected {
			a.sessions = nil
		}
	}
	return keyhall.ApprovalResult{UserID: id, Outcome: outcome, Approval: &a.Approval}
}
