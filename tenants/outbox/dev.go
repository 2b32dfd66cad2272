package outbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
)

// DevMessage is a message that `keyhall dev` kept instead of sending it. The JSON names are fixed for outside scripts.
type DevMessage struct {
	Tenant  string          `json:"tenant" db:"tenant"`   // slug; "": the platform's own
	Channel string          `json:"channel" db:"channel"` // email, sms
	To      string          `json:"to" db:"recipient"`
	Subject string          `json:"subject" db:"subject"`
	Text    string          `json:"text" db:"body_text"`
	HTML    string          `json:"html" db:"body_html"`
	Kind    string          `json:"kind" db:"kind"` // verify_email, ...
	Data    json.RawMessage `json:"data" db:"data"` // what the template got: key, uid, token, otp, link
	SentAt  time.Time       `json:"sent_at" db:"sent_at"`
	ID      uuid.UUID       `json:"-" db:"id"`
}

const keepDevMessage = `insert into dev_messages (tenant_id, id, channel, recipient, kind, subject, body_text, body_html, data)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`

// KeepDevMessage puts a message into the sink instead of sending it. id is the job's, so keeping it twice is once.
func KeepDevMessage(ctx context.Context, in *tenants.Scope, id uuid.UUID, m DevMessage) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		_, err := tx.Exec(ctx, keepDevMessage, id, m.Channel, m.To, m.Kind, m.Subject, m.Text, m.HTML, string(m.Data))
		return err
	})
}

const selectDevMessages = `select * from (
	select t.slug as tenant, m.channel, m.recipient, m.subject, m.body_text, m.body_html, m.kind, m.data, m.sent_at, m.id
		from dev_messages m join tenants t on t.id = m.tenant_id where ($1 = '' or t.slug = $1) and ($2 = '' or lower(m.recipient) = lower($2))
	union all
	select '', 'email', recipient, subject, body_text, body_html, kind, data, sent_at, id
		from platform_dev_messages where $1 = '' and ($2 = '' or lower(recipient) = lower($2))) m
	order by m.sent_at desc, m.id desc limit 100`

// DevMessages reads the sink across tenants, newest first and at most 100; an empty tenantSlug or to means all.
func DevMessages(ctx context.Context, platform *tenants.DB, tenantSlug, to string) ([]DevMessage, error) {
	all := []DevMessage{}
	err := platform.Select(ctx, &all, selectDevMessages, tenantSlug, to)
	for i := range all {
		all[i].SentAt = all[i].SentAt.UTC()
	}
	return all, err
}
