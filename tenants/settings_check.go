package tenants

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/link"
	"github.com/keyhall/keyhall/tenants/identifier"
)

// check complains about every setting that makes no sense.
func (s *Settings) check() error {
	var p fault.Problems
	oneOf(&p, "email.verification", s.Email.Verification, "none", "optional", "mandatory")
	s.Approval.check(&p)
	between(&p, "password.min_length", s.Password.MinLength, 1, 256)
	s.Lifetimes.check(&p)
	s.Contracts.check(&p)
	s.Links.check(&p)
	s.checkSMTP(&p)
	s.SMS.check(&p)
	s.Social.check(&p)
	s.Sender.check(&p)
	s.Branding.check(&p)
	for _, o := range s.Origins {
		if !isOrigin(o) {
			p.Add("origins", fault.BadFormat)
		}
	}
	if _, err := language.Parse(s.Locale); err != nil {
		p.Add("locale", fault.BadFormat)
	}
	return p.Err()
}

// maxDomains bounds the domains of one tenant.
const maxDomains = 100

// maxRemindHours is 90 days.
const maxRemindHours = 90 * 24

func (a Approval) check(p *fault.Problems) {
	for _, t := range a.RequiredFor {
		oneOf(p, "approval.required_for", t, "user", "coach")
	}
	between(p, "approval.remind_after_hours", a.RemindAfterHours, 0, maxRemindHours)
	if len(a.Domains) > maxDomains {
		p.Add("approval.domains", fault.OutOfRange, "min", 0, "max", maxDomains)
	}
	for _, d := range a.Domains {
		if key, ok := identifier.Email("a@" + d); !ok || key != "a@"+d || !strings.Contains(d, ".") {
			p.Add("approval.domains", fault.BadFormat)
		}
	}
}

func oneOf(p *fault.Problems, name, value string, choices ...string) {
	switch {
	case slices.Contains(choices, value):
	case value == "": // left out of an object of which all is given at once
		p.Add(name, fault.Required)
	default:
		p.Add(name, fault.NotChoice, "value", value)
	}
}

func between(p *fault.Problems, name string, value, low, high int) {
	if value < low || value > high {
		p.Add(name, fault.OutOfRange, "min", low, "max", high)
	}
}

const tenYears = 10 * 366 * 24 * 60 * 60

func (l Lifetimes) check(p *fault.Problems) {
	for name, v := range map[string]int{
		"access_seconds": l.Access, "refresh_seconds": l.Refresh, "opaque_idle_seconds": l.OpaqueIdle, "opaque_seconds": l.Opaque,
		"email_key_seconds": l.EmailKey, "reset_seconds": l.Reset, "invitation_seconds": l.Invitation, "otp_seconds": l.OTP,
	} {
		between(p, "lifetimes."+name, v, 1, tenYears)
	}
}

func (c Contracts) check(p *fault.Problems) {
	between(p, "contracts.drfuser.otp_length", c.DrfUser.OTPLength, 4, 10)
	between(p, "contracts.drfuser.otp_attempts", c.DrfUser.OTPAttempts, 1, 10)
	between(p, "contracts.drfuser.otp_cooldown_seconds", c.DrfUser.OTPCooldown, 1, 24*60*60)
	if s := c.DrfUser.OTPSuccessStatus; s != 201 && s != 202 {
		p.Add("contracts.drfuser.otp_success_status", fault.NotChoice, "value", s)
	}
	oneOf(p, "contracts.restauth.login_method", c.RestAuth.LoginMethod, "username", "email", "username_email")
	between(p, "contracts.fittrackee.token_seconds", c.FitTrackee.TokenSeconds, 1, tenYears)
	if !identifier.Timezone(c.FitTrackee.Timezone) {
		p.Add("contracts.fittrackee.timezone", fault.BadTimezone)
	}
}

func (l Links) check(p *fault.Problems) {
	needs(p, "links.verify_email", l.VerifyEmail, "key")
	needs(p, "links.change_email", l.ChangeEmail, "key")
	needs(p, "links.sign_in", l.SignIn, "key")
	needs(p, "links.reset_password", l.ResetPassword, "uid", "token")
}

// needs refuses a link template that lacks one of its placeholders or could not be filled safely; empty is fine.
func needs(p *fault.Problems, name, template string, placeholders ...string) {
	if template != "" && link.Check(template, placeholders...) != nil {
		p.Add(name, fault.BadFormat)
	}
}

func (s Sender) check(p *fault.Problems) {
	checkOptionalName(p, "sender.name", s.Name)
	if _, ok := identifier.Email(s.Address); !ok && s.Address != "" {
		p.Add("sender.address", fault.BadEmail)
	}
}

func checkOptionalName(p *fault.Problems, field, name string) {
	if len([]rune(name)) > maxName || strings.ContainsFunc(name, unicode.IsControl) {
		p.Add(field, fault.BadCharacters)
	}
}

func (s *Settings) checkSMTP(p *fault.Problems) {
	if s.SMTP == nil {
		return
	}
	if s.SMTP.Host == "" || strings.ContainsAny(s.SMTP.Host, " /@\r\n") {
		p.Add("smtp.host", fault.BadFormat)
	}
	between(p, "smtp.port", s.SMTP.Port, 1, 65535)
	oneOf(p, "smtp.tls", s.SMTP.TLS, "starttls", "tls", "none")
}

// isOrigin accepts what RFC 6454 6.2 calls the ASCII serialization of an origin: scheme, host, maybe a port.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && s == u.Scheme+"://"+strings.ToLower(u.Host)
}
