package limit

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
)

func TestNetwork(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"192.0.2.1":            "192.0.2.1/32",
		"::ffff:192.0.2.1":     "192.0.2.1/32",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1": "2001:db8:1:2::/64",
		"fe80::1%eth0":         "fe80::/64",
	} {
		if got := Network(netip.MustParseAddr(given)); got != want {
			t.Errorf("%s: %s, want %s", given, got, want)
		}
	}
	if got := Network(netip.Addr{}); got != "unknown" {
		t.Errorf("no address: %s", got)
	}
}

func TestEveryRuleIsOfUse(t *testing.T) {
	t.Parallel()
	names := make(map[string]bool)
	for _, r := range []Rule{
		LoginIdentifier, LoginAnywhere, LoginNetwork, LoginTenant, SignUpNetwork, ResetIdentifier, ResetNetwork, VerifyNetwork, TrialTenant, TrialProvider, FactorGuess,
		CodeDestination, CodeDay, CodeGuess, SMSNetwork, SMSPrefix,
	} {
		if r.Limit < 1 || r.interval() <= 0 || r.Name == "" || names[r.Name] {
			t.Errorf("%+v", r)
		}
		names[r.Name] = true
	}
	if LoginNetwork.Limit >= 100 {
		t.Error("a password can be sprayed over 100 accounts from one network")
	}
}

func TestOwnCountersAreBounded(t *testing.T) {
	t.Parallel()
	c, now := newCounters(100), time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	take := func(n uint64, rule Rule) time.Duration {
		e := entry{rule: rule}
		binary.BigEndian.PutUint64(e.subject[:], n)
		return c.take(now, []entry{e})
	}
	one := Rule{"one", 1, time.Minute}
	for n := range uint64(10_000) {
		if wait := take(n, one); wait != 0 || take(n, one) == 0 {
			t.Fatalf("subject %d was not counted", n)
		}
		if len(c.full) > 100 {
			t.Fatalf("%d subjects are remembered", len(c.full))
		}
	}
	now = now.Add(2 * time.Minute)
	take(1<<40, Rule{"long", 1, time.Hour})
	for n := range uint64(20) {
		take(n, one)
	}
	if take(1<<40, Rule{"long", 1, time.Hour}) == 0 {
		t.Error("a used subject was forgotten in favour of ones that are full again")
	}
}
