-- +goose Up

-- Tenants that are being deleted, and what was found and erased of those that are gone. It names no person.
create table tenant_erasures (
  id          uuid primary key,
  tenant_id   uuid not null,
  slug        text not null,
  name        text not null,
  asked_by    text not null,                         -- the administrator's id
  asked_at    timestamptz not null default now(),
  found       jsonb not null default '{}',           -- how many of what there were when it began
  done        bigint not null default 0,             -- how many of them are gone
  lease_until timestamptz,                           -- somebody is at work
  finished_at timestamptz
);
create unique index tenant_erasures_open on tenant_erasures (tenant_id) where finished_at is null;
grant select, insert, update on tenant_erasures to keyhall_platform;

-- +goose Down
drop table tenant_erasures;
