package wording

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
)

type row struct {
	Key
	Version   int       `db:"version"`
	Current   bool      `db:"in_use"`
	Subject   string    `db:"subject"`
	Text      string    `db:"body"`
	CreatedAt time.Time `db:"created_at"`
}

func (r row) template() Template {
	at := r.CreatedAt.UTC()
	return Template{Key: r.Key, Version: r.Version, Current: r.Current, Source: message.Source{Subject: r.Subject, Text: r.Text}, CreatedAt: &at}
}

func templates(rows []row) []Template {
	all := make([]Template, len(rows))
	for i, r := range rows {
		all[i] = r.template()
	}
	return all
}

const (
	columns        = `channel, kind, locale, version, in_use, subject, body, created_at`
	selectCurrent  = `select ` + columns + ` from message_templates where tenant_id = $1 and channel = $2 and in_use`
	selectAll      = `select ` + columns + ` from message_templates where tenant_id = $1 and in_use order by channel, kind, locale`
	ofKey          = ` where tenant_id = $1 and channel = $2 and kind = $3 and locale = $4`
	selectVersions = `select ` + columns + ` from message_templates` + ofKey
	retire         = `update message_templates set in_use = false` + ofKey + ` and in_use`
	use            = `update message_templates set in_use = true` + ofKey + ` and version = $5 returning ` + columns
	forget         = `delete from message_templates` + ofKey + ` and version <= $5 and not in_use`

	// Whoever changes a message of the tenant waits for the one before, so that versions are counted one by one.
	lockMessage = `select pg_advisory_xact_lock(hashtextextended('message_templates/' || $1 || '/' || $2 || '/' || $3, 0))`
	countOthers = `select count(distinct locale) from message_templates where tenant_id = $1 and channel = $2 and kind = $3 and locale <> $4`
	insert      = `insert into message_templates (tenant_id, channel, kind, locale, version, in_use, subject, body)
		select $1::uuid, $2::text, $3::text, $4::text, coalesce(max(version), 0) + 1, true, $5::text, $6::text from message_templates` + ofKey + ` returning ` + columns
)

func put(ctx context.Context, tx *tenants.Tx, k Key, s message.Source) (Template, error) {
	if _, err := tx.Exec(ctx, lockMessage, k.Channel, k.Kind); err != nil {
		return Template{}, err
	}
	var others int
	if err := tx.Get(ctx, &others, countOthers, k.Channel, k.Kind, k.Locale); err != nil {
		return Template{}, err
	}
	if others >= MaxLocales {
		return Template{}, fault.TemplatesTooMany.With("limit", MaxLocales)
	}
	if _, err := tx.Exec(ctx, retire, k.Channel, k.Kind, k.Locale); err != nil {
		return Template{}, err
	}
	var r row
	if err := tx.Get(ctx, &r, insert, k.Channel, k.Kind, k.Locale, s.Subject, s.Text); err != nil {
		return Template{}, err
	}
	_, err := tx.Exec(ctx, forget, k.Channel, k.Kind, k.Locale, r.Version-MaxVersions)
	return r.template(), err
}

func restore(ctx context.Context, tx *tenants.Tx, k Key, version int) (Template, error) {
	if _, err := tx.Exec(ctx, lockMessage, k.Channel, k.Kind); err != nil {
		return Template{}, err
	}
	if _, err := tx.Exec(ctx, retire, k.Channel, k.Kind, k.Locale); err != nil {
		return Template{}, err
	}
	var r row
	err := tx.Get(ctx, &r, use, k.Channel, k.Kind, k.Locale, version)
	if errors.Is(err, sql.ErrNoRows) {
		return Template{}, fault.PathUnknown
	}
	if err != nil {
		return Template{}, err
	}
	_, err = Write(tx.Scope(), k, r.template().Source)
	return r.template(), err
}
