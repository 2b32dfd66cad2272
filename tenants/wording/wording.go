// Package wording keeps what a tenant writes instead of the messages that Keyhall ships: per channel, kind and language,
// in numbered versions of which at most one is in use. It owns those rows, the look at a message beforehand, and the
// address a message is about. How a template is read and filled is message's business, sending it the workers'.
package wording

import (
	"context"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
)

// The channels.
const (
	Email = "email"
	SMS   = "sms"
)

// Key names a template.
type Key struct {
	Channel string       `db:"channel"`
	Kind    message.Kind `db:"kind"`
	Locale  string       `db:"locale"` // as message.Canonical writes it
}

// NewKey checks the three parts. Faults: PathUnknown for a message that does not exist, BadFormat on "locale".
func NewKey(channel, kind, locale string) (Key, error) {
	known := false
	switch channel {
	case Email:
		_, known = message.Known(message.Kind(kind))
	case SMS:
		_, known = message.KnownText(message.Kind(kind))
	}
	if !known {
		return Key{}, fault.PathUnknown
	}
	canonical, ok := message.Canonical(locale)
	if !ok {
		return Key{}, fault.BadFormat.On("locale")
	}
	return Key{channel, message.Kind(kind), canonical}, nil
}

// Template is one version of a tenant's wording, or what Keyhall ships.
type Template struct {
	Key
	Version   int  // 0: shipped
	Current   bool // in use
	Source    message.Source
	CreatedAt *time.Time // nil: shipped
}

// MaxLocales is how many languages of one message a tenant may have; MaxVersions, how many versions are kept of each.
const (
	MaxLocales  = 100
	MaxVersions = 50
)

// Own gives the tenant's wordings in use of one message, by language.
func Own(ctx context.Context, in *tenants.Scope, channel string, kind message.Kind) (map[string]message.Source, error) {
	var rows []row
	if err := in.Select(ctx, &rows, selectCurrent+` and kind = $3`, channel, kind); err != nil {
		return nil, err
	}
	own := make(map[string]message.Source, len(rows))
	for _, r := range rows {
		own[r.Locale] = r.template().Source
	}
	return own, nil
}

// List gives all of the tenant's wordings in use.
func List(ctx context.Context, in *tenants.Scope) ([]Template, error) {
	var rows []row
	err := in.Select(ctx, &rows, selectAll)
	return templates(rows), err
}

// Get gives the wording in use: the tenant's or the shipped one. Fault: PathUnknown for a language that has neither.
func Get(ctx context.Context, in *tenants.Scope, k Key) (Template, error) {
	own, err := Own(ctx, in, k.Channel, k.Kind)
	if err != nil {
		return Template{}, err
	}
	if _, has := own[k.Locale]; !has {
		return original(k)
	}
	var r row
	err = in.Get(ctx, &r, selectCurrent+` and kind = $3 and locale = $4`, k.Channel, k.Kind, k.Locale)
	return r.template(), err
}

func original(k Key) (Template, error) {
	original := message.Original
	if k.Channel == SMS {
		original = message.OriginalText
	}
	source, ok := original(k.Kind, k.Locale)
	if !ok {
		return Template{}, fault.PathUnknown
	}
	return Template{Key: k, Current: true, Source: source}, nil
}

// Versions gives what is kept of the tenant's wording, newest first.
func Versions(ctx context.Context, in *tenants.Scope, k Key) ([]Template, error) {
	var rows []row
	err := in.Select(ctx, &rows, selectVersions+` order by version desc`, k.Channel, k.Kind, k.Locale)
	return templates(rows), err
}

// Put makes a new version and takes it into use. Faults: TemplateInvalid, TemplatesTooMany.
func Put(ctx context.Context, in *tenants.Scope, who tenants.Who, k Key, s message.Source) (t Template, err error) {
	if _, err := Write(in, k, s); err != nil {
		return Template{}, err
	}
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		t, err = put(ctx, tx, k, s.Clean())
		if err != nil {
			return err
		}
		return note(ctx, tx, who, "template.changed", k, t.Version)
	})
	return t, err
}

// Restore takes a version into use again. Fault: PathUnknown. A version that does not suit the message any more is
// TemplateInvalid.
func Restore(ctx context.Context, in *tenants.Scope, who tenants.Who, k Key, version int) (t Template, err error) {
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		t, err = restore(ctx, tx, k, version)
		if err != nil {
			return err
		}
		return note(ctx, tx, who, "template.restored", k, version)
	})
	return t, err
}

// Reset goes back to what Keyhall ships; the versions stay. Fault: PathUnknown when none was in use.
func Reset(ctx context.Context, in *tenants.Scope, who tenants.Who, k Key) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		n, err := tx.Exec(ctx, retire, k.Channel, k.Kind, k.Locale)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.PathUnknown
		}
		return note(ctx, tx, who, "template.reset", k, 0)
	})
}

func note(ctx context.Context, tx *tenants.Tx, who tenants.Who, action string, k Key, version int) error {
	return tx.Note(ctx, who, action, map[string]any{"channel": k.Channel, "kind": k.Kind, "locale": k.Locale, "version": version})
}
