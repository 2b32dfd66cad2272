package tenants

import (
	"slices"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identifier"
)

// SMS says which numbers codes are sent to as text messages, and how many.
type SMS struct {
	Region  string   `json:"region"`  // ISO 3166 country in which numbers without a plus are dialled; empty: none
	Regions []string `json:"regions"` // countries that messages go to; empty: all
	PerDay  int      `json:"per_day"` // messages of the tenant a day
}

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
}
