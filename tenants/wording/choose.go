package wording

import (
	"context"
	"maps"
	"slices"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
)

// Choice is the language that a reader gets a message in, and the tenant's wording in it, if there is one.
type Choice struct {
	Locale string
	Own    *message.Source
}

// Choose picks for a message that is due: the language that its data names as the account's ("locale"), then the
// request's ("language"), then the tenant's. The wording that a message for trial brings along ("wording") goes before the
// one in use.
func Choose(ctx context.Context, in *tenants.Scope, channel string, kind message.Kind, data map[string]any) (Choice, error) {
	own, err := Own(ctx, in, channel, kind)
	if err != nil {
		return Choice{}, err
	}
	account, _ := data["locale"].(string)
	request, _ := data["language"].(string)
	if draft, ok := data["wording"].(map[string]any); ok {
		subject, _ := draft["subject"].(string)
		text, _ := draft["text"].(string)
		own[account] = message.Source{Subject: subject, Text: text}
	}
	c := Choice{Locale: message.LocaleAmong(slices.Sorted(maps.Keys(own)), account, request, in.Settings().Locale)}
	if source, has := own[c.Locale]; has {
		c.Own = &source
	}
	return c, nil
}
