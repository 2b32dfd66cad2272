-- +goose Up

-- When a tenant's admins were last reminded of applicants who wait. Whoever moves the time forward owes the mails.
create table approval_reminders (
  tenant_id uuid primary key references tenants on delete cascade,
  sent_at   timestamptz not null
);

alter table approval_reminders enable row level security;
alter table approval_reminders force row level security;
create policy one_tenant on approval_reminders using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on approval_reminders to keyhall_app;

-- +goose Down
drop table approval_reminders;
