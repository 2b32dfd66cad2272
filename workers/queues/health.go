package queues

import (
	"context"
	"slices"
	"time"
)

// Channel is how messages of a kind go out, for all tenants together. Nothing in it tells of whom.
type Channel struct {
	Name       string     `db:"name"`        // mail, platform_mail, sms or webhook
	Oldest     *time.Time `db:"oldest"`      // when the oldest that has not gone out was owed
	SentAt     *time.Time `db:"sent_at"`     // when the last one went out
	FailedAt   *time.Time `db:"failed_at"`   // when an attempt last failed
	FailStatus *int       `db:"fail_status"` // what the other side answered to it, by SMTP or HTTP; nil: nothing
}

// Of each channel and outcome the index gives the newest attempt; nothing is counted.
const (
	selectChannels = `select c.name, sent.at as sent_at, failed.at as failed_at, failed.status as fail_status
	from (values ('mail'), ('sms'), ('webhook')) c (name)
	left join lateral (select at from delivery_attempts where kind = c.name and outcome = 'sent' order by at desc limit 1) sent on true
	left join lateral (select at, status from (
			(select at, status from delivery_attempts where kind = c.name and outcome = 'retry' order by at desc limit 1)
			union all (select at, status from delivery_attempts where kind = c.name and outcome = 'failed' order by at desc limit 1)) either
		order by at desc limit 1) failed on true order by c.name`
	selectPlatformMail = `select 'platform_mail' as name, (select min(created_at) from platform_outbox where state = 'pending') as oldest,
		(select max(done_at) from platform_outbox where state = 'sent') as sent_at, failed.tried_at as failed_at, failed.status as fail_status
	from (values (1)) one left join lateral (select tried_at, status from platform_outbox
		where tried_at is not null and last_error <> '' and state in ('pending', 'failed') order by tried_at desc limit 1) failed on true`
	// relayBehind looks at the front of what was never rung for.
	relayBehind = `select exists (select from outbox where state = 'pending' and not held and queued_at is null and not_before < now() - make_interval(secs => $1)
		and (lease_until is null or lease_until < now()))`
)

// relayTime is how long a due job may wait until a bell is rung for it. The relay looks every second.
const relayTime = time.Minute

// health looks whether the relay rings, and whether messages go out. The kinds that wait are counted by then.
func (s *Service) health(ctx context.Context, out *State) error {
	var behind bool
	if err := s.platform.Get(ctx, &behind, relayBehind, relayTime.Seconds()); err != nil {
		return err
	}
	out.Relay = !behind
	if err := s.platform.Select(ctx, &out.Channels, selectChannels); err != nil {
		return err
	}
	for i, c := range out.Channels {
		if at := slices.IndexFunc(out.Outbox, func(k Kind) bool { return k.Kind == c.Name }); at >= 0 {
			out.Channels[i].Oldest = out.Outbox[at].Owed
		}
	}
	var own Channel
	err := s.platform.Get(ctx, &own, selectPlatformMail)
	out.Channels = append(out.Channels, own)
	return err
}
