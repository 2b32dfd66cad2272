-- +goose Up

-- Passkeys (WebAuthn) of administrators: a second factor, or a way in without the password.
create table admin_passkeys (
  id            uuid primary key,
  admin_id      uuid not null references admins on delete cascade,
  name          text not null,
  credential_id bytea not null,
  public_key    bytea not null,                      -- a COSE key
  sign_count    bigint not null,                     -- what the authenticator last counted; 0: it does not count
  flags         smallint not null,                   -- of the authenticator data, as last seen
  transports    text not null default '',            -- ways to reach it, with spaces between
  created_at    timestamptz not null default now(),
  last_used_at  timestamptz,
  suspect_at    timestamptz,                         -- it counted backwards: there may be a copy of it
  constraint admin_passkeys_credential_key unique (credential_id)
);
create index admin_passkeys_admin on admin_passkeys (admin_id, created_at);

-- Challenges that were answered, until they would have expired. One that was only asked for is kept nowhere.
create table admin_spent_challenges (
  challenge_hash bytea primary key,
  expires_at     timestamptz not null
);
create index admin_spent_challenges_expiry on admin_spent_challenges (expires_at);
grant select, insert, update, delete on admin_passkeys, admin_spent_challenges to keyhall_platform;

-- What holds for the platform as a whole: one row.
create table platform_settings (
  one                     boolean primary key default true check (one),
  operators_second_factor boolean not null default false  -- who has none is let in only to set one up
);
insert into platform_settings default values;
grant select, update on platform_settings to keyhall_platform;

-- +goose Down
drop table platform_settings, admin_spent_challenges, admin_passkeys;
