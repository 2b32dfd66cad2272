package sweep_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/blob"
	"github.com/keyhall/keyhall/workers/sweep"
)

// rows fill a tenant with what is to go and what is to stay; the ids of what stays begin with 1.
var rows = []string{
	`insert into users (tenant_id, id, username, group_id) values ($1, 1, 'anna', 1)`,
	`insert into proofs (tenant_id, id, user_id, purpose, token_hash, destination, expires_at, used_at) values
		($1, '00000000-0000-0000-0000-000000000001', 1, 'verify_email', 'a', '', now() - interval '31 days', null),
		($1, '00000000-0000-0000-0000-000000000002', 1, 'verify_email', 'b', '', now() + interval '1 day', now() - interval '31 days'),
		($1, '10000000-0000-0000-0000-000000000001', 1, 'verify_email', 'c', '', now() - interval '29 days', null),
		($1, '10000000-0000-0000-0000-000000000002', 1, 'verify_email', 'd', '', now() + interval '1 day', null)`,
	`insert into sessions (tenant_id, id, user_id, kind, contract, idle_seconds, last_seen_at, expires_at, revoked_at) values
		($1, '00000000-0000-0000-0000-000000000001', 1, 'pair', 'native', 60, now(), now() - interval '91 days', null),
		($1, '00000000-0000-0000-0000-000000000002', 1, 'pair', 'native', 60, now(), now() + interval '1 day', now() - interval '91 days'),
		($1, '00000000-0000-0000-0000-000000000003', 1, 'pair', 'native', 60, now() - interval '91 days', now() + interval '1 day', null),
		($1, '10000000-0000-0000-0000-000000000001', 1, 'pair', 'native', 60, now(), now() + interval '1 day', null),
		($1, '10000000-0000-0000-0000-000000000002', 1, 'pair', 'native', 60, now(), now() + interval '1 day', now() - interval '89 days')`,
	`insert into codes (tenant_id, destination, id, purpose, code_hash, attempts_left, created_at, expires_at, proven_at) values
		($1, 'a', '00000000-0000-0000-0000-000000000001', 'prove', 'x', 3, now(), now() - interval '25 hours', null),
		($1, 'b', '10000000-0000-0000-0000-000000000001', 'prove', 'x', 3, now(), now() - interval '23 hours', null),
		($1, 'c', '10000000-0000-0000-0000-000000000002', 'prove', 'x', 3, now(), now() - interval '25 hours', now())`,
	`insert into social_states (tenant_id, state_hash, provider, browser_hash, sealed, created_at, expires_at) values
		($1, 'a', 'google', 'x', 'x', now(), now() - interval '25 hours'),
		($1, 'b', 'google', 'x', 'x', now(), now() - interval '23 hours')`,
	`insert into social_arrivals (tenant_id, key_hash, challenge, provider, sealed, created_at, expires_at) values
		($1, 'a', 'x', 'google', 'x', now(), now() - interval '1 minute'),
		($1, 'b', 'x', 'google', 'x', now(), now() + interval '1 minute')`,
	`insert into dev_messages (tenant_id, id, channel, recipient, kind, sent_at) values
		($1, '00000000-0000-0000-0000-000000000001', 'email', '', '', now() - interval '8 days'),
		($1, '10000000-0000-0000-0000-000000000001', 'email', '', '', now() - interval '6 days')`,
	`insert into outbox (tenant_id, id, kind, state, sealed, expires_at) values
		($1, '00000000-0000-0000-0000-000000000001', 'mail', 'failed', 'x', now() - interval '1 minute'),
		($1, '00000000-0000-0000-0000-000000000002', 'mail', 'sent', 'x', null),
		($1, '10000000-0000-0000-0000-000000000001', 'mail', 'failed', 'x', now() + interval '1 day'),
		($1, '10000000-0000-0000-0000-000000000002', 'mail', 'pending', 'x', now() - interval '1 day')`,
	`insert into outbox (tenant_id, id, kind, state, done_at) values
		($1, '00000000-0000-0000-0000-000000000003', 'old', 'sent', now() - interval '181 days'),
		($1, '10000000-0000-0000-0000-000000000003', 'old', 'sent', now() - interval '179 days')`,
	`insert into idempotency_keys (tenant_id, id, fingerprint, status, created_at) values
		($1, '0', '', 200, now() - interval '25 hours'), ($1, '1', '', 200, now() - interval '23 hours')`,
}

