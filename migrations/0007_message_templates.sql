-- +goose Up

-- What a tenant writes instead of the messages that Keyhall ships. Versions are never changed, only taken into use and
-- out of it; without one in use the shipped wording goes out.
create table message_templates (
  tenant_id  uuid not null references tenants on delete cascade,
  channel    text collate "C" not null check (channel in ('email', 'sms')),
  kind       text collate "C" not null,
  locale     text collate "C" not null,              -- BCP 47
  version    integer not null check (version > 0),
  in_use     boolean not null,
  subject    text not null default '',
  body       text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, channel, kind, locale, version)
);
create unique index message_templates_in_use on message_templates (tenant_id, channel, kind, locale) where in_use;
alter table message_templates enable row level security;
alter table message_templates force row level security;
create policy one_tenant on message_templates using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on message_templates to keyhall_app;

-- +goose Down
drop table message_templates;
