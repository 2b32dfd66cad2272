-- +goose Up

-- What happened in a tenant, counted by day (UTC). The workers count the trail; signing in pays nothing for it.
create table activity (
  tenant_id  uuid not null references tenants on delete cascade,
  day        date not null,
  event      text not null check (event in ('sign_up', 'sign_in', 'delivery_failed')),
  method     text not null,                          -- of a sign-in; "": not known
  contract   text not null,
  count      bigint not null,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, day, event, method, contract)
);
create index activity_changed on activity (changed_at, day);
create index activity_by_day on activity (day);
create index activity_failures on activity (day, tenant_id) where event = 'delivery_failed';

-- How far a tenant's trail is counted, and how many people there were then.
create table activity_marks (
  tenant_id     uuid primary key references tenants on delete cascade,
  counted_until timestamptz not null default '-infinity',
  users         bigint not null default 0,
  pending       bigint not null default 0,
  active_day    bigint not null default 0,           -- seen within a day, 7 days, 30 days
  active_week   bigint not null default 0,
  active_month  bigint not null default 0,
  seen_at       timestamptz                          -- when these were counted; null: never
);

-- +goose StatementBegin
do $$
declare t text;
begin
  foreach t in array array['activity', 'activity_marks'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy one_tenant on %I using (tenant_id = nullif(current_setting(''keyhall.tenant_id'', true), '''')::uuid)'
                   ' with check (tenant_id = nullif(current_setting(''keyhall.tenant_id'', true), '''')::uuid)', t);
    execute format('grant select, insert, update, delete on %I to keyhall_app', t);
    -- Numbers that name nobody: the platform adds them up.
    execute format('create policy sums on %I for select to keyhall_platform using (true)', t);
    execute format('grant select on %I to keyhall_platform', t);
  end loop;
end $$;
-- +goose StatementEnd

-- The same of all tenants together, so that nobody has to wait for ten thousand of them to be added up.
create table platform_activity (
  day       date not null,
  event     text not null,
  method    text not null,
  contract  text not null,
  count     bigint not null,
  summed_at timestamptz not null default now(),
  primary key (day, event, method, contract)
);
grant select, insert, update, delete on platform_activity to keyhall_platform;

create index tenants_by_creation on tenants (created_at desc, id desc);

-- +goose Down
drop index tenants_by_creation;
drop table platform_activity, activity_marks, activity;
