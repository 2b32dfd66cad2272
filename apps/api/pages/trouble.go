package pages

import (
	"slices"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/token"
)

func (i resetIn) confirmation() identity.ResetConfirmation {
	return identity.ResetConfirmation{UserID: token.UserID(i.UID), Token: i.Token, Password: i.Password, Again: &i.Again}
}

// aboutPassword reports whether nothing but the password was wrong.
func aboutPassword(err error) bool {
	f := fault.From(err)
	return len(f.Fields) > 0 && !slices.ContainsFunc(f.Fields, func(f fault.Field) bool {
		return f.Name != "password" && f.Name != "password_again"
	})
}

// dead are the codes of links that do not work (any more).
var dead = []*fault.Code{fault.KeyInvalid, fault.ResetUserUnknown, fault.ResetTokenInvalid}

// explain puts a fault into words, one for each complaint.
func (w *words) explain(f *fault.Error) []string {
	if len(f.Fields) == 0 {
		return []string{w.sentence(f.Code, f.Args)}
	}
	var all []string
	for _, field := range f.Fields {
		if text := w.sentence(field.Code, field.Args); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

func (w *words) sentence(code *fault.Code, args map[string]any) string {
	if slices.Contains(dead, code) {
		return w.Faults["link"]
	}
	text, known := w.Faults[code.Name]
	if !known {
		text = w.Faults["other"]
	}
	return wire.Fill(text, args)
}

// failed shows the page again with what went wrong. What is our own fault goes on to wire, which logs it.
func (p *page) failed(err error) (wire.Response, error) {
	f := fault.From(err)
	if f.Code.Kind == fault.Internal || f.Code.Kind == fault.Unavailable {
		return wire.Response{}, err
	}
	r := p.trouble(p.Words.explain(f)...).render(wire.StatusOf(f.Code.Kind))
	wire.AddRetryAfter(r.Header, f)
	return r, nil
}

// refuse is how the pages speak of what reached no form: a page that is not there, a tenant that is none, a database
// that does not answer.
func refuse(c *wire.Call, f *fault.Error) wire.Response {
	w := wordsFor(c, "")
	p := w.page(c, "lost")
	if f.Code.Kind != fault.NotFound {
		p.Title, p.Text = w.Error, w.sentence(f.Code, f.Args)
	}
	r := p.render(wire.StatusOf(f.Code.Kind))
	wire.AddRetryAfter(r.Header, f)
	return r
}
