package native

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/wording"
)

// messageOut is one message there is, with the languages a tenant has it in.
type messageOut struct {
	Channel      string           `json:"channel"`
	Kind         message.Kind     `json:"kind"`
	Placeholders []placeholderOut `json:"placeholders"`
	Locales      []localeOut      `json:"locales"`
}

type placeholderOut struct {
	Written   string `json:"written"` // {link}, {name?}
	Essential bool   `json:"essential"`
}

type localeOut struct {
	Locale    string     `json:"locale"`
	Version   *int       `json:"version"` // null: as shipped
	CreatedAt *time.Time `json:"created_at"`
}

type templateOut struct {
	Channel string       `json:"channel"`
	Kind    message.Kind `json:"kind"`
	localeOut
	Current bool   `json:"current"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

func showLocale(t wording.Template) localeOut {
	out := localeOut{Locale: t.Locale, CreatedAt: t.CreatedAt}
	if t.Version > 0 {
		out.Version = &t.Version
	}
	return out
}

func showTemplate(t wording.Template) templateOut {
	return templateOut{t.Channel, t.Kind, showLocale(t), t.Current, t.Source.Subject, t.Source.Text}
}

func (n contract) listTemplates(c *wire.Call) (wire.Response, error) {
	own, err := wording.List(c.Ctx, c.Scope)
	if err != nil {
		return wire.Response{}, err
	}
	show := func(channel string) func(message.KindInfo) messageOut {
		return func(k message.KindInfo) messageOut {
			return messageOut{channel, k.Kind, placeholdersOf(k), localesOf(channel, k.Kind, own)}
		}
	}
	mails, texts := each(message.Kinds(), show(wording.Email)), each(message.Texts(), show(wording.SMS))
	return wire.OK(listing[messageOut]{append(mails, texts...)}), nil
}

func placeholdersOf(k message.KindInfo) []placeholderOut {
	essential := k.Essential()
	needed := each(k.Needs, func(name string) placeholderOut {
		return placeholderOut{"{" + name + "}", slices.Contains(essential, name)}
	})
	return append(needed, each(k.Takes, func(name string) placeholderOut { return placeholderOut{"{" + name + "?}", false} })...)
}

// localesOf lists the shipped languages and the tenant's own, by name.
func localesOf(channel string, kind message.Kind, own []wording.Template) []localeOut {
	var all []localeOut
	for _, t := range own {
		if t.Kind == kind && t.Channel == channel {
			all = append(all, showLocale(t))
		}
	}
	for _, shipped := range message.Locales() {
		if !slices.ContainsFunc(all, func(l localeOut) bool { return l.Locale == shipped }) {
			all = append(all, localeOut{Locale: shipped})
		}
	}
	slices.SortFunc(all, func(a, b localeOut) int { return strings.Compare(a.Locale, b.Locale) })
	return all
}

func templateKey(c *wire.Call) (wording.Key, error) {
	return wording.NewKey(c.Param("channel"), c.Param("kind"), c.Param("locale"))
}

// answerTemplate answers with a template, if there is one.
func answerTemplate(t wording.Template, err error) (wire.Response, error) {
	return wire.OK(showTemplate(t)), err
}

func (n contract) getTemplate(c *wire.Call) (wire.Response, error) {
	k, err := templateKey(c)
	if err != nil {
		return wire.Response{}, err
	}
	return answerTemplate(wording.Get(c.Ctx, c.Scope, k))
}

type templateIn struct {
	Subject string `json:"subject" wire:"blank"` // the core knows which channel has one
	Text    string `json:"text" validate:"required"`
}

func (n contract) putTemplate(c *wire.Call, in templateIn) (wire.Response, error) {
	k, err := templateKey(c)
	if err != nil {
		return wire.Response{}, err
	}
	return answerTemplate(wording.Put(c.Ctx, c.Scope, who(c), k, message.Source(in)))
}

func (n contract) resetTemplate(c *wire.Call) (wire.Response, error) {
	k, err := templateKey(c)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), wording.Reset(c.Ctx, c.Scope, who(c), k)
}

func (n contract) listTemplateVersions(c *wire.Call) (wire.Response, error) {
	k, err := templateKey(c)
	if err != nil {
		return wire.Response{}, err
	}
	all, err := wording.Versions(c.Ctx, c.Scope, k)
	return wire.OK(listing[templateOut]{each(all, showTemplate)}), err
}

type restoreIn struct {
	Version int `json:"version" validate:"required"`
}

func (n contract) restoreTemplate(c *wire.Call, in restoreIn) (wire.Response, error) {
	k, err := templateKey(c)
	if err != nil {
		return wire.Response{}, err
	}
	return answerTemplate(wording.Restore(c.Ctx, c.Scope, who(c), k, in.Version))
}

// draftIn is a wording that is not saved; without it the one in use is meant.
type draftIn struct {
	Subject *string `json:"subject" wire:"blank"`
	Text    *string `json:"text"`
}

// draft completes a draft with what is in use.
func (n contract) draft(c *wire.Call, in draftIn) (wording.Key, message.Source, error) {
	k, err := templateKey(c)
	if err != nil {
		return k, message.Source{}, err
	}
	if in.Subject != nil && in.Text != nil {
		return k, message.Source{Subject: *in.Subject, Text: *in.Text}, nil
	}
	t, err := wording.Get(c.Ctx, c.Scope, k)
	if in.Subject != nil {
		t.Source.Subject = *in.Subject
	}
	if in.Text != nil {
		t.Source.Text = *in.Text
	}
	return k, t.Source, err
}

type previewOut struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`

	Parts *partsOut `json:"parts,omitempty"` // of a text message
}

type partsOut struct {
	Encoding string `json:"encoding"`
	Units    int    `json:"units"`
	Count    int    `json:"count"`
}

func (n contract) previewTemplate(c *wire.Call, in draftIn) (wire.Response, error) {
	k, source, err := n.draft(c, in)
	if err != nil {
		return wire.Response{}, err
	}
	r, err := wording.Write(c.Scope, k, source)
	return wire.OK(previewOut{r.Subject, r.Text, r.HTML, (*partsOut)(r.Parts)}), err
}

type tryIn struct {
	draftIn
	tryMailIn
}

func (n contract) tryTemplate(c *wire.Call, in tryIn) (wire.Response, error) {
	k, source, err := n.draft(c, in.draftIn)
	if err != nil {
		return wire.Response{}, err
	}
	if k.Channel == wording.SMS && in.To == nil { // administrators have no number
		return wire.Response{}, fault.Required.On("to")
	}
	id, err := n.trials().Wording(c.Ctx, c.Scope, who(c), k, source, in.address(c))
	return trying(id), err
}

type tryMailIn struct {
	To *string `json:"to"`
}

// address is where a mail for trial goes: the administrator who asks for it, unless the request says otherwise.
func (i tryMailIn) address(c *wire.Call) string {
	if i.To == nil {
		return actorOf(c).Admin.Email
	}
	return *i.To
}

func (n contract) tryMail(c *wire.Call, in tryMailIn) (wire.Response, error) {
	id, err := n.trials().Server(c.Ctx, c.Scope, who(c), in.address(c))
	return trying(id), err
}

func (n contract) trials() wording.Trials { return wording.Trials{Box: n.Box, Limiter: n.Core.Limiter} }

type tryingOut struct {
	DeliveryID uuid.UUID `json:"delivery_id"`
}

func trying(id uuid.UUID) wire.Response {
	return wire.Response{Status: http.StatusAccepted, Body: tryingOut{id}}
}
