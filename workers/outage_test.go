package workers_test

import (
	"net"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/redisurl"
	"github.com/keyhall/keyhall/tenants/outbox"
)

func TestRedisMayComeLater(t *testing.T) {
	r := newRig(t)
	c := r.config()
	r.redis.Close()
	stop := r.run(c)
	r.add(job("anna@example.org"))
	r.until("the outage is told", func() bool { return strings.Contains(r.log.String(), "WARN") })
	if err := r.redis.Restart(); err != nil {
		t.Fatal(err)
	}
	r.smtp.Wait(1)
	r.untilState(outbox.Sent)
	stop()
	if n := strings.Count(r.log.String(), "\n") + 1; n != 2 {
		t.Fatalf("one outage gave %d lines:\n%s", n, r.log)
	}
}

func TestRedisMayLeaveAndComeBack(t *testing.T) {
	r := newRig(t)
	r.run(r.config())
	r.add(job("anna@example.org"))
	r.smtp.Wait(1)
	r.redis.Close()
	r.addMany(5)
	r.until("the outage is told", func() bool { return strings.Contains(r.log.String(), "WARN") })
	if err := r.redis.Restart(); err != nil {
		t.Fatal(err)
	}
	r.until("all sent", func() bool { return r.count(`state <> 'sent'`) == 0 })
}

func TestAWorkerStopsWhileRedisIsGone(t *testing.T) {
	r := newRig(t)
	stop := r.run(r.config())
	r.add(job("anna@example.org"))
	r.smtp.Wait(1)
	r.redis.Close()
	stop()
}

// A frozen Redis takes connections and answers nothing.
func TestAWorkerStopsWhileRedisIsFrozen(t *testing.T) {
	r := newRig(t)
	frozen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = frozen.Close() }()
	c := r.config()
	if c.Redis, err = redisurl.Open("redis://" + frozen.Addr().String()); err != nil {
		t.Fatal(err)
	}
	r.add(job("anna@example.org"))
	stop := r.run(c)
	r.until("the outage is told", func() bool { return strings.Contains(r.log.String(), "WARN") })
	stop()
}
