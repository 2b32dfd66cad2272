-- +goose Up

-- A text is part of a username when one of the username's tails starts with it: "dude" has the tails dude, ude, de and
-- e. A search for a part is then a range of this table's primary key, which row-level security leaves to the index; LIKE
-- and trigrams are not leakproof, so behind a policy the planner reads every row of the tenant instead, and no trigram
-- finds a part of one or two letters anyway. The tails are cut after 40 characters; who asks for more looks again.
create table username_tails (
  tenant_id uuid not null,
  tail      text collate "C" not null,
  user_id   bigint not null,
  primary key (tenant_id, tail, user_id),
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index username_tails_by_user on username_tails (tenant_id, user_id);
alter table username_tails enable row level security;
alter table username_tails force row level security;
create policy one_tenant on username_tails using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, delete on username_tails to keyhall_app;

-- Kept by a trigger, so that no way to name somebody forgets it. It runs with the rights of whoever writes.
-- +goose StatementBegin
create function keep_username_tails() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'UPDATE' then
    delete from username_tails where tenant_id = old.tenant_id and user_id = old.id;
  end if;
  insert into username_tails (tenant_id, tail, user_id)
    select distinct new.tenant_id, substr(new.username_key, n, 40), new.id from generate_series(1, length(new.username_key)) n;
  return null;
end $$;
-- +goose StatementEnd
create trigger username_tails after insert on users for each row execute function keep_username_tails();
create trigger username_tails_renamed after update of username_key on users for each row
  when (old.username_key is distinct from new.username_key) execute function keep_username_tails();

-- Those who are there already, tenant by tenant: the policy holds for the owner too.
-- +goose StatementBegin
do $$
declare tenant uuid;
begin
  for tenant in select id from tenants loop
    perform set_config('keyhall.tenant_id', tenant::text, true);
    insert into username_tails (tenant_id, tail, user_id)
      select distinct u.tenant_id, substr(u.username_key, n, 40), u.id from users u, generate_series(1, length(u.username_key)) n
      where u.tenant_id = tenant;
  end loop;
  perform set_config('keyhall.tenant_id', '', true);
end $$;
-- +goose StatementEnd

-- +goose Down
drop trigger username_tails on users;
drop trigger username_tails_renamed on users;
drop function keep_username_tails;
drop table username_tails;
