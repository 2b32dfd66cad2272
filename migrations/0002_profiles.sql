-- +goose Up

alter table users add column name text not null default '';  -- the whole name, where a contract knows no first and last one

-- What a user tells about himself beyond his names. A user who told nothing has no row: the statement that every
-- authenticated request costs does not carry any of this.
create table profiles (
  tenant_id        uuid not null references tenants on delete cascade,
  user_id          bigint not null,
  bio              text,                             -- null: never told, which is not the same as empty
  location         text,
  timezone         text,
  birth_date       date,
  fav_sport_1      text not null default '',
  fav_sport_2      text not null default '',
  fav_sport_3      text not null default '',
  private          boolean not null default false,
  blank_first_name boolean not null default false,   -- the name in users is empty because the user said so
  blank_last_name  boolean not null default false,
  activities       bigint not null default 0 check (activities >= 0),
  sports           bigint not null default 0 check (sports >= 0),
  distance_km      double precision not null default 0 check (distance_km >= 0),
  duration_seconds bigint not null default 0 check (duration_seconds >= 0),
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
alter table profiles enable row level security;
alter table profiles force row level security;
create policy one_tenant on profiles using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on profiles to keyhall_app;

-- A session that is one long-lived JWT without a refresh token.
alter table sessions drop constraint sessions_kind_check;
alter table sessions add constraint sessions_kind_check check (kind in ('opaque', 'pair', 'cookie', 'jwt'));

-- +goose Down
delete from sessions where kind = 'jwt';
alter table sessions drop constraint sessions_kind_check;
alter table sessions add constraint sessions_kind_check check (kind in ('opaque', 'pair', 'cookie'));
drop table profiles;
alter table users drop column name;
