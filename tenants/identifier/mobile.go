package identifier

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"
)

// Mobile gives a number in E.164 ("+905321234567"), or reports that it is none. Without a leading plus it is read as
// dialled in the region, an ISO 3166 code such as "TR"; with an empty region it then is none.
//
// A number is taken when its length fits the numbering plan. Whether it is in use, only a code sent to it proves, and
// the list of assigned ranges is always a little out of date. Premium-rate numbers are refused: sending to them is a
// way to take money from a tenant.
func Mobile(s, region string) (e164 string, ok bool) {
	digits := strings.Map(withoutSeparators, norm.NFKC.String(s))
	if !isDialled(digits) {
		return "", false
	}
	e164, ok = inE164(digits, strings.ToUpper(region))
	if !ok {
		return "", false
	}
	// A number that reads as another one the second time, by zeros in front that a plan does without, would be two identities.
	if again, ok := inE164(e164, ""); !ok || again != e164 {
		return "", false
	}
	return e164, true
}

func inE164(digits, region string) (e164 string, ok bool) {
	number, err := phonenumbers.Parse(digits, region)
	if err != nil || !phonenumbers.IsPossibleNumber(number) || phonenumbers.GetNumberType(number) == phonenumbers.PREMIUM_RATE {
		return "", false
	}
	return phonenumbers.Format(number, phonenumbers.E164), true
}

// LooseMobile is Mobile for contracts that take numbers as people dial them at home: without a plus it is 5 to 15 digits,
// and canonical are those digits. Where such a number is, nobody knows; it is never equal to one with a plus.
func LooseMobile(s string) (canonical string, ok bool) {
	digits := strings.Map(withoutSeparators, norm.NFKC.String(s))
	if strings.HasPrefix(digits, "+") {
		return Mobile(digits, "")
	}
	if len(digits) < 5 || len(digits) > 15 || strings.ContainsFunc(digits, notDigit) {
		return "", false
	}
	return digits, true
}

func withoutSeparators(r rune) rune {
	if strings.ContainsRune(" .,()-", r) {
		return -1
	}
	return r
}

// isDialled keeps out what the library would read as something else: letters of vanity numbers, extensions.
func isDialled(s string) bool {
	digits := strings.TrimPrefix(s, "+")
	return len(digits) >= 4 && len(digits) <= 20 && !strings.ContainsFunc(digits, notDigit)
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

// Region gives the ISO 3166 code of the country that an E.164 number belongs to; "" when it belongs to none.
func Region(e164 string) string {
	number, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(number)
}

// IsRegion reports whether there are numbers of the country with this ISO 3166 code.
func IsRegion(code string) bool { return phonenumbers.GetCountryCodeForRegion(code) != 0 }
