package webhooks

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// Type is what happened. Types are only ever added.
type Type string

// The types an endpoint can choose.
const (
	UserCreated         Type = "user.created"          // signed up, or made by an administrator
	UserVerified        Type = "user.verified"         // proved that an address or a number is theirs
	UserApproved        Type = "user.approved"         //
	UserRejected        Type = "user.rejected"         //
	UserSignedIn        Type = "user.signed_in"        // a session was opened
	UserPasswordChanged Type = "user.password_changed" // by its owner, or by a reset
	UserUpdated         Type = "user.updated"          // profile, address, number, group, or whether it is active
	UserDeleted         Type = "user.deleted"          //

	UserInvited            Type = "user.invited"             // mailed a link to choose the first password
	UserJoined             Type = "user.joined"              // followed it
	UserSocialConnected    Type = "user.social_connected"    // can sign in by a provider from now on
	UserSocialDisconnected Type = "user.social_disconnected" //
)

// Test is what the test button sends, whatever an endpoint has chosen.
const Test Type = "webhook.test"

// Types lists what can be chosen.
var Types = []Type{
	UserCreated, UserVerified, UserApproved, UserRejected, UserSignedIn, UserPasswordChanged, UserUpdated, UserDeleted,
	UserInvited, UserJoined, UserSocialConnected, UserSocialDisconnected,
}

// Version is that of all payloads. Members may be added to a version; what would break a reader makes the next one.
const Version = 1

// Event is something that happened, as endpoints are told of it: openapi.yaml, WebhookEvent.
type Event struct {
	ID      uuid.UUID `json:"id"` // also the header Webhook-Id, the same in each attempt
	Type    Type      `json:"type"`
	Version int       `json:"version"`
	Tenant  string    `json:"tenant"` // the slug
	Time    time.Time `json:"timestamp"`
	Data    any       `json:"data"`
}

// Data is what an event says about a user.
type Data struct {
	Action string `json:"action"` // as the audit trail has it: finer than the type
	Actor  Actor  `json:"actor"`
	User   any    `json:"user"` // a User, or a Gone

	Provider string `json:"provider,omitempty"` // of a sign-in elsewhere, where one is what it is about
}

// Actor is who did it.
type Actor struct {
	Type string `json:"type"` // user, admin, operator, key, system
	ID   string `json:"id"`
}

// User is the account as it is after what happened.
type User struct {
	ID             int64     `json:"id"`
	ExternalID     *string   `json:"external_id"`
	Username       string    `json:"username"`
	Email          string    `json:"email"`
	EmailVerified  bool      `json:"email_verified"`
	Mobile         string    `json:"mobile"`
	MobileVerified bool      `json:"mobile_verified"`
	FirstName      string    `json:"first_name"`
	LastName       string    `json:"last_name"`
	UserType       string    `json:"user_type"`
	Group          string    `json:"group"`
	Approval       string    `json:"approval"`
	Active         bool      `json:"active"`
	Locale         *string   `json:"locale"`
	CreatedAt      time.Time `json:"created_at"`
}

// Gone is what is left of an account that was deleted.
type Gone struct {
	ID int64 `json:"id"`
}

// Owe writes the deliveries of an event for these endpoints, in the transaction of what happened. user is the account
// it is about, with which the deliveries are erased; 0 for none.
func Owe(ctx context.Context, tx *tenants.Tx, box *outbox.Box, endpoints []uuid.UUID, user int64, t Type, data any) error {
	e := Event{uuid.Must(uuid.NewV7()), t, Version, tx.Scope().Slug(), tx.Now(), data}
	for _, endpoint := range endpoints {
		if _, err := owe(ctx, tx, box, endpoint, user, e); err != nil {
			return err
		}
	}
	return nil
}

// One is an event about one of many.
type One struct {
	UserID int64
	Data   Data
}

// OweMany is Owe for many events of a type, in one trip.
func OweMany(ctx context.Context, tx *tenants.Tx, box *outbox.Box, endpoints []uuid.UUID, t Type, all []One) error {
	var jobs []outbox.Job
	for _, one := range all {
		e := Event{uuid.Must(uuid.NewV7()), t, Version, tx.Scope().Slug(), tx.Now(), one.Data}
		for _, endpoint := range endpoints {
			job, err := jobOf(endpoint, one.UserID, e)
			if err != nil {
				return err
			}
			jobs = append(jobs, job)
		}
	}
	return box.AddAll(ctx, tx, jobs)
}

// jobOf keeps the body as the text that is signed and sent: a document of PostgreSQL would lose its order.
func jobOf(endpoint uuid.UUID, user int64, e Event) (outbox.Job, error) {
	body, err := json.Marshal(e)
	return outbox.Job{
		Kind: outbox.Webhook, UserID: user, Recipient: endpoint.String(),
		Payload: map[string]any{"message": e.Type, "event": e.ID, "body": string(body)},
	}, err
}

func owe(ctx context.Context, tx *tenants.Tx, box *outbox.Box, endpoint uuid.UUID, user int64, e Event) (uuid.UUID, error) {
	job, err := jobOf(endpoint, user, e)
	if err != nil {
		return uuid.Nil, err
	}
	return box.Add(ctx, tx, job)
}

// Body takes a delivery's event apart: its id, its type, and the bytes to send.
func Body(c outbox.Claimed) (id string, t Type, body []byte) {
	id, _ = c.Payload["event"].(string)
	text, _ := c.Payload["body"].(string)
	kind, _ := c.Payload["message"].(string)
	return id, Type(kind), []byte(text)
}

// Known reports whether an endpoint can choose the type.
func Known(t Type) bool { return slices.Contains(Types, t) }
