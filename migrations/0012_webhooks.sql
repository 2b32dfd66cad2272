-- +goose Up

-- Where a tenant wants to hear of events. While a secret is replaced, the old one signs too.
create table webhook_endpoints (
  tenant_id   uuid not null references tenants on delete cascade,
  id          uuid not null,
  url         text not null,
  description text not null default '',
  events      text[] not null,
  active      boolean not null default true,
  sealed      bytea not null,                        -- the secret
  old_sealed  bytea,                                 -- the one before, until old_until
  old_until   timestamptz,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  primary key (tenant_id, id)
);
alter table webhook_endpoints enable row level security;
alter table webhook_endpoints force row level security;
create policy one_tenant on webhook_endpoints using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on webhook_endpoints to keyhall_app;

-- Deliveries are rows of the outbox of the kind "webhook", with the endpoint as recipient.
create index outbox_by_webhook on outbox (tenant_id, recipient, created_at desc, id desc) where kind = 'webhook';
alter table delivery_attempts add column status integer;  -- of HTTP

-- +goose Down
alter table delivery_attempts drop column status;
drop index outbox_by_webhook;
drop table webhook_endpoints;
