package wording

import (
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/message"
)

// sample is what a look beforehand and a mail for trial are written from; the key and the token open nothing.
func sample(in *tenants.Scope) map[string]any {
	return map[string]any{
		"site": in.DisplayName(), "site_url": in.Base(), "name": "Mia", "username": "mia", "email": "mia@example.com", "new_email": "mia@example.org",
		"inviter": "Alex", "reason": "…", "count": "3", "lifetime": int64(3 * 24 * 60 * 60), "key": "sample-key", "uid": "MQ", "token": "sample-token", "otp": "123456", "link": in.Base(),
	}
}

// sampleText is sample for a text message: as long as the tenant's codes are, and they live.
func sampleText(in *tenants.Scope) map[string]any {
	rules := in.Settings()
	code := "1234567890"[:max(6, rules.Contracts.DrfUser.OTPLength)]
	return map[string]any{"site": in.DisplayName(), "otp": code, "lifetime": int64(rules.Lifetimes.OTP)}
}

// Brand is how the tenant's mails look.
func Brand(in *tenants.Scope) message.Brand {
	b := in.Settings().Branding
	return message.Brand{Logo: b.LogoURL, Color: b.Color, Background: b.Background}
}

// Look is a message as it would be sent.
type Look struct {
	message.Rendered                // of a text message Text alone
	Parts            *message.Parts // of a text message
}

// Write writes a message from a wording, by sample values. Fault: TemplateInvalid; for a text message also when it takes
// more parts than the tenant's setting allows, PartsTooMany on "text".
func Write(in *tenants.Scope, k Key, s message.Source) (Look, error) {
	if k.Channel == SMS {
		return writeText(in, k, s)
	}
	r, err := writeMail(in, k, s)
	return Look{Rendered: r}, err
}

func writeText(in *tenants.Scope, k Key, s message.Source) (Look, error) {
	t, err := message.ParseText(k.Kind, k.Locale, s)
	if err != nil {
		return Look{}, err
	}
	text, err := t.Render(sampleText(in))
	if err != nil {
		return Look{}, err
	}
	parts := message.PartsOf(text)
	if limit := in.Settings().SMS.MaxParts; parts.Count > limit {
		var p fault.Problems
		p.Add("text", fault.PartsTooMany, "count", parts.Count, "limit", limit)
		return Look{}, &fault.Error{Code: fault.TemplateInvalid, Fields: p}
	}
	return Look{message.Rendered{Text: text, Locale: k.Locale}, &parts}, nil
}

func writeMail(in *tenants.Scope, k Key, s message.Source) (message.Rendered, error) {
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
