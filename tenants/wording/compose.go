package wording

import (
	"github.com/keyhall/keyhall/tenants/message"
)

// Mail writes the mail in the wording that was chosen. One that an older Keyhall accepted, and this one does not, keeps
// nobody from his mail: then the shipped wording goes out.
func (c Choice) Mail(b message.Brand, kind message.Kind, data map[string]any) (message.Rendered, error) {
	if c.Own != nil {
		if t, err := message.Parse(kind, c.Locale, *c.Own); err == nil {
			return t.Render(b, data)
		}
	}
	return message.Render(kind, c.Locale, b, data)
}

// Text writes a text message, as Mail does a mail.
func (c Choice) Text(kind message.Kind, data map[string]any) (string, error) {
	if c.Own != nil {
		if t, err := message.ParseText(kind, c.Locale, *c.Own); err == nil {
			return t.Render(data)
		}
	}
	return message.RenderText(kind, c.Locale, data)
}
