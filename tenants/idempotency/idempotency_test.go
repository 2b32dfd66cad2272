package idempotency_test

import (
	"context"
	"errors"
	"testing"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/idempotency"
)

const insertGroup = `insert into groups (tenant_id, id, name, name_key) values ($1, $2, $3, $3)`

func groups(t *testing.T, in *tenants.Scope, name string) (n int) {
	t.Helper()
	if err := in.Get(t.Context(), &n, `select count(*) from groups where tenant_id = $1 and name = $2`, name); err != nil {
		t.Fatal(err)
	}
	return n
}

func write(ctx context.Context, in *tenants.Scope, id int, name string) error {
	return in.Tx(ctx, func(tx *tenants.Tx) error {
		_, err := tx.Exec(ctx, insertGroup, id, name)
		return err
	})
}

// What a call wrote stands or falls with its answer, at whichever point the process ends.
func TestAWriteAndItsAnswerAreOne(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in := h.Tenant(t, "")
	s := idempotency.Store{Platform: h.Platform, Sealer: h.Sealer}
	r := idempotency.Request{Caller: "admin/1", Key: "k", Parts: []string{"POST", "/groups"}}
	broken := errors.New("the machine is gone")
	died := func(ctx context.Context) (idempotency.Answer, bool, error) {
		if err := write(ctx, in, 100, "a"); err != nil {
			return idempotency.Answer{}, false, err
		}
		var seen int
		if err := in.Get(ctx, &seen, `select count(*) from groups where tenant_id = $1 and name = 'a'`); err != nil || seen != 1 {
			t.Errorf("the call sees %d of what it wrote, %v", seen, err)
		}
		if groups(t, in, "a") != 0 {
			t.Error("others see it before its answer is there")
		}
		return idempotency.Answer{}, false, broken
	}
	if _, err := s.InTenant(t.Context(), in, r, died); !errors.Is(err, broken) || groups(t, in, "a") != 0 {
		t.Fatalf("%v, and it left something", err)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = s.InTenant(t.Context(), in, r, func(ctx context.Context) (idempotency.Answer, bool, error) {
			_ = write(ctx, in, 100, "a")
			panic(broken)
		})
	}()
	if groups(t, in, "a") != 0 {
		t.Fatal("a panic left something")
	}
	calls := 0
	for i := range 3 {
		o, err := s.InTenant(t.Context(), in, r, func(ctx context.Context) (idempotency.Answer, bool, error) {
			calls++
			return idempotency.Answer{Status: 201, Body: []byte("made")}, true, write(ctx, in, 100, "a")
		})
		if err != nil || o.Status != 201 || string(o.Body) != "made" || o.Replayed != (i > 0) {
			t.Fatalf("%d: %+v, %v", i, o, err)
		}
	}
	if calls != 1 || groups(t, in, "a") != 1 {
		t.Fatalf("%d calls", calls)
	}
}

// A part that fails is undone alone, and a refusal leaves what was committed before it, as without a key.
func TestPartsFailAlone(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in := h.Tenant(t, "")
	s := idempotency.Store{Platform: h.Platform, Sealer: h.Sealer}
	o, err := s.InTenant(t.Context(), in, idempotency.Request{Key: "k"}, func(ctx context.Context) (idempotency.Answer, bool, error) {
		if err := write(ctx, in, 100, "a"); err != nil {
			return idempotency.Answer{}, false, err
		}
		if err := write(ctx, in, 100, "b"); tenants.Constraint(err) == "" {
			t.Errorf("the second row with that id: %v", err)
		}
		return idempotency.Answer{Status: 400}, false, write(ctx, in, 101, "c")
	})
	if err != nil || o.Status != 400 || groups(t, in, "a")+groups(t, in, "c") != 2 || groups(t, in, "b") != 0 {
		t.Fatalf("%+v, %v: %d a, %d b, %d c", o, err, groups(t, in, "a"), groups(t, in, "b"), groups(t, in, "c"))
	}
	if o, err = s.InTenant(t.Context(), in, idempotency.Request{Key: "k", Parts: []string{"other"}}, func(context.Context) (idempotency.Answer, bool, error) {
		return idempotency.Answer{Status: 204}, true, nil
	}); err != nil || o.Status != 204 {
		t.Fatalf("a refusal was kept: %+v, %v", o, err)
	}
	if _, err = s.InTenant(t.Context(), in, idempotency.Request{Key: "k"}, nil); !errors.Is(err, fault.IdempotencyKeyReused) {
		t.Fatalf("another request: %v", err)
	}
}
