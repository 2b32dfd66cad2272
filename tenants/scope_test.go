package tenants_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
)

const addUser = `insert into users (tenant_id, id, username, group_id) values ($1, $2, $3, 1)`

func insertUser(t *testing.T, in *tenants.Scope, id int64, name string) {
	t.Helper()
	err := in.Tx(t.Context(), func(tx *tenants.Tx) error {
		_, err := tx.Exec(t.Context(), addUser, id, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAStatementThatForgetsTheTenantDoesNotRun(t *testing.T) {
	t.Parallel()
	in := pgtest.Get(t).Tenant(t, "")
	var n int
	if err := in.Get(t.Context(), &n, `select count(*) from users`); err == nil {
		t.Fatalf("counted %d users without naming a tenant", n)
	}
	err := in.Tx(t.Context(), func(tx *tenants.Tx) error {
		return tx.Get(t.Context(), &n, `select count(*) from users`)
	})
	if err == nil {
		t.Fatal("ran in a transaction without naming a tenant")
	}
}

func TestRowsOfAnotherTenantDoNotExist(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	a, b := h.Tenant(t, ""), h.Tenant(t, "")
	insertUser(t, a, 1, "anna")
	insertUser(t, b, 1, "bert")
	// Even a statement that names the other tenant outright sees nothing: row-level security.
	var names []string
	if err := a.Select(t.Context(), &names, `select username from users where tenant_id = $1 or tenant_id = $2`, b.ID()); err != nil {
		t.Fatal(err)
	}
	if len(names) != 1 || names[0] != "anna" {
		t.Fatalf("tenant a reads %v", names)
	}
	err := a.Tx(t.Context(), func(tx *tenants.Tx) error {
		n, err := tx.Exec(t.Context(), `update users set username = 'x' where $1::uuid is not null and tenant_id = $2`, b.ID())
		if n != 0 {
			t.Errorf("changed %d foreign rows", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = a.Tx(t.Context(), func(tx *tenants.Tx) error {
		_, err := tx.Exec(t.Context(), `insert into users (tenant_id, id, group_id) select $2::uuid, 9, 1 where $1::uuid is not null`, b.ID())
		return err
	})
	if pgtest.Code(err) != "42501" {
		t.Fatalf("a foreign row was written: %v", err)
	}
}

func TestNoTenantMeansNoRows(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	insertUser(t, h.Tenant(t, ""), 1, "anna")
	for range 30 { // on every connection, whoever it spoke for last
		var n int
		if err := h.App.Get(t.Context(), &n, `select count(*) from users`); err != nil || n != 0 {
			t.Fatalf("saw %d users of nobody's tenant, %v", n, err)
		}
	}
}

func TestParallelTenantsOnFewConnectionsNeverMix(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	scopes := make([]*tenants.Scope, 8)
	for i := range scopes {
		scopes[i] = h.Tenant(t, "")
		insertUser(t, scopes[i], 1, scopes[i].Slug())
	}
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 50 {
				readOwnName(t, scopes[(w+i)%len(scopes)], i)
			}
		})
	}
	wg.Wait()
}

func readOwnName(t *testing.T, s *tenants.Scope, i int) {
	const q = `select username from users where tenant_id = $1 and id = 1`
	ctx := context.Background()
	var name string
	var err error
	switch i % 3 {
	case 0:
		err = s.Get(ctx, &name, q)
	case 1:
		err = s.Tx(ctx, func(tx *tenants.Tx) error { return tx.Get(ctx, &name, q) })
	default: // a transaction that fails must not leave its tenant behind
		_ = s.Tx(ctx, func(tx *tenants.Tx) error {
			_, err := tx.Exec(ctx, `select 1/0 where $1::uuid is not null`)
			return err
		})
		err = s.Get(ctx, &name, q)
	}
	if err != nil || name != s.Slug() {
		t.Errorf("read %q as %s: %v", name, s.Slug(), err)
	}
}

func TestTransactionsKnowTheDatabasesTime(t *testing.T) {
	t.Parallel()
	in := pgtest.Get(t).Tenant(t, "")
	err := in.Tx(t.Context(), func(tx *tenants.Tx) error {
		if d := time.Since(tx.Now()).Abs(); d > time.Minute {
			t.Errorf("the transaction's clock is %v off", d)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestADatabaseThatIsGoneIsUnavailable(t *testing.T) {
	t.Parallel()
	db, err := tenants.Open("postgres://nobody@127.0.0.1:1/none?sslmode=disable", tenants.AppRole, 1)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Ping(t.Context())
	if !errors.Is(err, fault.DependencyDown) || fault.From(err).RetryAfter == 0 {
		t.Fatalf("got %v", err)
	}
}
