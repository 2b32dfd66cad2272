-- +goose Up

-- Users who look after a group: they see its members, decide about those who wait, and take members out of it.
create table group_managers (
  tenant_id  uuid not null references tenants on delete cascade,
  group_id   bigint not null,
  user_id    bigint not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, group_id, user_id),
  foreign key (tenant_id, group_id) references groups (tenant_id, id) on delete cascade,
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index group_managers_by_user on group_managers (tenant_id, user_id);

alter table group_managers enable row level security;
alter table group_managers force row level security;
create policy one_tenant on group_managers using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on group_managers to keyhall_app;

-- +goose Down
drop table group_managers;
