-- +goose Up

-- Files in the blob store. A row is written before its file and deleted after it, so that whatever a crash leaves behind is
-- found without listing the store.
create table blobs (
  tenant_id  uuid not null references tenants on delete cascade,
  name       text collate "C" not null,              -- raw/<random>, 256/<random>.jpg
  size       bigint not null check (size >= 0),
  created_at timestamptz not null default now(),
  primary key (tenant_id, name)
);
create index blobs_by_age on blobs (tenant_id, created_at);

-- What a user uploaded as his picture. What others see of it are variants, see users.picture_file.
create table pictures (
  tenant_id   uuid not null references tenants on delete cascade,
  user_id     bigint not null,
  raw         text collate "C" not null,              -- the very bytes, in the blob store
  media_type  text not null,                          -- what they were taken for
  state       text not null default 'waiting' check (state in ('waiting', 'ready', 'refused')),
  uploaded_at timestamptz not null,
  primary key (tenant_id, user_id),
  unique (tenant_id, raw),
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade,
  foreign key (tenant_id, raw) references blobs (tenant_id, name)
);

alter table users
  add column picture boolean not null default false,                  -- there is a row in pictures
  add column picture_file text collate "C" not null default '';       -- the variants' file name; empty: none
create unique index users_by_picture on users (tenant_id, picture_file) where picture_file <> '';

-- +goose StatementBegin
do $$
declare t text;
begin
  foreach t in array array['blobs', 'pictures'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy one_tenant on %I using (tenant_id = nullif(current_setting(''keyhall.tenant_id'', true), '''')::uuid)
      with check (tenant_id = nullif(current_setting(''keyhall.tenant_id'', true), '''')::uuid)', t);
    execute format('grant select, insert, update, delete on %I to keyhall_app', t);
  end loop;
end $$;
-- +goose StatementEnd

-- +goose Down
drop index users_by_picture;
alter table users drop column picture, drop column picture_file;
drop table pictures;
drop table blobs;
