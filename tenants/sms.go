package tenants

import (
	"maps"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/webhook"
	"github.com/keyhall/keyhall/tenants/identifier"
)

// SMS says which numbers codes are sent to as text messages, and how many.
type SMS struct {
	Region  string   `json:"region"`  // ISO 3166 country in which numbers without a plus are dialled; empty: none
	Regions []string `json:"regions"` // countries that messages go to; empty: all
	PerDay  int      `json:"per_day"` // messages of the tenant a day

	MaxParts int          `json:"max_parts"` // how many parts a message may have, each of which is paid for
	Provider *SMSProvider `json:"provider"`  // who sends them; nil: nobody, but in development the message sink
}

// SMSProvider is a tenant's account with somebody who sends text messages.
type SMSProvider struct {
	Name         string `json:"name"`    // one of SMSProviders
	Account      string `json:"account"` // Twilio: the account's SID; Vonage: the API key
	Sender       string `json:"sender"`  // a number, up to 11 letters, or a messaging service's SID
	URL          string `json:"url"`     // hook: where to; others: instead of the provider's usual address
	SecretSealed []byte `json:"secret_sealed,omitempty"`
}

// SMSProviders are the names there are.
var SMSProviders = []string{"twilio", "vonage", "hook"}

// MaxSMSParts is the most that a tenant may allow.
const MaxSMSParts = 10

// Reach gives the number that a message for a mobile goes to: E.164, or as it is when nobody knows the country. Fault:
// SMSRegion when the country is none of the tenant's.
func (s SMS) Reach(mobile string) (string, error) {
	number := mobile
	if e164, ok := identifier.Mobile(mobile, s.Region); ok {
		number = e164
	}
	if len(s.Regions) > 0 && !slices.Contains(s.Regions, identifier.Region(number)) {
		return "", fault.SMSRegion
	}
	return number, nil
}

func (s SMS) check(p *fault.Problems) {
	if s.Region != "" && !identifier.IsRegion(s.Region) {
		p.Add("sms.region", fault.NotChoice, "value", s.Region)
	}
	for _, region := range s.Regions {
		if !identifier.IsRegion(region) {
			p.Add("sms.regions", fault.NotChoice, "value", region)
		}
	}
	between(p, "sms.per_day", s.PerDay, 1, 1_000_000)
	between(p, "sms.max_parts", s.MaxParts, 1, MaxSMSParts)
	if s.Provider != nil {
		s.Provider.check(p)
	}
}

func (s *SMSProvider) check(p *fault.Problems) {
	oneOf(p, "sms.provider.name", s.Name, SMSProviders...)
	need := map[string]bool{"secret": len(s.SecretSealed) > 0}
	if s.Name == "hook" {
		need["url"] = s.URL != ""
	} else {
		need["account"], need["sender"] = s.Account != "", s.Sender != ""
	}
	for _, name := range slices.Sorted(maps.Keys(need)) {
		if !need[name] {
			p.Add("sms.provider."+name, fault.Required)
		}
	}
	for name, text := range map[string]string{"account": s.Account, "sender": s.Sender, "url": s.URL} {
		if utf8.RuneCountInString(text) > maxProviderText {
			p.Add("sms.provider."+name, fault.TooLong, "limit", maxProviderText)
		}
	}
	if u, err := url.Parse(s.URL); s.URL != "" && (err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http") {
		p.Add("sms.provider.url", fault.BadFormat)
	}
}

const maxProviderText = 300

// fitsSMSProvider: a hook is signed with a key of a certain form; other providers say what theirs look like.
func fitsSMSProvider(provider document, secret string) bool {
	if provider["name"] != "hook" {
		return len(secret) <= maxProviderText
	}
	_, err := webhook.Key(secret)
	return err == nil
}
