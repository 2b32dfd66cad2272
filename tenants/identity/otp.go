package identity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/tenants/token"
)

// Purpose is what a one-time code is good for. For the other purpose it is a wrong code.
type Purpose string

// The purposes.
const (
	ForSignIn Purpose = "sign_in"
	ForProof  Purpose = "prove" // that one reads what is sent there: to sign up, to reset the password, to confirm
)

// Destination is where a code goes.
type Destination struct {
	Text   string // as given
	Key    string // canonical
	Mobile bool   // a mobile number; else an e-mail address
}

// ReadDestination reads an e-mail address or, when it is none, a mobile number.
func ReadDestination(text string) (Destination, bool) {
	if key, ok := identifier.LooseEmail(text); ok {
		return Destination{Text: text, Key: key}, true
	}
	key, ok := identifier.LooseMobile(text)
	return Destination{Text: text, Key: key, Mobile: true}, ok
}

// isOf reports whether the destination is the account's own. What the account has asked for and not proven is not.
func (d Destination) isOf(a account) bool {
	if d.Mobile {
		return a.MobileKey == d.Key
	}
	return a.EmailKey == d.Key
}

// SendCode sends a one-time code, in place of any that is on its way to the same destination. A code that could do
// nothing is not sent: nobody, and least of all the caller, is told, except that a code to sign in with is refused for a
// destination of no account where the tenant does not hide its accounts. Faults: AccountUnknown; CodeCooling within the
// pause or over the budget of the destination; SMSRegion; RateLimited.
func (s *Service) SendCode(ctx context.Context, in *tenants.Scope, to Destination, purpose Purpose, c Client) error {
	a, err := holderOf(ctx, in, to)
	if err != nil {
		return err
	}
	if a.ID == 0 && purpose == ForSignIn && !in.Settings().Privacy.HideAccountExistence {
		return fault.AccountUnknown
	}
	return s.sendCodes(ctx, in, purpose, c, sending{to, a, !isWelcome(in, a, to, purpose, c)})
}

// sending is one code on its way.
type sending struct {
	to      Destination
	account account // whose destination it is; ID 0: nobody's
	decoy   bool    // only looks like one: nothing is sent, and no code is right
}

// holderOf finds the account that has a destination, or one with ID 0.
func holderOf(ctx context.Context, r reader, to Destination) (account, error) {
	a, err := accountBy(ctx, r, whereName, to.Key)
	if err != nil && !errors.Is(err, fault.PathUnknown) {
		return account{}, err
	}
	if err != nil || !to.isOf(a) {
		return account{}, nil
	}
	return a, nil
}

// isWelcome reports whether a code for the purpose could be of use to the account, or to whoever has the destination of
// no account.
func isWelcome(in *tenants.Scope, a account, to Destination, purpose Purpose, c Client) bool {
	switch {
	case a.ID == 0:
		return purpose == ForProof
	case purpose == ForProof:
		return mayReset(a.User)
	}
	return maySignInBy(in, a, to, c) == nil
}

// maySignInBy is standing as it will be once a code has proven the destination. A number has to be proven before (K20):
// whoever signs up could have named somebody else's. drfuser does without where accounts are not hidden, as its document
// has it.
func maySignInBy(in *tenants.Scope, a account, to Destination, c Client) error {
	if to.Mobile && !a.MobileVerified && (c.Contract != "drfuser" || in.Settings().Privacy.HideAccountExistence) {
		return fault.BadCredentials
	}
	a.EmailVerified = a.EmailVerified || !to.Mobile
	return concealInactive(standing(a.User, in.Settings()))
}

// sendCodes sends all or, when one of them has to wait, none. Budgets are charged before the pauses are looked at and
// given back when nothing was sent.
func (s *Service) sendCodes(ctx context.Context, in *tenants.Scope, purpose Purpose, c Client, all ...sending) error {
	return s.sendCodesAnd(ctx, in, purpose, c, func(*unit) error { return nil }, all...)
}

