package wording

import (
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
)

// sample is what a look beforehand and a mail for trial are written from; the key and the token open nothing.
func sample(in *tenants.Scope) map[string]any {
	return map[string]any{
		"site": in.DisplayName(), "site_url": in.Base(), "name": "Mia", "username": "mia", "email": "mia@example.com", "new_email": "mia@example.org",
		"inviter": "Alex", "reason": "…", "lifetime": int64(3 * 24 * 60 * 60), "key": "sample-key", "uid": "MQ", "token": "sample-token", "otp": "123456", "link": in.Base(),
	}
}

// Brand is how the tenant's mails look.
func Brand(in *tenants.Scope) message.Brand {
	b := in.Settings().Branding
	return message.Brand{Logo: b.LogoURL, Color: b.Color, Background: b.Background}
}

// Write writes a message from a wording, by the sample if data is nil. Fault: TemplateInvalid.
func Write(in *tenants.Scope, k Key, s message.Source) (message.Rendered, error) {
	t, err := message.Parse(k.Kind, k.Locale, s)
	if err != nil {
		return message.Rendered{}, err
	}
	data := sample(in)
	if address, err := Link(in, k.Kind, data); err != nil {
		return message.Rendered{}, err
	} else if address != "" {
		data["link"] = address
	}
	return t.Render(Brand(in), data)
}
