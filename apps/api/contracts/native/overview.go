package native

import (
	"time"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/activity"
)

type overviewOut struct {
	Users userCounts `json:"users"`
	Day   dayCounts  `json:"last_24_hours"`
}

type userCounts struct {
	Total      int64 `json:"total"`
	Active     int64 `json:"active"`
	Disabled   int64 `json:"disabled"`
	Pending    int64 `json:"pending"`
	Rejected   int64 `json:"rejected"`
	Unverified int64 `json:"unverified"`
}

type dayCounts struct {
	SignUps          int64 `json:"sign_ups"`
	SignIns          int64 `json:"sign_ins"`
	DeliveriesFailed int64 `json:"deliveries_failed"`
}

func (n contract) overview(c *wire.Call) (wire.Response, error) {
	o, err := n.Core.Overview(c.Ctx, c.Scope)
	return wire.OK(overviewOut{
		userCounts{o.Users, o.Active, o.Disabled, o.Pending, o.Rejected, o.Unverified},
		dayCounts{o.SignUpsDay, o.SignInsDay, o.DeliveriesFailed},
	}), err
}

type activityOut struct {
	From      string      `json:"from"`
	To        string      `json:"to"`
	AsOf      time.Time   `json:"as_of"`
	Totals    totalsOut   `json:"totals"`
	Seen      *seenOut    `json:"active_users"`
	Days      []dayOut    `json:"days"`
	Methods   []seriesOut `json:"sign_ins_by_method"`
	Contracts []seriesOut `json:"sign_ins_by_contract"`
}

type totalsOut struct {
	SignUps          changeOut `json:"sign_ups"`
	SignIns          changeOut `json:"sign_ins"`
	DeliveriesFailed changeOut `json:"deliveries_failed"`
}

type changeOut struct {
	Count  int64 `json:"count"`
	Before int64 `json:"before"`
}

type seenOut struct {
	Day   int64     `json:"day"`
	Week  int64     `json:"week"`
	Month int64     `json:"month"`
	AsOf  time.Time `json:"as_of"`
}

type dayOut struct {
	Day              string `json:"day"`
	SignUps          int64  `json:"sign_ups"`
	SignIns          int64  `json:"sign_ins"`
	DeliveriesFailed int64  `json:"deliveries_failed"`
}

type seriesOut struct {
	Name  *string `json:"name"`
	Count int64   `json:"count"`
	Days  []int64 `json:"days"`
}

func showActivity(r activity.Report) activityOut {
	out := activityOut{
		From: r.From.Format(time.DateOnly), To: r.To.Format(time.DateOnly), AsOf: r.AsOf,
		Totals: totalsOut{
			changeOut{r.Total.SignUps, r.Before.SignUps},
			changeOut{r.Total.SignIns, r.Before.SignIns},
			changeOut{r.Total.DeliveriesFailed, r.Before.DeliveriesFailed},
		},
		Days: each(r.Days, func(d activity.Day) dayOut {
			return dayOut{d.Day.Format(time.DateOnly), d.SignUps, d.SignIns, d.DeliveriesFailed}
		}),
		Methods: each(r.Methods, showSeries), Contracts: each(r.Contracts, showSeries),
	}
	if s := r.Seen; s != nil {
		out.Seen = &seenOut{s.Day, s.Week, s.Month, s.At}
	}
	return out
}

func showSeries(s activity.Series) seriesOut { return seriesOut{orNull(s.Name), s.Count, s.Days} }

func intervalParam(c *wire.Call) (activity.Interval, error) {
	return activity.ParseInterval(query(c, "from"), query(c, "to"), time.Now())
}

func (n contract) activity(c *wire.Call) (wire.Response, error) {
	interval, err := intervalParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	r, err := activity.Of(c.Ctx, c.Scope, interval)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(showActivity(r)), nil
}

type platformOut struct {
	Tenants  tenantCounts    `json:"tenants"`
	Users    peopleCounts    `json:"users"`
	Activity activityOut     `json:"activity"`
	Newest   []tenantSummary `json:"newest_tenants"`
	Failing  []failingOut    `json:"failing_tenants"`
}

type tenantCounts struct {
	Total     int64 `json:"total"`
	Active    int64 `json:"active"`
	Suspended int64 `json:"suspended"`
}

type peopleCounts struct {
	Total   int64 `json:"total"`
	Pending int64 `json:"pending"`
}

type failingOut struct {
	Slug             string `json:"slug"`
	Name             string `json:"name"`
	DeliveriesFailed int64  `json:"deliveries_failed"`
}

// platformOverview is for operators.
func (n contract) platformOverview(c *wire.Call) (wire.Response, error) {
	interval, err := intervalParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	p, err := activity.OfPlatform(c.Ctx, n.Registry, interval)
	if err != nil {
		return wire.Response{}, err
	}
	out := platformOut{
		Tenants:  tenantCounts{p.Tenants, p.Tenants - p.Suspended, p.Suspended},
		Activity: showActivity(p.Report), Newest: each(p.Newest, showSummary),
		Failing: each(p.Failing, func(f activity.Failing) failingOut { return failingOut{f.Slug, f.Name, f.Failed} }),
	}
	if s := p.Seen; s != nil {
		out.Users = peopleCounts{s.Users, s.Pending}
	}
	return wire.OK(out), nil
}
