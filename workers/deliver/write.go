package deliver

import (
	"context"
	"maps"
	"slices"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/wording"
)

// write waits with a message that only a newer process knows; that one can still be sent.
func write(ctx context.Context, in *tenants.Scope, kind message.Kind, data map[string]any) (message.Rendered, error) {
	if _, known := message.Known(kind); !known {
		return message.Rendered{}, outbox.Passing("the message is not known", nil)
	}
	own, err := wording.Own(ctx, in, wording.Email, kind)
	if err != nil {
		return message.Rendered{}, err
	}
	addDraft(own, data)
	text, err := render(wording.Brand(in), kind, locale(in, data, own), own, data)
	if err != nil {
		return text, outbox.Pointless("the message could not be written", err)
	}
	return text, nil
}

// addDraft puts the wording that a mail for trial brings along in front of the one in use.
func addDraft(own map[string]message.Source, data map[string]any) {
	if draft, ok := data["wording"].(map[string]any); ok {
		language, _ := data["locale"].(string)
		subject, _ := draft["subject"].(string)
		text, _ := draft["text"].(string)
		own[language] = message.Source{Subject: subject, Text: text}
	}
}

// locale prefers what the account says, then what the request said, then the tenant.
func locale(in *tenants.Scope, data map[string]any, own map[string]message.Source) string {
	account, _ := data["locale"].(string)
	request, _ := data["language"].(string)
	return message.LocaleAmong(slices.Sorted(maps.Keys(own)), account, request, in.Settings().Locale)
}

// render takes the tenant's wording. One that an older Keyhall accepted, and this one does not, keeps nobody from his
// mail: then the shipped wording goes out.
func render(b message.Brand, kind message.Kind, language string, own map[string]message.Source, data map[string]any) (message.Rendered, error) {
	if source, has := own[language]; has {
		if t, err := message.Parse(kind, language, source); err == nil {
			return t.Render(b, data)
		}
	}
	return message.Render(kind, language, b, data)
}
