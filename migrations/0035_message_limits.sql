-- +goose Up

-- How many mails and text messages a tenant may send, which is for operators to say, and how many it has sent: a row a
-- channel, locked and counted in the statement that leases the message, so that no number of workers exceeds a limit.
create table message_limits (
  tenant_id  uuid not null references tenants on delete cascade,
  kind       text not null,                          -- of the jobs: mail, sms
  per_day    bigint check (per_day >= 0),            -- null: no limit
  per_month  bigint check (per_month >= 0),
  day        date not null,                          -- in UTC, the last on which one was counted
  of_day     bigint not null default 0,              -- counted on it
  of_month   bigint not null default 0,              -- counted in its month
  full_of    text check (full_of in ('day', 'month')), -- the limit that messages wait for; null: none waits
  full_until timestamptz,                            -- until then
  primary key (tenant_id, kind)
);
create index message_limits_due on message_limits (full_until) where full_until is not null;
alter table message_limits enable row level security;
alter table message_limits force row level security;
create policy one_tenant on message_limits using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
-- A tenant's own work counts; the limits are out of its reach.
grant select, insert (tenant_id, kind, day, of_day, of_month), update (day, of_day, of_month, full_of, full_until) on message_limits to keyhall_app;
create policy limits on message_limits to keyhall_platform using (true);
grant select, insert (tenant_id, kind, day, per_day, per_month), update (per_day, per_month, full_until) on message_limits to keyhall_platform;

-- A message over a limit is held: out of the index that the relay reads every second, in one by its place in the line.
alter table outbox add column counted boolean not null default false, add column held boolean not null default false;
drop index outbox_pending;
create index outbox_pending on outbox (queued_at nulls first, not_before) where state = 'pending' and not held;
create index outbox_held on outbox (tenant_id, kind, not_before, id) where state = 'pending' and held;
create index outbox_held_late on outbox (expires_at) where state = 'pending' and held;
grant select (held, expires_at), update (held) on outbox to keyhall_platform;

-- +goose Down
revoke select (held, expires_at), update (held) on outbox from keyhall_platform;
drop index outbox_held_late, outbox_held, outbox_pending;
create index outbox_pending on outbox (queued_at nulls first, not_before) where state = 'pending';
alter table outbox drop column held, drop column counted;
drop table message_limits;
