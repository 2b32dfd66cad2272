package identity

import (
	"context"
	"encoding/json"
	"time"

	"github.com/keyhall/keyhall/tenants"
)

// Export is everything Keyhall holds about a user, for the user himself.
type Export struct {
	At       time.Time
	User     User
	Sessions []Session
	Audit    []AuditEntry
	Messages []MessageRecord
	Codes    []CodeRecord
	Social   []SocialIdentity
	Events   []EventRecord
	Manages  []ManagedRecord
}

// ManagedRecord is a group that a user looks after.
type ManagedRecord struct {
	ID    int64     `db:"id"`
	Name  string    `db:"name"`
	Since time.Time `db:"since"`
}

// EventRecord is what one of the tenant's own servers was told about a user.
type EventRecord struct {
	Type      string          `db:"type"`
	State     string          `db:"state"`
	CreatedAt time.Time       `db:"created_at"`
	DoneAt    *time.Time      `db:"done_at"`
	Data      json.RawMessage `db:"data"` // as in the call: WebhookData of openapi.yaml
}

// CodeRecord is the newest one-time code that was sent to one of a user's destinations, without the code.
type CodeRecord struct {
	Purpose     string     `db:"purpose"`
	Destination string     `db:"destination"`
	SentAt      time.Time  `db:"created_at"`
	UsedAt      *time.Time `db:"used_at"`
}

// MessageRecord is a mail or SMS that was sent to a user, without its content.
type MessageRecord struct {
	Kind      string     `db:"kind"`
	Message   string     `db:"message"`
	Recipient string     `db:"recipient"`
	State     string     `db:"state"`
	CreatedAt time.Time  `db:"created_at"`
	DoneAt    *time.Time `db:"done_at"`
}

const (
	allSessions = `select s.id, s.kind, s.contract, s.auth_time, s.created_at, s.last_seen_at, s.expires_at, s.ip, s.user_agent from sessions s
		where s.tenant_id = $1 and s.user_id = $2 order by s.created_at desc`
	allAudit = `select id, at, actor_kind, actor_id, action, user_id, details, ip, request_id from audit
		where tenant_id = $1 and user_id = $2 order by id desc`
	allMessages = `select kind, coalesce(payload ->> 'message', '') as message, recipient, state, created_at, done_at from outbox
		where tenant_id = $1 and user_id = $2 and kind in ('mail', 'sms') order by created_at desc`
	allManaged = `select g.id, g.name, m.created_at as since from group_managers m join groups g on g.tenant_id = m.tenant_id and g.id = m.group_id
		where m.tenant_id = $1 and m.user_id = $2 order by g.id`
	allEvents = `select coalesce(payload ->> 'message', '') as type, state, created_at, done_at, coalesce((payload ->> 'body')::jsonb -> 'data', '{}') as data from outbox
		where tenant_id = $1 and user_id = $2 and kind = 'webhook' order by created_at desc`
	allCodes = `select purpose, destination, created_at, used_at from codes where tenant_id = $1 and (user_id = $2
		or destination in (select value from identifiers where tenant_id = $1 and user_id = $2)) order by created_at desc`
)

// Export collects everything about the actor's account.
func (s *Service) Export(ctx context.Context, in *tenants.Scope, a *Actor) (Export, error) {
	e := Export{User: a.User, Sessions: []Session{}, Audit: []AuditEntry{}, Messages: []MessageRecord{}, Codes: []CodeRecord{}, Social: []SocialIdentity{}, Events: []EventRecord{}, Manages: []ManagedRecord{}}
	err := in.Tx(ctx, func(tx *tenants.Tx) error {
		e.At = tx.Now()
		if err := tx.Select(ctx, &e.Sessions, allSessions, a.User.ID); err != nil {
			return err
		}
		if err := tx.Select(ctx, &e.Audit, allAudit, a.User.ID); err != nil {
			return err
		}
		if err := tx.Select(ctx, &e.Messages, allMessages, a.User.ID); err != nil {
			return err
		}
		if err := tx.Select(ctx, &e.Events, allEvents, a.User.ID); err != nil {
			return err
		}
		if err := tx.Select(ctx, &e.Codes, allCodes, a.User.ID); err != nil {
			return err
		}
		if err := tx.Select(ctx, &e.Manages, allManaged, a.User.ID); err != nil {
			return err
		}
		return tx.Select(ctx, &e.Social, socialColumns+`user_id = $2 order by id`, a.User.ID)
	})
	return e, err
}

// Erase deletes the actor's own account with all that is personal about it. Faults: PasswordWrong on "password".
func (s *Service) Erase(ctx context.Context, in *tenants.Scope, a *Actor, password string, c Client) error {
	if err := s.confirmPassword(ctx, in, a, password); err != nil {
		return err
	}
	return s.unit(ctx, in, c, func(u *unit) error { return u.erase(ctx, self(a.User.ID), a.User.ID) })
}
