-- +goose Up

-- Answers of calls that named an Idempotency-Key, kept for a day so that a repeated call gets the same one. The id is a MAC of
-- who called and the key, the fingerprint a MAC of the request.
create table idempotency_keys (
  tenant_id   uuid not null references tenants on delete cascade,
  id          bytea not null,
  fingerprint bytea not null,
  status      integer not null,
  sealed      bytea,                                 -- the body; null: there was none
  created_at  timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index idempotency_keys_by_time on idempotency_keys (tenant_id, created_at);
alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy one_tenant on idempotency_keys using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on idempotency_keys to keyhall_app;

-- The same for what is written in the platform's tables.
create table platform_idempotency_keys (
  id          bytea primary key,
  fingerprint bytea not null,
  status      integer not null,
  sealed      bytea,
  created_at  timestamptz not null default now()
);
create index platform_idempotency_keys_by_time on platform_idempotency_keys (created_at);
grant select, insert, update, delete on platform_idempotency_keys to keyhall_platform;

-- +goose Down
drop table platform_idempotency_keys, idempotency_keys;
