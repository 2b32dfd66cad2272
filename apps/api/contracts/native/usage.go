package native

import (
	"time"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/activity"
	"github.com/keyhall/keyhall/tenants/limit"
)

type usageOut struct {
	Users    userCounts  `json:"users"`
	Month    monthOut    `json:"month"`
	Invited  invitedOut  `json:"invitations"`
	Pictures picturesOut `json:"pictures"`
	Limits   limitsOut   `json:"limits"`
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

type limitsOut struct {
	MaxUsers *int64 `json:"max_users"`
}

func (n contract) usage(c *wire.Call) (wire.Response, error) {
	o, err := n.Core.Overview(c.Ctx, c.Scope)
	if err != nil {
		return wire.Response{}, err
	}
	u, err := activity.UsageOf(c.Ctx, c.Scope, time.Now())
	return wire.OK(usageOut{
		userCounts{o.Users, o.Active, o.Disabled, o.Pending, o.Rejected, o.Unverified},
		monthOut{u.Since.Format(time.DateOnly), u.SignIns, u.Mails, u.SMS},
		invitedOut{u.Invited, limit.Invitations.Limit},
		picturesOut{u.Pictures, u.Bytes},
		limitsOut{c.Scope.Tenant().MaxUsers},
	}), err
}

type limitsIn struct {
	MaxUsers *int64 `json:"max_users" wire:"nullable"`
}

func (n contract) putLimits(c *wire.Call, in limitsIn) (wire.Response, error) {
	s, err := n.Registry.Limit(c.Ctx, who(c), c.Scope.ID(), in.MaxUsers)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(limitsOut{s.Tenant().MaxUsers}), nil
}
