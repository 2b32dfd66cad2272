package outbox_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
)

const secretKey = "key-that-opens-the-account-0123456789"

func mail(to string) outbox.Job {
	return outbox.Job{
		Kind: "mail", UserID: 7, Recipient: to, Payload: map[string]any{"message": "verify_email", "locale": "en"},
		Secret: map[string]any{"key": secretKey}, ExpiresAt: time.Now().Add(time.Hour),
	}
}

func add(t *testing.T, b *outbox.Box, in *tenants.Scope, j outbox.Job) (id uuid.UUID) {
	t.Helper()
	err := in.Tx(t.Context(), func(tx *tenants.Tx) (err error) {
		id, err = b.Add(t.Context(), tx, j)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func claim(t *testing.T, b *outbox.Box, in *tenants.Scope, id uuid.UUID) outbox.Claimed {
	t.Helper()
	c, err := b.Claim(t.Context(), in, id)
	if err != nil {
		t.Fatalf("claim: %v", err)
	}
	return c
}

func nothing(t *testing.T, b *outbox.Box, in *tenants.Scope, id uuid.UUID) {
	t.Helper()
	if c, err := b.Claim(t.Context(), in, id); !errors.Is(err, outbox.ErrNothing) {
		t.Fatalf("claimed %+v, %v", c, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// only gives the one delivery of the tenant.
func only(t *testing.T, in *tenants.Scope) outbox.Delivery {
	t.Helper()
	all, _, err := outbox.Deliveries(t.Context(), in, outbox.Filter{})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d deliveries, %v", len(all), err)
	}
	return all[0]
}

func outcomes(d outbox.Delivery) string {
	var all []string
	for _, a := range d.Attempts {
		all = append(all, a.Outcome)
	}
	return strings.Join(all, " ")
}

// claimSoon claims as soon as somebody else's lease has run out.
func claimSoon(t *testing.T, b *outbox.Box, in *tenants.Scope, id uuid.UUID) outbox.Claimed {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		c, err := b.Claim(t.Context(), in, id)
		if err == nil {
			return c
		}
		if !errors.Is(err, outbox.ErrNothing) {
			t.Fatal(err)
		}
	}
	t.Fatal("the lease never ran out")
	return outbox.Claimed{}
}

func TestAJobIsDoneOnceAndItsSecretsGo(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	id := add(t, b, in, mail("anna@example.org"))
	c := claim(t, b, in, id)
	secret, err := c.Secret()
	if err != nil || secret["key"] != secretKey || c.Payload["message"] != "verify_email" || c.UserID != 7 || c.Attempt != 1 {
		t.Fatalf("claimed %+v with %v, %v", c, secret, err)
	}
	nothing(t, b, in, id)
	must(t, b.Done(t.Context(), in, c, "250 queued"))
	nothing(t, b, in, id)
	if err := b.Done(t.Context(), in, c, ""); !errors.Is(err, outbox.ErrLost) {
		t.Fatalf("done twice: %v", err)
	}
	d := only(t, in)
	if d.ID != id || d.State != outbox.Sent || d.Channel != "email" || d.Message != "verify_email" || d.DoneAt == nil || d.NextTry != nil {
		t.Fatalf("delivery %+v", d)
	}
	if outcomes(d) != "sent" || d.Attempts[0].Answer != "250 queued" || d.Attempts[0].Number != 1 {
		t.Fatalf("attempts %+v", d.Attempts)
	}
	if stored(t, id).sealed != nil {
		t.Fatal("the secrets of a sent mail are still there")
	}
}

func TestAJobOfATransactionThatFailedDoesNotExist(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	oops := errors.New("oops")
	var id uuid.UUID
	err := in.Tx(t.Context(), func(tx *tenants.Tx) (err error) {
		if id, err = b.Add(t.Context(), tx, mail("anna@example.org")); err != nil {
			return err
		}
		return oops
	})
	if !errors.Is(err, oops) {
		t.Fatal(err)
	}
	nothing(t, b, in, id)
}

type storedRow struct {
	payload   string
	sealed    []byte
	notBefore time.Time
	queuedAt  sql.NullTime
}

func stored(t *testing.T, id uuid.UUID) (r storedRow) {
	t.Helper()
	row := pgtest.Get(t).Owner(t).QueryRowContext(t.Context(), `select payload::text, sealed, not_before, queued_at from outbox where id = $1`, id)
	must(t, row.Scan(&r.payload, &r.sealed, &r.notBefore, &r.queuedAt))
	return r
}

func TestSecretsAreSealedForTheirRow(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	one, other := add(t, b, in, mail("anna@example.org")), add(t, b, in, mail("bert@example.org"))
	r := stored(t, one)
	if strings.Contains(r.payload+string(r.sealed), secretKey) {
		t.Fatal("a secret is readable in the database")
	}
	_, err := h.Owner(t).ExecContext(t.Context(), `update outbox set sealed = $2 where id = $1`, other, r.sealed)
	must(t, err)
	if secret, err := claim(t, b, in, other).Secret(); !errors.Is(err, seal.ErrBroken) {
		t.Fatalf("the secrets of another row opened: %v, %v", secret, err)
	}
	if secret, err := claim(t, outbox.New(sealer(t)), in, one).Secret(); !errors.Is(err, seal.ErrBroken) {
		t.Fatalf("opened under another master key: %v, %v", secret, err)
	}
}

func sealer(t *testing.T) *seal.Sealer {
	t.Helper()
	s, err := seal.New(seal.Random(seal.KeyBytes))
	must(t, err)
	return s
}

func TestOneOfManyWorkersGetsTheJob(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	id := add(t, b, in, mail("anna@example.org"))
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := b.Claim(context.Background(), in, id)
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, outbox.ErrNothing) {
				t.Errorf("claim: %v", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Fatalf("%d workers have the job", won.Load())
	}
}

func TestAnotherTenantsJobIsNothing(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	b := outbox.New(h.Sealer)
	id := add(t, b, h.Tenant(t, ""), mail("anna@example.org"))
	nothing(t, b, h.Tenant(t, ""), id)
}

func TestAZombieChangesNothing(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	b.Lease = 50 * time.Millisecond
	id := add(t, b, in, mail("anna@example.org"))
	zombie := claim(t, b, in, id)
	b.Lease = time.Minute
	living := claimSoon(t, b, in, id)
	for name, act := range map[string]func() error{
		"done":    func() error { return b.Done(t.Context(), in, zombie, "") },
		"retry":   func() error { return b.Retry(t.Context(), in, zombie, "x") },
		"fail":    func() error { return b.Fail(t.Context(), in, zombie, "x") },
		"renew":   func() error { return b.Renew(t.Context(), in, zombie) },
		"release": func() error { return b.Release(t.Context(), in, zombie) },
	} {
		if err := act(); !errors.Is(err, outbox.ErrLost) {
			t.Errorf("%s by a zombie: %v", name, err)
		}
	}
	must(t, b.Renew(t.Context(), in, living))
	must(t, b.Done(t.Context(), in, living, ""))
	if d := only(t, in); outcomes(d) != "retry sent" || d.State != outbox.Sent || living.Attempt != 2 {
		t.Fatalf("delivery %+v", d)
	}
}

func TestAReleasedJobIsFreeAtOnceAndUntried(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	id := add(t, b, in, mail("anna@example.org"))
	must(t, b.Release(t.Context(), in, claim(t, b, in, id)))
	if c := claim(t, b, in, id); c.Attempt != 1 {
		t.Fatalf("attempt %d", c.Attempt)
	}
	if d := only(t, in); len(d.Attempts) != 0 {
		t.Fatalf("attempts %+v", d.Attempts)
	}
}

func TestAPostponedJobWaits(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	id := add(t, b, in, mail("anna@example.org"))
	must(t, b.Postpone(t.Context(), in, id, time.Minute))
	nothing(t, b, in, id)
	if d := only(t, in); len(d.Attempts) != 0 || d.NextTry == nil {
		t.Fatalf("delivery %+v", d)
	}
}
