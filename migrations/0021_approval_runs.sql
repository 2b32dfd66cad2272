-- +goose Up

-- Decisions about everybody whom a question found: made by the workers one user at a time, each with the progress in the same
-- transaction, so that a run that was cut short goes on where it was.
create table approval_runs (
  tenant_id   uuid not null references tenants on delete cascade,
  id          uuid not null,
  decision    text collate "C" not null check (decision in ('approve', 'reject', 'pending')),
  reason      text not null default '',
  user_ids    bigint[] not null,                     -- who was found when it was asked for, in the order of the work
  by_kind     text collate "C" not null,
  by_id       text collate "C" not null,
  ip          text not null,
  request_id  text not null,
  asked_at    timestamptz not null,
  finished_at timestamptz,
  done        integer not null default 0,            -- of user_ids; the next one is user_ids[done + 1]
  changed     integer not null default 0,
  failed      integer not null default 0,            -- gone, or not to be decided about by who asked
  primary key (tenant_id, id)
);
create index approval_runs_by_time on approval_runs (tenant_id, asked_at desc);

alter table approval_runs enable row level security;
alter table approval_runs force row level security;
create policy one_tenant on approval_runs using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on approval_runs to keyhall_app;

-- +goose Down
drop table approval_runs;