// sendCodesAnd is sendCodes with something to be done in the same transaction before.
func (s *Service) sendCodesAnd(ctx context.Context, in *tenants.Scope, purpose Purpose, c Client, first func(*unit) error, all ...sending) error {
	tenant := in.ID().String()
	if err := s.Limiter.Take(ctx, tenant, limit.Charge{Rule: limit.ResetNetwork, Subject: c.Network()}); err != nil {
		return err
	}
	var charges []limit.Charge
	for _, x := range all {
		own, err := codeCharges(in, x.to, c)
		if err != nil {
			return err
		}
		charges = append(charges, own...)
	}
	if err := s.Limiter.Take(ctx, tenant, charges...); err != nil {
		wait := fault.From(err).RetryAfter
		return cooling(s.now().Add(wait), wait)
	}
	err := s.unit(ctx, in, c, func(u *unit) error {
		if err := first(u); err != nil {
			return err
		}
		for _, x := range slices.SortedFunc(slices.Values(all), func(a, b sending) int { return strings.Compare(a.to.Key, b.to.Key) }) {
			if err := u.sendCode(ctx, x, purpose); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.Limiter.Refund(ctx, tenant, charges...)
	}
	return err
}

// codeCharges are the budgets of one destination, and those that bound what messages to telephones cost.
func codeCharges(in *tenants.Scope, to Destination, c Client) ([]limit.Charge, error) {
	if !to.Mobile {
		return []limit.Charge{{Rule: limit.CodeDestination, Subject: to.Key}, {Rule: limit.CodeDay, Subject: to.Key}}, nil
	}
	number, err := in.Settings().SMS.Reach(to.Key)
	if err != nil {
		return nil, err
	}
	return []limit.Charge{
		{Rule: limit.CodeDestination, Subject: number},
		{Rule: limit.CodeDay, Subject: number},
		{Rule: limit.SMSPrefix, Subject: number[:max(0, len(number)-4)]},
		{Rule: limit.SMSNetwork, Subject: c.Network()},
		{Rule: limit.SMSTenant(in.Settings().SMS.PerDay)},
	}, nil
}

// cooling says when the next code can be sent.
func cooling(until time.Time, wait time.Duration) error {
	return fault.CodeCooling.With("until", until.UTC()).Later(max(wait, time.Second))
}

// shortestCode is what contracts get that have no length of their own (ASVS 6.5.3).
const shortestCode = 6

// sendCode makes a fresh code the one of its destination and owes its message. Fault: CodeCooling.
func (u *unit) sendCode(ctx context.Context, x sending, purpose Purpose) error {
	rules := u.settings().Contracts.DrfUser
	length := rules.OTPLength
	if u.client.Contract != "drfuser" {
		length = max(length, shortestCode)
	}
	code, expires := token.NewCode(length), u.Now().Add(seconds(u.settings().Lifetimes.OTP))
	pause, fits := seconds(rules.OTPCooldown), purpose
	if x.decoy {
		fits = "nothing"
	}
	n, err := u.Exec(ctx, putCode, x.to.Key, uuid.Must(uuid.NewV7()), purpose, u.s.Tokens.CodeMAC(u.Scope(), string(fits), x.to.Key, code), x.account.ID,
		rules.OTPAttempts, u.Now(), expires, u.Now().Add(-pause))
	if err != nil {
		return err
	}
	if n == 0 {
		return u.codeCooling(ctx, x.to, pause)
	}
	if x.decoy {
		return u.voidProofs(ctx, 0, proofReset) // the same trips as for a real one
	}
	return u.deliverCode(ctx, x, code, expires)
}

func (u *unit) deliverCode(ctx context.Context, x sending, code string, expires time.Time) error {
	secret := map[string]any{"otp": code}
	if !x.to.Mobile {
		address := x.account.Email // as stored, whatever was typed
		if address == "" {
			address = x.to.Text
		}
		return u.send(ctx, letter{message: "otp", to: x.account, address: address, secret: secret, expires: expires})
	}
	number, err := u.settings().SMS.Reach(x.to.Key)
	if err != nil {
		return err
	}
	payload := map[string]any{"message": "otp", "locale": x.account.Locale, "language": u.client.Language}
	_, err = u.s.Box.Add(ctx, u.Tx, outbox.Job{Kind: "sms", UserID: x.account.ID, Recipient: number, Payload: payload, Secret: secret, ExpiresAt: expires})
	return err
}
