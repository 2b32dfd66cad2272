-- +goose Up

-- Operators see whether messages go out, by channel: of an attempt only when it was, how it ended, and the other side's status.
alter table delivery_attempts add column kind text not null default '';  -- the job's; empty for attempts of before
create index delivery_attempts_latest on delivery_attempts (kind, outcome, at desc);
create policy health on delivery_attempts for select to keyhall_platform using (true);
grant select (kind, outcome, at, status) on delivery_attempts to keyhall_platform;

alter table platform_outbox add column tried_at timestamptz, add column status integer;  -- of the last attempt

-- +goose Down
alter table platform_outbox drop column status, drop column tried_at;
revoke select (kind, outcome, at, status) on delivery_attempts from keyhall_platform;
drop policy health on delivery_attempts;
drop index delivery_attempts_latest;
alter table delivery_attempts drop column kind;
