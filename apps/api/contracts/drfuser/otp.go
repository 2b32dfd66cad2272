package drfuser

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// otp sends a code, or checks the one that comes along. A code to sign in with is another one than a code to prove with.
func (c contract) otp(r *wire.Call, in otpIn, p fault.Problems) (wire.Response, error) {
	to, ok := identity.ReadDestination(in.Destination)
	if !ok && !p.Has("destination") {
		p.Add("destination", fault.BadDestination)
	}
	readEmail(&p, in.Email)
	code := c.readCode(r, &p, "verify_otp", in.VerifyOTP)
	if err := p.Err(); err != nil {
		return wire.Response{}, err
	}
	if code == "" {
		return c.sendOTP(r, in, to)
	}
	return c.checkOTP(r, in, to, code)
}

func readEmail(p *fault.Problems, email string) identity.Destination {
	to, ok := identity.ReadDestination(email)
	if (!ok || to.Mobile) && email != "" {
		p.Add("email", fault.BadEmail)
	}
	return to
}

// sendOTP asks for an e-mail address beside a stranger's number, as the reference does. Nothing is sent there: a code is
// for the eyes of whoever has the destination.
func (c contract) sendOTP(r *wire.Call, in otpIn, to identity.Destination) (wire.Response, error) {
	if to.Mobile && !in.IsLogin && in.Email == "" {
		if err := c.mustKnow(r, to, fault.EmailMissing); err != nil {
			return wire.Response{}, err
		}
	}
	if err := c.core.SendCode(r.Ctx, r.Scope, to, purpose(in.IsLogin), r.Client()); err != nil {
		return wire.Response{}, err
	}
	return wire.Created(sentOut{true, "Message sent successfully!"}), nil
}

func purpose(isLogin bool) identity.Purpose {
	if isLogin {
		return identity.ForSignIn
	}
	return identity.ForProof
}

// mustKnow complains about a destination that no account has, in tenants that do not hide that.
func (c contract) mustKnow(r *wire.Call, to identity.Destination, otherwise *fault.Code) error {
	if r.Scope.Settings().Privacy.HideAccountExistence {
		return nil
	}
	known, err := c.core.HasAccount(r.Ctx, r.Scope, to)
	if err == nil && !known {
		return otherwise
	}
	return err
}

func (c contract) checkOTP(r *wire.Call, in otpIn, to identity.Destination, code string) (wire.Response, error) {
	if !in.IsLogin {
		if err := c.core.Prove(r.Ctx, r.Scope, r.Actor, to, code, r.Client()); err != nil {
			return wire.Response{}, err
		}
		return succeeded(r, validatedOut{[]string{"OTP Validated successfully!"}}), nil
	}
	if err := c.mustKnow(r, to, fault.AccountUnknown); err != nil {
		return wire.Response{}, err
	}
	g, err := c.core.LoginByCode(r.Ctx, r.Scope, to, code, identity.PersonPair, r.Client())
	if err != nil {
		return wire.Response{}, refusedByCode(err)
	}
	return succeeded(r, pair(g)), nil
}

// succeeded has the status that the tenant's clients wait for: 201 as documented, or the reference's 202.
func succeeded(r *wire.Call, body any) wire.Response {
	return wire.Response{Status: r.Scope.Settings().Contracts.DrfUser.OTPSuccessStatus, Body: body}
}

// byCode marks a refusal after a right code, which is 403 where that after a password is 401.
const byCode = "by_code"

func refusedByCode(err error) error {
	switch code := fault.From(err).Code; code {
	case fault.BadCredentials, fault.PendingApproval, fault.Rejected, fault.EmailUnverified:
		return fault.BadCredentials.With(byCode, true)
	}
	return err
}

// otpRegLogin sends two codes, or signs in, or up, with one of them.
func (c contract) otpRegLogin(r *wire.Call, in otpRegLoginIn, p fault.Problems) (wire.Response, error) {
	j := identity.Join{Name: in.Name, Email: readEmail(&p, in.Email), Want: identity.PersonPair}
	var ok bool
	if j.Mobile, ok = identity.ReadDestination(in.Mobile); (!ok || !j.Mobile.Mobile) && in.Mobile != "" {
		p.Add("mobile", fault.BadMobile)
	}
	code := c.readCode(r, &p, "verify_otp", in.VerifyOTP)
	if err := p.Err(); err != nil {
		return wire.Response{}, err
	}
	if code == "" {
		if err := c.core.SendJoinCodes(r.Ctx, r.Scope, j, r.Client()); err != nil {
			return wire.Response{}, discreet(r, err)
		}
		sent := channelOut{"OTP has been sent successfully."}
		return wire.Created(bothSentOut{sent, sent}), nil
	}
	g, err := c.core.JoinByCode(r.Ctx, r.Scope, j, code, r.Client())
	if err != nil {
		return wire.Response{}, discreet(r, refusedByCode(err))
	}
	return succeeded(r, pair(g)), nil
}

// discreet has one text for addresses and numbers that do not belong together, where accounts are hidden.
func discreet(r *wire.Call, err error) error {
	if r.Scope.Settings().Privacy.HideAccountExistence && (errors.Is(err, fault.EmailElsewhere) || errors.Is(err, fault.MobileElsewhere)) {
		return fault.EmailElsewhere.With(hidden, true)
	}
	return err
}

// reset sets a new password with a code that was sent to prove the address.
func (c contract) reset(r *wire.Call, in resetIn, p fault.Problems) (wire.Response, error) {
	to := readEmail(&p, in.Email)
	code := c.readCode(r, &p, "otp", in.OTP)
	if err := p.Err(); err != nil {
		return wire.Response{}, err
	}
	if err := c.core.ResetByCode(r.Ctx, r.Scope, to, code, in.Password, r.Client()); err != nil {
		return wire.Response{}, err
	}
	return wire.Response{Status: http.StatusAccepted, Body: resetOut{"Password Updated Successfully.", http.StatusAccepted}}, nil
}

// readCode takes a code as a text, to the letter, or as a number, which has lost the zeros it began with. It is "" when
// there is none.
func (c contract) readCode(r *wire.Call, p *fault.Problems, field string, raw json.RawMessage) string {
	if len(raw) == 0 || p.Has(field) {
		return ""
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		p.Add(field, fault.NotString)
		return ""
	}
	switch v := value.(type) {
	case json.Number:
		missing := r.Scope.Settings().Contracts.DrfUser.OTPLength - len(v)
		return strings.Repeat("0", max(0, missing)) + v.String()
	case string:
		if strings.TrimSpace(v) == "" {
			p.Add(field, fault.Blank)
		}
		return v
	}
	p.Add(field, fault.NotString)
	return ""
}
