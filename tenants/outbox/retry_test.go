package outbox_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
)

func TestAFailedAttemptComesBackAfterThePause(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	id := add(t, b, in, mail("anna@example.org"))
	must(t, b.Retry(t.Context(), in, claim(t, b, in, id), "450 greylisted\x00\xff"))
	nothing(t, b, in, id)
	d := only(t, in)
	if d.State != outbox.Pending || d.LastError != "450 greylisted�" || outcomes(d) != "retry" {
		t.Fatalf("delivery %+v", d)
	}
	pause := d.NextTry.Sub(d.Attempts[0].At)
	if pause < 4*time.Second || pause > 6*time.Second {
		t.Fatalf("the first pause is %v", pause)
	}
	if stored(t, id).queuedAt.Valid {
		t.Fatal("the relay would not ring again")
	}
}

// A receiver that was away over night hears of everything the next morning.
func TestAWebhookIsTriedForADay(t *testing.T) {
	t.Parallel()
	var all time.Duration
	pauses := outbox.New(nil).Own[outbox.Webhook]
	for i, pause := range pauses {
		if all += pause; i > 0 && pause <= pauses[i-1] {
			t.Errorf("pause %d is %v after one of %v", i+1, pause, pauses[i-1])
		}
	}
	if all < 23*time.Hour || all > 25*time.Hour || pauses[0] > 10*time.Second {
		t.Errorf("tried for %v, again first after %v", all, pauses[0])
	}
}

func TestAJobFailsWithItsLastAttempt(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	b.Pauses = make([]time.Duration, 11)
	id := add(t, b, in, mail("anna@example.org"))
	for range 12 {
		must(t, b.Retry(t.Context(), in, claim(t, b, in, id), "421 later"))
	}
	nothing(t, b, in, id)
	if d := only(t, in); d.State != outbox.Failed || len(d.Attempts) != 12 || d.LastError != "421 later" || d.DoneAt == nil {
		t.Fatalf("delivery %+v", d)
	}
}

func TestAJobThatKillsItsWorkersFails(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	b.Lease, b.Pauses = time.Millisecond, make([]time.Duration, 2)
	id := add(t, b, in, mail("anna@example.org"))
	for range 3 {
		claimSoon(t, b, in, id)
	}
	for deadline := time.Now().Add(5 * time.Second); only(t, in).State != outbox.Failed; {
		nothing(t, b, in, id)
		if time.Now().After(deadline) {
			t.Fatalf("still %+v", only(t, in))
		}
	}
	if d := only(t, in); outcomes(d) != "retry retry retry failed" {
		t.Fatalf("attempts %s", outcomes(d))
	}
}

func TestNoRetryPastTheExpiry(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	j := mail("anna@example.org")
	j.ExpiresAt = time.Now().Add(3 * time.Second)
	must(t, b.Retry(t.Context(), in, claim(t, b, in, add(t, b, in, j)), "450 later"))
	if d := only(t, in); d.State != outbox.Failed || d.LastError != "450 later" {
		t.Fatalf("delivery %+v", d)
	}
}

func TestAnExpiredJobIsDropped(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	j := mail("anna@example.org")
	j.ExpiresAt = time.Now().Add(-time.Second)
	id := add(t, b, in, j)
	nothing(t, b, in, id)
	d := only(t, in)
	if d.State != outbox.Expired || outcomes(d) != "expired" || d.DoneAt == nil || stored(t, id).sealed != nil {
		t.Fatalf("delivery %+v", d)
	}
	if err := b.Resend(t.Context(), in, tenants.Who{Kind: "system"}, id); !errors.Is(err, fault.DeliveryFinal) {
		t.Fatalf("an expired link was sent again: %v", err)
	}
}

func TestAFailedJobCanBeSentAgain(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	id := add(t, b, in, mail("anna@example.org"))
	must(t, b.Fail(t.Context(), in, claim(t, b, in, id), "550 no such user"))
	nothing(t, b, in, id)
	must(t, b.Resend(t.Context(), in, tenants.Who{Kind: "system"}, id))
	c := claim(t, b, in, id)
	if secret, err := c.Secret(); err != nil || secret["key"] != secretKey || c.Attempt != 1 {
		t.Fatalf("again with %v, %v, attempt %d", secret, err, c.Attempt)
	}
	must(t, b.Done(t.Context(), in, c, ""))
	if d := only(t, in); d.State != outbox.Sent || d.LastError != "" || outcomes(d) != "failed sent" {
		t.Fatalf("delivery %+v", d)
	}
	if err := b.Resend(t.Context(), in, tenants.Who{Kind: "system"}, id); !errors.Is(err, fault.DeliveryFinal) {
		t.Fatalf("a sent mail was sent again: %v", err)
	}
}

func TestAWaitingJobCanBeCancelled(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	id := add(t, b, in, mail("anna@example.org"))
	c := claim(t, b, in, id)
	if err := b.Cancel(t.Context(), in, tenants.Who{Kind: "system"}, id); !errors.Is(err, fault.DeliveryUnderWay) {
		t.Fatalf("cancelled while being sent: %v", err)
	}
	must(t, b.Release(t.Context(), in, c))
	must(t, b.Cancel(t.Context(), in, tenants.Who{Kind: "system"}, id))
	nothing(t, b, in, id)
	if d := only(t, in); d.State != outbox.Cancelled || stored(t, id).sealed != nil {
		t.Fatalf("delivery %+v", d)
	}
}

func TestAForeignJobCannotBeManaged(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, other, b := h.Tenant(t, ""), h.Tenant(t, ""), outbox.New(h.Sealer)
	id := add(t, b, in, mail("anna@example.org"))
	must(t, b.Fail(t.Context(), in, claim(t, b, in, id), "550"))
	for _, c := range []struct {
		in *tenants.Scope
		id uuid.UUID
	}{{other, id}, {in, uuid.New()}} {
		if err := b.Resend(t.Context(), c.in, tenants.Who{Kind: "system"}, c.id); !errors.Is(err, fault.PathUnknown) {
			t.Errorf("resend: %v", err)
		}
		if err := b.Cancel(t.Context(), c.in, tenants.Who{Kind: "system"}, c.id); !errors.Is(err, fault.PathUnknown) {
			t.Errorf("cancel: %v", err)
		}
	}
}
