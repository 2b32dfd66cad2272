package native

import (
	"time"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/activity"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/outbox"
)

type usageOut struct {
	Users    userCounts     `json:"users"`
	Month    monthOut       `json:"month"`
	Invited  invitedOut     `json:"invitations"`
	Pictures picturesOut    `json:"pictures"`
	Messages messagesOut    `json:"messages"`
	Limits   tenants.Limits `json:"limits"`
}

type monthOut struct {
	From    string `json:"from"`
	SignIns int64  `json:"sign_ins"`
	Mails   int64  `json:"mails"`
	SMS     int64  `json:"sms"`
}

type invitedOut struct {
	Sent  int64 `json:"sent"`
	Limit int   `json:"limit"`
}

type picturesOut struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
}

type messagesOut struct {
	Mails messageUsageOut `json:"mails"`
	Texts messageUsageOut `json:"texts"`
}

type messageUsageOut struct {
	Today    int64      `json:"today"`
	Month    int64      `json:"month"`
	Waiting  int64      `json:"waiting"`
	Reached  *string    `json:"reached"`
	GoesOnAt *time.Time `json:"goes_on_at"`
}

func showMeter(channel string, m outbox.Meter) messageUsageOut {
	return messageUsageOut{m.Today, m.Month, m.Waiting, limitName(channel, m.Full), m.GoesOn}
}

// limitName is what the limit of a channel's messages a day or month is called; nil for none.
func limitName(channel, per string) *string {
	if per == "" {
		return nil
	}
	name := map[string]string{"email": "mails", "sms": "texts"}[channel] + "_per_" + per
	return &name
}

func (n contract) usage(c *wire.Call) (wire.Response, error) {
	o, err := n.Core.Overview(c.Ctx, c.Scope)
	if err != nil {
		return wire.Response{}, err
	}
	u, err := activity.UsageOf(c.Ctx, c.Scope, time.Now())
	if err != nil {
		return wire.Response{}, err
	}
	mails, texts, err := outbox.Meters(c.Ctx, c.Scope)
	return wire.OK(usageOut{
		userCounts{o.Users, o.Active, o.Disabled, o.Pending, o.Rejected, o.Unverified},
		monthOut{u.Since.Format(time.DateOnly), u.SignIns, u.Mails, u.SMS},
		invitedOut{u.Invited, limit.Invitations.Limit},
		picturesOut{u.Pictures, u.Bytes},
		messagesOut{showMeter("email", mails), showMeter("sms", texts)},
		tenants.Limits{
			MaxUsers: c.Scope.Tenant().MaxUsers, MailsPerDay: mails.PerDay, MailsPerMonth: mails.PerMonth,
			TextsPerDay: texts.PerDay, TextsPerMonth: texts.PerMonth,
		},
	}), err
}

type limitsIn struct {
	MaxUsers      *int64 `json:"max_users" wire:"nullable"`
	MailsPerDay   *int64 `json:"mails_per_day" wire:"nullable"`
	MailsPerMonth *int64 `json:"mails_per_month" wire:"nullable"`
	TextsPerDay   *int64 `json:"texts_per_day" wire:"nullable"`
	TextsPerMonth *int64 `json:"texts_per_month" wire:"nullable"`
}

func (n contract) putLimits(c *wire.Call, in limitsIn) (wire.Response, error) {
	to := tenants.Limits(in)
	return wire.OK(to), n.Registry.Limit(c.Ctx, who(c), c.Scope.ID(), to)
}
