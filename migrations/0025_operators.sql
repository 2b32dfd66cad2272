-- +goose Up

-- Owners are the operators who look after the platform's own team and settings. Whoever was an operator before there
-- were owners could do everything, and still can.
alter table admins add column platform_owner boolean not null default false;
update admins set platform_owner = true where operator;
alter table admins add constraint admins_owner_operates check (operator or not platform_owner);
create index admins_operators on admins (created_at, id) where operator;

-- Somebody who was asked to become an operator. It counts only once the platform's own mail was answered: an invitation
-- of a tenant goes through a mail server that the tenant may run.
create table operator_invitations (
  admin_id   uuid primary key references admins on delete cascade,
  email      text not null,                          -- as the inviter wrote it; the mail goes there
  owner      boolean not null,
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
grant select, insert, update, delete on operator_invitations to keyhall_platform;

-- +goose Down
drop table operator_invitations;
alter table admins drop column platform_owner;