func fill(t *testing.T, in *tenants.Scope) {
	t.Helper()
	err := in.Tx(t.Context(), func(tx *tenants.Tx) error {
		for _, statement := range rows {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// left gives the ids that a condition finds.
func left(t *testing.T, in *tenants.Scope, from string) (ids []uuid.UUID) {
	t.Helper()
	if err := in.Select(t.Context(), &ids, `select id from `+from+` order by id`); err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestOnlyWhatIsOfNoMoreUseGoes(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, other := h.Tenant(t, ""), h.Tenant(t, "")
	fill(t, in)
	fill(t, other)
	blobs := blob.InFolder(t.TempDir())
	if err := blobs.Put(t.Context(), in, "raw/"+blob.NewID(), []byte("x"), "image/png"); err != nil {
		t.Fatal(err)
	}
	if err := blobs.Put(t.Context(), in, "raw/"+blob.NewID(), []byte("x"), "image/png"); err != nil {
		t.Fatal(err)
	}
	_, err := h.Owner(t).ExecContext(t.Context(), `update blobs set created_at = now() - interval '61 minutes'
		where tenant_id = $1 and name = (select min(name) from blobs where tenant_id = $1)`, in.ID())
	if err != nil {
		t.Fatal(err)
	}
	if err := sweep.Tenant(t.Context(), in, blobs); err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]int{
		"proofs where tenant_id = $1":                        2,
		"sessions where tenant_id = $1":                      2,
		"codes where tenant_id = $1":                         2,
		"dev_messages where tenant_id = $1":                  1,
		"outbox where tenant_id = $1 and sealed is not null": 2,
		"outbox where tenant_id = $1 and kind = 'old'":       1,
	} {
		ids := left(t, in, from)
		if len(ids) != want || ids[0][0] != 0x10 {
			t.Errorf("%s: %v", from, ids)
		}
	}
	for _, from := range []string{"social_states", "social_arrivals"} {
		var n, stays int
		if err := in.Get(t.Context(), &n, `select count(*) from `+from+` where tenant_id = $1`); err != nil {
			t.Fatal(err)
		}
		hash := map[string]string{"social_states": "state_hash", "social_arrivals": "key_hash"}[from]
		if err := in.Get(t.Context(), &stays, `select count(*) from `+from+` where tenant_id = $1 and `+hash+` = 'b'`); err != nil || n != 1 || stays != 1 {
			t.Errorf("%s: %d are left, %v", from, n, err)
		}
	}
	var answers []string
	if err := in.Select(t.Context(), &answers, `select id from idempotency_keys where tenant_id = $1`); err != nil || len(answers) != 1 || answers[0] != "1" {
		t.Errorf("answers %q, %v; the one of yesterday is to go", answers, err)
	}
	var files []string
	if err := in.Select(t.Context(), &files, `select name from blobs where tenant_id = $1`); err != nil || len(files) != 1 {
		t.Errorf("files %v, %v; the one nothing refers to for an hour is to go", files, err)
	}
	if n := len(left(t, in, "outbox where tenant_id = $1 and kind = 'mail'")); n != 4 {
		t.Errorf("%d of 4 jobs are left", n)
	}
	if n := len(left(t, other, "proofs where tenant_id = $1")); n != 4 {
		t.Errorf("another tenant has %d of 4 proofs", n)
	}
}
