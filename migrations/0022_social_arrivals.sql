-- +goose Up

-- What came of sign-ins at a provider and waits for the tenant's front end to fetch it, once. Who it is about has no account here
-- yet, perhaps, and may never get one: the row is gone with its use, or minutes later.
create table social_arrivals (
  tenant_id  uuid not null references tenants on delete cascade,
  key_hash   bytea not null,
  challenge  text collate "C" not null,                    -- of the front end that began (RFC 7636, S256)
  provider   text collate "C" not null,
  sealed     bytea not null,                               -- who it is
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, key_hash)
);
create index social_arrivals_by_age on social_arrivals (tenant_id, expires_at);

alter table social_arrivals enable row level security;
alter table social_arrivals force row level security;
create policy one_tenant on social_arrivals using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on social_arrivals to keyhall_app;

-- +goose Down
drop table social_arrivals;
