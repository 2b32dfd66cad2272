package identity

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/webhooks"
)

// eventOf says which audited actions tenants' endpoints are told of, and as what.
var eventOf = map[string]webhooks.Type{
	"user.registered":      webhooks.UserCreated,
	"user.created":         webhooks.UserCreated,
	"email.verified":       webhooks.UserVerified,
	"mobile.verified":      webhooks.UserVerified,
	"approval.approved":    webhooks.UserApproved,
	"approval.rejected":    webhooks.UserRejected,
	"session.opened":       webhooks.UserSignedIn,
	"password.changed":     webhooks.UserPasswordChanged,
	"password.reset":       webhooks.UserPasswordChanged,
	"user.profile_changed": webhooks.UserUpdated,
	"user.picture_changed": webhooks.UserUpdated,
	"user.picture_removed": webhooks.UserUpdated,
	"user.group_changed":   webhooks.UserUpdated,
	"user.disabled":        webhooks.UserUpdated,
	"user.enabled":         webhooks.UserUpdated,
	"email.changed":        webhooks.UserUpdated,
	"mobile.changed":       webhooks.UserUpdated,
	"user.erased":          webhooks.UserDeleted,
	"user.invited":         webhooks.UserInvited,
	"user.joined":          webhooks.UserJoined,
	"social.connected":     webhooks.UserSocialConnected,
	"social.disconnected":  webhooks.UserSocialDisconnected,
}

// event is something that endpoints want to hear of.
type event struct {
	kind      webhooks.Type
	action    string
	by        By
	userID    int64
	provider  string // where somebody signs in; "": that is not what it is about
	endpoints []uuid.UUID
}

// The trail's row and who wants to hear of it, in one trip: most tenants have no endpoint, and a sign-in is to cost them
// nothing.
const insertAuditOfEvent = `with noted as (` + insertAudit + `)
	select id from webhook_endpoints where tenant_id = $1 and active and $11::text = any(events) order by id`

func (u *unit) noteEvent(ctx context.Context, e event, row []any) error {
	err := u.Select(ctx, &e.endpoints, insertAuditOfEvent, append(row, string(e.kind))...)
	if len(e.endpoints) > 0 {
		u.events = append(u.events, e)
	}
	return err
}

// tell owes the endpoints what was noted. It comes last in the transaction, so that what they read is what is committed.
func (u *unit) tell(ctx context.Context) error {
	for _, e := range u.events {
		if err := u.tellOf(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (u *unit) tellOf(ctx context.Context, e event) error {
	data := webhooks.Data{Action: e.action, Actor: webhooks.Actor{Type: e.by.Kind, ID: e.by.ID}, Provider: e.provider}
	a, err := accountByID(ctx, u.Tx, e.userID)
	switch {
	case errors.Is(err, fault.PathUnknown): // its number is all that is left, and no reason to erase this
		data.User = webhooks.Gone{ID: e.userID}
		return webhooks.Owe(ctx, u.Tx, u.s.Box, e.endpoints, 0, e.kind, data)
	case err != nil:
		return err
	}
	data.User = asTold(a.User)
	return webhooks.Owe(ctx, u.Tx, u.s.Box, e.endpoints, e.userID, e.kind, data)
}

const (
	endpointsOf    = `select id from webhook_endpoints where tenant_id = $1 and active and $2::text = any(events) order by id`
	selectAccounts = `select ` + userColumns + fromUsers + `where u.tenant_id = $1 and u.id = any($2) order by u.id`
)

// tellOfImported owes the endpoints an event for each account that an import made, as for any account that is made: whoever keeps a copy of the
// users needs each of them. It takes three trips, however many there are.
func (u *unit) tellOfImported(ctx context.Context, by By, ids []int64) error {
	var endpoints []uuid.UUID
	if err := u.Select(ctx, &endpoints, endpointsOf, string(webhooks.UserCreated)); err != nil || len(endpoints) == 0 || len(ids) == 0 {
		return err
	}
	var rows []userRow
	if err := u.Select(ctx, &rows, selectAccounts, pq.Array(ids)); err != nil {
		return err
	}
	all := make([]webhooks.One, 0, len(rows))
	for _, row := range rows {
		data := webhooks.Data{Action: "user.imported", Actor: webhooks.Actor{Type: by.Kind, ID: by.ID}, User: asTold(row.account().User)}
		all = append(all, webhooks.One{UserID: row.ID, Data: data})
	}
	return webhooks.OweMany(ctx, u.Tx, u.s.Box, endpoints, webhooks.UserCreated, all)
}

func asTold(u User) webhooks.User {
	return webhooks.User{
		ID: u.ID, ExternalID: orNothing(u.ExternalID), Username: u.Username, Email: u.Email, EmailVerified: u.EmailVerified,
		Mobile: u.Mobile, MobileVerified: u.MobileVerified, FirstName: u.FirstName, LastName: u.LastName, UserType: u.Type,
		Group: u.Group.Name, Approval: u.Approval, Active: u.Active, Locale: orNothing(u.Locale), CreatedAt: u.CreatedAt,
	}
}

func orNothing(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
