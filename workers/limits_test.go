package workers_test

import (
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/smtpsink"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
)

func (r *rig) limit(mailsPerDay int64) {
	r.t.Helper()
	err := r.house.Registry.Limit(r.t.Context(), tenants.Who{Kind: "system"}, r.in.ID(), tenants.Limits{MailsPerDay: &mailsPerDay})
	if err != nil {
		r.t.Fatal(err)
	}
}

// Two workers, a mail server that stumbles, a neighbour: no more than may go, each once, in the end all of them.
func TestMailsOverTheLimitWaitAndGoWhenItIsRaised(t *testing.T) {
	r := newRig(t)
	for i := range r.box.Pauses {
		r.box.Pauses[i] = 20 * time.Millisecond
	}
	r.smtp.Refuse(smtpsink.Rcpt, 450, "4.7.1 come back", 5)
	r.limit(10)
	r.run(r.config())
	r.run(r.config())
	r.addMany(40)
	r.until("10 sent and 30 held", func() bool { return r.count(`state = 'sent'`) == 10 && r.count(`state = 'pending' and held`) == 30 })
	neighbour := r.house.Tenant(t, "")
	r.addTo(neighbour, job("bea@example.org"))
	r.until("the neighbour's sent", func() bool { return r.count(`state = 'sent'`) == 11 })
	if n := len(r.smtp.Messages()); n != 11 {
		t.Fatalf("%d mails", n)
	}
	raised := time.Now()
	r.limit(25)
	r.until("25 sent", func() bool { return r.count(`state = 'sent'`) == 26 })
	if took := time.Since(raised); took > 10*time.Second {
		t.Errorf("let go after %v", took)
	}
	r.limit(100)
	r.until("all sent", func() bool { return r.count(`state <> 'sent'`) == 0 })
	if n := len(r.smtp.Messages()); n != 41 {
		t.Fatalf("%d mails for 41 jobs", n)
	}
}

// Those who wait are not asked about every second, nor looked at by whoever looks for what is due.
func TestThousandsThatWaitHoldNobodyUp(t *testing.T) {
	r := lonelyRig(t)
	r.limit(0)
	_, err := r.house.Owner(t).ExecContext(t.Context(), `insert into outbox (tenant_id, id, kind, held)
		select $1, gen_random_uuid(), 'mail', true from generate_series(1, 50000)`, r.in.ID())
	if err != nil {
		t.Fatal(err)
	}
	r.run(r.config())
	r.add(job("anna@example.org"))
	r.until("one more held", func() bool { return r.count(`held`) == 50001 })
	r.in = r.house.Tenant(t, "")
	r.add(job("warm@example.org"))
	r.smtp.Wait(1)
	if slowest := r.slowestOf(20); slowest > time.Second {
		t.Errorf("a neighbour's mail took %v", slowest)
	}
	if n := r.count(`held and queued_at is not null`); n != 0 {
		t.Errorf("%d that wait were rung for", n)
	}
	if d, _, err := outbox.Deliveries(t.Context(), r.in, outbox.Filter{State: outbox.Pending}); err != nil || len(d) != 0 {
		t.Errorf("the neighbour has %d that wait, %v", len(d), err)
	}
}
