package identity_test

import (
	"fmt"
	"testing"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/limit"
)

// Whoever earns by text messages owns numbers in a row, and asks from many addresses; or one address has many numbers.
func TestNumbersInARowAndOneNetworkGetFewTextMessages(t *testing.T) {
	for what, c := range map[string]struct {
		most   int
		number func(i int) string
		from   func(i int) string
	}{
		"numbers in a row": {limit.SMSPrefix.Limit, func(i int) string { return fmt.Sprintf("+44740012%04d", i) }, func(i int) string { return fmt.Sprintf("198.51.%d.7", i) }},
		"one network":      {limit.SMSNetwork.Limit, func(i int) string { return fmt.Sprintf("+4479%02d123456", i) }, func(int) string { return "192.0.2.1" }},
	} {
		t.Run(what, func(t *testing.T) {
			w := limited(t, `{"sms":{"region":"GB","regions":["GB"]}}`)
			sent := 0
			for i := range 100 {
				by := phone
				by.IP = c.from(i)
				switch err := w.SendCode(t.Context(), w.in, to(t, c.number(i)), identity.ForProof, by); fault.From(err).Code {
				case fault.CodeCooling, fault.SMSRegion: // some of these numbers are not Great Britain's
				default:
					ok(t, err)
					sent++
				}
			}
			if n := w.count(`select count(*) from outbox where tenant_id = $1 and kind = 'sms'`); n != sent || sent == 0 || sent > c.most*3/2 { // should Redis be too slow once, the process counts for itself, to the half
				t.Errorf("%d sent, %d messages, where %d are allowed", sent, n, c.most)
			}
		})
	}
}
