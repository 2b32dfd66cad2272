package migrations_test

import (
	"slices"
	"testing"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/migrations"
)

// platformTables are the only ones that may lack a tenant's fences: no tenant's session can read them, for
// keyhall_app has no grant on them (which TestTheAppRoleReachesOnlyFencedTables checks).
var platformTables = []string{
	"tenants", "domains", "api_keys", "admins", "admin_roles", "admin_invitations", "admin_sessions",
	"admin_factors", "admin_recovery_codes", "admin_passkeys", "admin_spent_challenges", "platform_settings",
	"operator_invitations", "platform_outbox", "platform_dev_messages",
	"platform_audit", "platform_activity", "tenant_erasures", "platform_idempotency_keys", "goose_db_version",
}

// breaches lists every table, index, key or grant that would let one tenant's rows be taken for another's.
const breaches = `
with t as (
  select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity,
         (select attnum from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull and not a.atthasdef) as tenant
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relname = any($1::text[]))
select t.relname || ': tenant_id is missing, nullable or has a default' from t where tenant is null
union all
select t.relname || ': row-level security is not on and forced' from t where not (relrowsecurity and relforcerowsecurity)
union all
select t.relname || ': no policy on keyhall.tenant_id' from t where not exists (
  select from pg_policy p where p.polrelid = t.oid and p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
  and pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = (NULLIF(current_setting(''keyhall.tenant_id''::text, true), ''''::text))::uuid)'
  and pg_get_expr(p.polwithcheck, p.polrelid) = pg_get_expr(p.polqual, p.polrelid))
union all
select t.relname || ': a policy for keyhall_app beside the one' from t join pg_policy p on p.polrelid = t.oid
  where p.polname <> 'one_tenant' and (p.polroles = '{0}' or 'keyhall_app'::regrole = any(p.polroles))
union all
select t.relname || ': the primary key does not start with tenant_id' from t where not exists (
  select from pg_index i where i.indrelid = t.oid and i.indisprimary and i.indkey[0] = t.tenant)
union all
select t.relname || ': unique index ' || i.indexrelid::regclass || ' lacks tenant_id' from t join pg_index i on i.indrelid = t.oid
  where i.indisunique and not t.tenant = any(i.indkey::int2[])
union all
select t.relname || ': foreign key ' || k.conname || ' lacks tenant_id' from t join pg_constraint k on k.conrelid = t.oid
  where k.contype = 'f' and not t.tenant = any(k.conkey)
union all
select t.relname || ': owned by a runtime role' from t join pg_class c on c.oid = t.oid
  where c.relowner in ('keyhall_app'::regrole, 'keyhall_platform'::regrole)`

func TestEveryTableOfATenantIsFenced(t *testing.T) {
	t.Parallel()
	db := pgtest.Get(t).Owner(t)
	if found := list(t, db, breaches, "{"+join(platformTables)+"}"); len(found) > 0 {
		t.Fatalf("the schema has holes:\n%s", lines(found))
	}
}

// The catalogue test must be able to fail: each of these holes is one it has to see.
func TestTheCatalogueTestSeesHoles(t *testing.T) {
	t.Parallel()
	for _, hole := range []string{
		`create table hole (id int primary key)`,
		`create table hole (tenant_id uuid not null default gen_random_uuid(), id int, primary key (tenant_id, id))`,
		`alter table users no force row level security`,
		`drop policy one_tenant on users`,
		`create policy wide on users to keyhall_app using (true)`,
		`create unique index hole on users (email_key)`,
		`alter table sessions add constraint hole foreign key (id) references admins (id)`,
		`alter table users owner to keyhall_app`,
	} {
		tx, err := pgtest.Get(t).Owner(t).BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.ExecContext(t.Context(), hole); err != nil {
			t.Fatalf("%s: %v", hole, err)
		}
		if found := list(t, tx, breaches, "{"+join(platformTables)+"}"); len(found) == 0 {
			t.Errorf("not seen: %s", hole)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheAppRoleReachesOnlyFencedTables(t *testing.T) {
	t.Parallel()
	db := pgtest.Get(t).Owner(t)
	reach := list(t, db, `select distinct table_name::text from information_schema.role_table_grants where grantee = 'keyhall_app'
		and $1::text <> ''`, "x")
	for _, table := range reach {
		if slices.Contains(platformTables, table) {
			t.Errorf("keyhall_app reaches the platform's table %s", table)
		}
	}
	if len(reach) < 10 {
		t.Fatalf("keyhall_app reaches only %v", reach)
	}
}

func TestTheAuditTrailIsAppendOnly(t *testing.T) {
	t.Parallel()
	db := pgtest.Get(t).Owner(t)
	can := list(t, db, `select distinct privilege_type::text from information_schema.role_table_grants
		where table_name = 'audit' and grantee in ('keyhall_app', 'keyhall_platform') and $1 <> '' order by 1`, "x")
	if !slices.Equal(can, []string{"INSERT", "SELECT"}) {
		t.Fatalf("on the audit trail the runtime may %v", can)
	}
}

func TestServersRefuseARoleThatCouldBypass(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	if err := migrations.CheckRuntime(t.Context(), h.Owner(t)); err == nil {
		t.Fatal("a superuser was accepted")
	}
	if err := migrations.CheckRuntime(t.Context(), h.App.Raw()); err != nil {
		t.Fatalf("the runtime role was refused: %v", err)
	}
}

func TestMigratingTwiceDoesNothing(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	n, err := migrations.Up(t.Context(), h.OwnerURL)
	if err != nil || n != 0 {
		t.Fatalf("applied %d, %v", n, err)
	}
}
