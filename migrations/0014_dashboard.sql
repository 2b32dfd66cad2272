-- +goose Up

-- The trail is asked by action and by who acted.
create index audit_by_action on audit (tenant_id, action, at desc, id desc);
create index audit_by_actor on audit (tenant_id, actor_id, at desc, id desc);

-- Operators read what operators did, in all tenants; what a tenant's own people did stays the tenant's.
create index audit_by_operators on audit (at desc, id desc) where actor_kind = 'operator';
create policy operators_notes on audit for select to keyhall_platform using (actor_kind = 'operator');
grant select on audit to keyhall_platform;
create index platform_audit_by_time on platform_audit (at desc, id desc);

-- An administrator's second factor: the shared secret, sealed, and the last time step a code was taken of.
create table admin_factors (
  admin_id     uuid primary key references admins on delete cascade,
  sealed       bytea not null,
  last_step    bigint not null default 0,
  created_at   timestamptz not null default now(),
  confirmed_at timestamptz                           -- null: a code was never given, so it is not asked for
);

create table admin_recovery_codes (
  admin_id  uuid not null references admins on delete cascade,
  code_hash bytea not null,
  used_at   timestamptz,
  primary key (admin_id, code_hash)
);
grant select, insert, update, delete on admin_factors, admin_recovery_codes to keyhall_platform;

-- What the overview counts by day.
create index users_by_creation on users (tenant_id, created_at);
create index outbox_failures on outbox (tenant_id, done_at) where state = 'failed';

-- +goose Down
drop index outbox_failures, users_by_creation, platform_audit_by_time, audit_by_operators, audit_by_actor, audit_by_action;
drop table admin_recovery_codes, admin_factors;
drop policy operators_notes on audit;
revoke select on audit from keyhall_platform;
